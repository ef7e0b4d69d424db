import { thousands } from "../guardrails/told";
import { completeWindow } from "./evidence/complete-window";
import { type CountedWindow, WINDOW_MS } from "./evidence/counted-window";
import { type EvidencePolicy, evidenceLimits } from "./evidence/evidence-policy";
import { isGrossFailure } from "./evidence/gross-failure";
import { judgeWindows, type MetricScore, type StageEvidence, type WindowVerdict } from "./evidence/judge-windows";
import { checkShare } from "./evidence/share-check";
import { longestMs, shareWrong } from "./move-traffic";
import type { Advanced } from "./observation";
import type { SeenWindow } from "./ports";
import {
  type PlannedStage,
  type Position,
  type Rollout,
  type RolloutEvidence,
  type RolloutRecord,
  trafficAt,
} from "./rollout-state";
import { goingBack, held, stepOf, toward, wentOn } from "./rollout-steps";
import { trafficText } from "./traffic";

/** Without a counted window for so long, the counts are missing; milliseconds. */
const UNCOUNTED_MS = 3_600_000;

/** What the counts since the traffic reached its position lead to: the first window that decides anything, decides. */
export function counted(
  policy: EvidencePolicy,
  before: Rollout,
  { windows: seen, until }: { readonly windows: readonly SeenWindow[]; readonly until: number },
  now: number,
): Advanced {
  const { plan, at, ending } = before;
  if (plan === undefined || ending !== undefined || (at.is !== "stage" && at.is !== "verify")) return { state: before };
  const { windows, fresh } = merged(before, seen, now);
  const rollout: Rollout = { ...before, windows, readUntil: Math.max(until, before.readUntil ?? 0) };
  for (const end of fresh) {
    const decided = decidedBy(policy, rollout, windows.slice(0, end + 1), now);
    if (decided !== undefined) return decided;
  }
  return pastDeadline(policy, rollout, now) ?? wrongShare(policy, rollout, fresh.length > 0, now) ?? uncounted(rollout, now);
}

/** The windows with what was read of them now, and the places of those that were not there before. */
function merged(
  rollout: Rollout,
  seen: readonly SeenWindow[],
  now: number,
): { readonly windows: readonly CountedWindow[]; readonly fresh: readonly number[] } {
  const { plan = [], at, since } = rollout;
  const known = new Map(rollout.windows.map((window) => [window.at, window]));
  const all = new Map(known);
  for (const window of seen) {
    const complete = window.at < since ? undefined : completeWindow(window, trafficAt(plan, at), now);
    if (complete !== undefined) all.set(complete.at, complete);
  }
  const windows = [...all.values()].sort((a, b) => a.at - b.at);
  return { windows, fresh: windows.flatMap((window, index) => (known.has(window.at) ? [] : [index])) };
}

/** Undefined where the rollout stays as it is. */
function decidedBy(policy: EvidencePolicy, rollout: Rollout, windows: readonly CountedWindow[], now: number): Advanced | undefined {
  const { plan = [], at, history } = rollout;
  const stage = at.is === "stage" ? plan[at.index] : undefined;
  if (stage?.is === "native" || history === undefined) return undefined;
  if (stage?.is === "shadow") return decidedInShadow(policy, rollout, stage.windows, windows, now);
  const verdict = judgeWindows(policy, evidenceOf(rollout, history, stage, windows));
  return follow(policy, rollout, verdict, windows, now);
}

/**
 * How the evidence of the present position stands, whatever it led to; undefined where nothing is compared, or was counted yet.
 */
export function evidenceSoFar(policy: EvidencePolicy, rollout: Rollout): RolloutEvidence | undefined {
  const { plan = [], at, history, windows } = rollout;
  const stage = at.is === "stage" ? plan[at.index] : undefined;
  const isCompared = at.is === "verify" || stage?.is === "split" || stage?.is === "bake";
  if (!isCompared || history === undefined || windows.length === 0) return undefined;
  const verdict = judgeWindows(policy, evidenceOf(rollout, history, stage, windows));
  return evidenceRecord(policy, rollout, verdict, windows);
}

function evidenceOf(
  { plan = [], at, high, earlier, verifies, total }: Rollout,
  history: NonNullable<Rollout["history"]>,
  stage: PlannedStage | undefined,
  windows: readonly CountedWindow[],
): StageEvidence {
  const isLast = at.is === "stage" && plan[at.index + 1]?.is === "bake";
  const kind = at.is === "verify" ? "verify" : stage?.is === "bake" ? "bake" : "compare";
  return { kind, isLast, windows, history, high, earlier, verifies, total: total + windows.length };
}

/** Nobody is harmed in the shadow: it is left after its windows, and only a gross failure rolls back. */
function decidedInShadow(
  policy: EvidencePolicy,
  rollout: Rollout,
  least: number,
  windows: readonly CountedWindow[],
  now: number,
): Advanced | undefined {
  if (isGrossFailure(policy.gross, windows, rollout.high)) {
    return goingBack(rollout, { outcome: "rolled-back", why: `in the shadow it failed grossly: ${countsText(windows)}` }, now);
  }
  return windows.length < least || !mayGoForward(rollout) ? undefined : forward(rollout, windows, undefined, now);
}

/** While a change is under way, what was counted before it can only take the candidate back. */
function mayGoForward({ hold, toward: going }: Rollout): boolean {
  return hold === undefined && going === undefined;
}

function follow(
  policy: EvidencePolicy,
  rollout: Rollout,
  verdict: WindowVerdict,
  windows: readonly CountedWindow[],
  now: number,
): Advanced | undefined {
  const { plan = [] } = rollout;
  const evidence = evidenceRecord(policy, rollout, verdict, windows);
  switch (verdict.decision) {
    case "hold":
      return undefined;
    case "rollback":
      return goingBack(rollout, { outcome: "rolled-back", why: worseText(verdict, windows) }, now, evidence);
    case "give-up":
      return isHeldByPeople(rollout) ? undefined : goingBack(rollout, givenUp(windows.length), now, evidence);
    case "ask":
      return rollout.toward === undefined ? asking(rollout, evidence, now) : undefined;
    case "verify": {
      if (rollout.toward !== undefined) return undefined;
      const { hold: _hold, ...free } = rollout;
      const state = toward({ ...free, verifies: rollout.verifies + 1 }, { is: "verify" }, now);
      const why = `errors rose above the champion's worst usual windows: ${countsText(windows.slice(-2))}; the champion is put back to compare`;
      return { state, record: stepOf(state, "verify", why, { evidence }) };
    }
    case "advance":
      return mayGoForward(rollout) ? forward(rollout, windows, evidence, now) : undefined;
    case "done": {
      if (!mayGoForward(rollout)) return undefined;
      const state = toward(rollout, { is: "after" }, now);
      const bake = plan.find((stage) => stage.is === "bake");
      const why = `the bake of ${bake?.is === "bake" ? bake.windows : windows.length} windows was calm: ${countsText(windows)}; the champion is removed`;
      return { state, record: stepOf(state, "done", why, { evidence }) };
    }
  }
}

function asking(rollout: Rollout, evidence: RolloutRecord["evidence"], now: number): Advanced {
  const why = `errors rose again after ${rollout.verifies} verifications, each of which found it no worse; retrigger continue begins the bake again, retrigger rollback ends the rollout`;
  const { state, record } = held(rollout, "alarms", why, now);
  if (record === undefined || evidence === undefined) return { state };
  return { state, record: { ...record, rollout: { ...record.rollout, evidence } } };
}

function forward(rollout: Rollout, windows: readonly CountedWindow[], evidence: RolloutRecord["evidence"], now: number): Advanced {
  const { plan = [], at } = rollout;
  const next: Position = at.is === "stage" ? { is: "stage", index: at.index + 1 } : bakeOf(plan);
  const state = toward(rollout, next, now);
  const isShadow = at.is === "stage" && plan[at.index]?.is === "shadow";
  const reached = isShadow ? "it did not fail grossly in the shadow" : "it is not worse by the margin";
  const why = `${reached}: ${countsText(windows)}; next ${trafficText(trafficAt(plan, next))}`;
  return { state, record: stepOf(state, "going", why, evidence === undefined ? {} : { evidence }) };
}

function bakeOf(plan: readonly PlannedStage[]): Position {
  return { is: "stage", index: plan.findIndex((stage) => stage.is === "bake") };
}

function isHeldByPeople({ hold }: Rollout): boolean {
  return hold?.reason === "person" || hold?.reason === "changed";
}

function givenUp(windows: number) {
  return {
    outcome: "given-up" as const,
    why: `it could not be told from the champion before the deadline, after ${windows} windows of this stage`,
  };
}

/** By the clock as well, since what is not counted is no window. */
function pastDeadline(policy: EvidencePolicy, rollout: Rollout, now: number): Advanced | undefined {
  const { startedAt = now, windows } = rollout;
  if (now - startedAt <= longestMs(policy) || isHeldByPeople(rollout)) return undefined;
  return goingBack(rollout, givenUp(windows.length), now);
}

/** Shares that are configured prove nothing: the counted one must agree. */
function wrongShare(policy: EvidencePolicy, rollout: Rollout, isFresh: boolean, now: number): Advanced | undefined {
  const { plan = [], at, windows } = rollout;
  const traffic = trafficAt(plan, at);
  if (!isFresh || traffic.is !== "split" || rollout.toward !== undefined || rollout.hold !== undefined) return undefined;
  const check = checkShare(policy, windows, traffic.percent / 100);
  if (check.is !== "wrong") return undefined;
  const share = ((100 * check.candidate) / check.requests).toFixed(1);
  return shareWrong(
    rollout,
    `${share}% of ${thousands(check.requests)} requests were counted at the candidate; expected ${traffic.percent}%`,
    now,
  );
}

function uncounted(rollout: Rollout, now: number): Advanced {
  const { windows, since } = rollout;
  const newest = windows.at(-1)?.at ?? since;
  if (now - newest <= UNCOUNTED_MS) return wentOn(rollout, ["uncounted"], "requests are counted again");
  const minutes = Math.round((now - newest) / 60_000);
  return held(
    rollout,
    "uncounted",
    `no requests of both models were counted for ${minutes} minutes: there is no traffic, or its metrics are missing`,
    now,
  );
}

function countsText(windows: readonly CountedWindow[]): string {
  const sum = (count: (window: CountedWindow) => number) => windows.reduce((total, window) => total + count(window), 0);
  const of = (errors: number, requests: number) =>
    `${thousands(errors)} errors in ${thousands(requests)} requests${requests === 0 ? "" : ` (${((100 * errors) / requests).toFixed(2)}%)`}`;
  const candidate = of(
    sum(({ xB }) => xB),
    sum(({ nB }) => nB),
  );
  const champion = of(
    sum(({ xA }) => xA),
    sum(({ nA }) => nA),
  );
  return `candidate ${candidate}, champion ${champion}, ${windows.length} windows of ${WINDOW_MS / 60_000} minutes`;
}

const WORSE = {
  errors: "it fails more often than the champion",
  latency: "it is slow more often than the champion",
  business: "its business value is lower than the champion's",
  gross: "it fails grossly",
} as const;

function worseText({ by = "errors" }: WindowVerdict, windows: readonly CountedWindow[]): string {
  return `${WORSE[by]}: ${countsText(windows)}`;
}

function evidenceRecord(
  policy: EvidencePolicy,
  { high }: Rollout,
  verdict: WindowVerdict,
  windows: readonly CountedWindow[],
): RolloutEvidence {
  const { by, errors, latency, business, lower } = verdict;
  const score = ({ worse, notWorse, phi }: MetricScore) => ({ worse: worse ?? null, notWorse: notWorse ?? null, phi });
  return {
    windows: windows.length,
    requests: windows.reduce((total, { nB }) => total + nB, 0),
    ...(by !== undefined && { by }),
    ...(errors !== undefined && { errors: score(errors) }),
    ...(latency !== undefined && { latency: score(latency) }),
    ...(business !== undefined && { business }),
    ...(lower !== undefined && { lower }),
    limits: { ...evidenceLimits(policy), ...(lower !== undefined && { lower: policy.bake.alarmFactor * high }) },
  };
}
