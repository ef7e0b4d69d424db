import { fnv1a } from "../../request-ids";
import { championHistory } from "./evidence/champion-history";
import { championWindow } from "./evidence/complete-window";
import { WINDOW_MS } from "./evidence/counted-window";
import { estimateRollout, type RolloutEstimate } from "./evidence/estimate-rollout";
import type { EvidencePolicy } from "./evidence/evidence-policy";
import type { Advanced, PastWindows } from "./observation";
import type { Survey } from "./ports";
import type { RolloutSettings } from "./rollout-settings";
import { type PlannedStage, type Rollout, trafficAt } from "./rollout-state";
import { goingBack, held, stepOf } from "./rollout-steps";
import { type Served, trafficText } from "./traffic";

/** The champion's windows that are read before a start: seven days. */
export const HISTORY_WINDOWS = 2016;
/** Fewer windows than of an hour tell nothing of what is usual. */
const MIN_HISTORY_WINDOWS = 12;

/** What names the rollout of a candidate: always the same, so that what is made twice for it is made once. */
export function rolloutIdOf(candidateId: string): string {
  return fnv1a(candidateId).slice(0, 8);
}

/** The rollout of a candidate that was accepted, before its endpoint was looked at. */
export function newRollout(settings: RolloutSettings, candidateId: string, acceptedFor: string, now: number): Rollout {
  return {
    id: rolloutIdOf(candidateId),
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
 * Starts the rollout where the endpoint can take one: fixes its plan, what a rollback puts back, and what is usual for the
 * champion. Ends it where there is too little traffic to decide in time; holds it where the endpoint is not fit.
 */
export function surveyed(
  policy: EvidencePolicy,
  rollout: Rollout,
  { survey, history }: { readonly survey: Survey; readonly history?: PastWindows },
  now: number,
): Advanced {
  if (rollout.startedAt !== undefined) return { state: rollout };
  const { acceptedAt, hold } = rollout;
  if (hold?.reason === "person") return { state: rollout };
  if (now - acceptedAt > policy.deadlineWindows * WINDOW_MS) {
    const why = `its rollout did not start in time${hold === undefined ? "" : `: ${hold.why}`}`;
    return goingBack(rollout, { outcome: "given-up", why }, now);
  }
  if (survey.is === "busy") return { state: rollout };
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
  const known = windows.filter(({ requests }) => requests > 0).length;
  if (known < MIN_HISTORY_WINDOWS) {
    const why = `the champion's requests were counted in ${known} windows of the last seven days; expected ${MIN_HISTORY_WINDOWS} at least, an hour`;
    return held(rollout, "uncounted", why, now);
  }
  const usual = championHistory(windows, policy);
  const estimate = estimateRollout(policy, usual, rollout.settings.percents);
  if (estimate.is === "impossible") return goingBack(rollout, { outcome: "undecidable", why: undecidableText(estimate) }, now);
  const plan = planOf(rollout.settings, estimate.percents);
  const { p95Ms } = history ?? {};
  const start = { champion: survey.champion, plan, history: usual, estimate, ...(p95Ms !== undefined && { slowAboveMs: p95Ms }) };
  return begun(rollout, start, now);
}

type PossibleRollout = Extract<RolloutEstimate, { readonly is: "possible" }>;

interface Start {
  readonly champion: Served;
  readonly plan: readonly PlannedStage[];
  readonly history: NonNullable<Rollout["history"]>;
  readonly estimate?: PossibleRollout;
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
  const expected = usedStages(estimate).map(({ percent, windows }) => ({ stage: `${percent}%`, windows }));
  const why = `it starts with ${first}${estimate === undefined ? "" : `; ${estimateText(estimate)}`}`;
  return { state, record: stepOf(state, "started", why, { target: champion, ...(expected.length > 0 && { expected }) }) };
}

function pastWindows(history: PastWindows | undefined) {
  return (history?.windows ?? []).map(championWindow);
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

/** The stages of the plan, which can all be decided. */
function usedStages(estimate: PossibleRollout | undefined): readonly { readonly percent: number; readonly windows: number }[] {
  const { stages = [], percents = [] } = estimate ?? {};
  return stages.flatMap(({ percent, windows }) =>
    windows !== undefined && percents.includes(percent) ? [{ percent, windows }] : [],
  );
}

function hours(windows: number): string {
  return `${((windows * WINDOW_MS) / 3_600_000).toFixed(1)} h`;
}

function estimateText(estimate: PossibleRollout): string {
  const each = usedStages(estimate).map(({ percent, windows }) => `${percent}% ${hours(windows)}`);
  const leftOut = estimate.stages.flatMap(({ percent }) => (estimate.percents.includes(percent) ? [] : [`${percent}%`]));
  const skipped = leftOut.length === 0 ? "" : `; ${leftOut.join(" and ")} could not be decided in time and is left out`;
  const bake = `the bake ${hours(estimate.bakeWindows)}`;
  return `at today's traffic an equal candidate takes about ${hours(estimate.windows)}: ${[...each, bake].join(", ")}${skipped}`;
}

function undecidableText({ windows, deadlineWindows }: RolloutEstimate): string {
  const longest = windows === undefined ? "no time would be enough" : `the quickest plan would take about ${hours(windows)}`;
  return `at today's traffic and errors it could not be told from the champion within ${hours(deadlineWindows)}: ${longest}; raise promotion.rollout.deadline or the last of promotion.rollout.stages`;
}
