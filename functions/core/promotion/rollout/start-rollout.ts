import { fnv1a } from "../../request-ids";
import { championHistory } from "./champion-history";
import { completeChampionWindow } from "./complete-window";
import { WINDOW_MS } from "./counted-window";
import { estimateRollout, type RolloutEstimate } from "./estimate-rollout";
import type { EvidencePolicy } from "./evidence-policy";
import type { Advanced, PastWindows } from "./observation";
import type { Survey } from "./ports";
import { goingBack, held, stepOf } from "./rollout-steps";
import type { RolloutSettings } from "./rollout-settings";
import { type PlannedStage, type Rollout, trafficAt } from "./rollout-state";
import type { Served } from "./traffic";
import { trafficText } from "./traffic";

/** The champion's windows that are read before a start: seven days. */
export const HISTORY_WINDOWS = 2016;
/** Fewer windows than of an hour tell nothing of what is usual. */
const MIN_HISTORY_WINDOWS = 12;

/** The rollout of a candidate that was accepted, before its endpoint was looked at. */
export function newRollout(settings: RolloutSettings, candidateId: string, acceptedFor: string, now: number): Rollout {
  return {
    id: fnv1a(candidateId).slice(0, 8),
    settings,
    acceptedAt: now,
    acceptedFor,
    at: { is: "before" },
    since: now,
    failures: 0,
    windows: [],
    earlier: [],
    high: 0,
    verifies: 0,
    total: 0,
    isRepeated: false,
  };
}

/**
 * Starts the rollout where the endpoint can take one: fixes its plan, what a rollback puts back, and what is usual for the champion.
 * Ends it where there is too little traffic to decide in time; holds it where the endpoint is not fit.
 */
export function surveyed(
  policy: EvidencePolicy,
  rollout: Rollout,
  { survey, history }: { readonly survey: Survey; readonly history?: PastWindows },
  now: number,
): Advanced {
  if (rollout.startedAt !== undefined) return { state: rollout };
  const { acceptedAt, hold } = rollout;
  if (now - acceptedAt > policy.deadlineWindows * WINDOW_MS) {
    const why = `its rollout did not start in time${hold === undefined ? "" : `: ${hold.why}`}`;
    return goingBack(rollout, { outcome: "given-up", why }, now);
  }
  if (survey.is === "busy" || hold?.reason === "person") return { state: rollout };
  if (survey.is !== "serving") return held(rollout, "lost", survey.why, now);
  if (rollout.isUrgent === true) {
    const usual = championHistory(pastWindows(history), policy);
    return begun(rollout, { champion: survey.champion, plan: [bakeOf(rollout.settings)], history: usual }, now);
  }
  if (rollout.settings.sagemaker?.native !== undefined) {
    const nothing = { rate: 0, high: 0, noise: [], requests: 0 };
    return begun(rollout, { champion: survey.champion, plan: [{ is: "native" }], history: nothing }, now);
  }
  const windows = pastWindows(history);
  if (windows.length < MIN_HISTORY_WINDOWS) {
    const why = `the champion's requests of ${windows.length} windows are known; expected those of an hour, ${MIN_HISTORY_WINDOWS}, at least`;
    return held(rollout, "uncounted", why, now);
  }
  const usual = championHistory(windows, policy);
  const estimate = estimateRollout(policy, rollout.settings.percents, usual);
  if (estimate.percents.length === 0) return goingBack(rollout, { outcome: "undecidable", why: undecidableText(estimate) }, now);
  const plan = planOf(rollout.settings, estimate.percents);
  const { p95Ms } = history ?? {};
  const start = { champion: survey.champion, plan, history: usual, estimate, ...(p95Ms !== undefined && { slowAboveMs: p95Ms }) };
  return begun(rollout, start, now);
}

interface Start {
  readonly champion: Served;
  readonly plan: readonly PlannedStage[];
  readonly history: NonNullable<Rollout["history"]>;
  readonly estimate?: RolloutEstimate;
  readonly slowAboveMs?: number;
}

function begun(rollout: Rollout, { estimate, plan, champion, history, slowAboveMs }: Start, now: number): Advanced {
  const { hold: _hold, ...free } = rollout;
  const state: Rollout = {
    ...free,
    startedAt: now,
    plan,
    champion,
    history,
    high: history.high,
    ...(slowAboveMs !== undefined && { slowAboveMs }),
    toward: { is: "stage", index: 0 },
    orderedAt: now,
  };
  const first = trafficText(trafficAt(plan, { is: "stage", index: 0 }));
  const expected = (estimate?.stages ?? []).map(({ percent, windows }) => ({ stage: `${percent}%`, windows }));
  const why = `it starts with ${first}${estimate === undefined ? "" : `; ${estimateText(estimate)}`}`;
  return { state, record: stepOf(state, "started", why, { target: champion, ...(expected.length > 0 && { expected }) }) };
}

function pastWindows(history: PastWindows | undefined) {
  return (history?.windows ?? []).flatMap((window) => completeChampionWindow(window) ?? []);
}

function bakeOf({ bakeWindows }: RolloutSettings): PlannedStage {
  return { is: "bake", windows: bakeWindows };
}

function planOf(settings: RolloutSettings, percents: readonly number[]): PlannedStage[] {
  const { shadowWindows } = settings;
  return [
    ...(shadowWindows > 0 ? [{ is: "shadow" as const, windows: shadowWindows }] : []),
    ...percents.map((percent) => ({ is: "split" as const, percent })),
    bakeOf(settings),
  ];
}

function hours(windows: number): string {
  return `${((windows * WINDOW_MS) / 3_600_000).toFixed(1)} h`;
}

function estimateText({ stages, windows, leftOut }: RolloutEstimate): string {
  const skipped = leftOut.length === 0 ? "" : `, without ${leftOut.map((percent) => `${percent}%`).join(" and ")}, which could not be decided in time`;
  const each = stages.map(({ percent, windows: some }) => `${percent}% ${hours(some)}`).join(", ");
  return `at today's traffic an equal candidate takes about ${hours(windows)} (${each}, and the bake)${skipped}`;
}

function undecidableText({ leftOut, windows }: RolloutEstimate): string {
  const shares = leftOut.map((percent) => `${percent}%`).join(", ");
  return `at today's traffic none of ${shares} could be decided before the deadline; the quickest would take about ${hours(windows)}; raise promotion.rollout.deadline or stages, or promote it by hand`;
}
