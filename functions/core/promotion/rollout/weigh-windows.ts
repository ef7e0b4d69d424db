import { thousands } from "../guardrails/told";
import { completeWindow } from "./evidence/complete-window";
import { type CountedWindow, WINDOW_MS } from "./evidence/counted-window";
import { type EvidencePolicy, evidenceLimits } from "./evidence/evidence-policy";
import { isGrossFailure } from "./evidence/gross-failure";
import { judgeWindows, type MetricScore, type StageEvidence, type WindowVerdict } from "./evidence/judge-windows";
import { checkShare } from "./evidence/share-check";
import { givenUp, isHeldByPeople, pastDeadline, shareWrong } from "./move-traffic";
import type { Advanced } from "./observation";
import type { SeenWindow } from "./ports";
import {
  type PlannedStage,
  type Position,
  type Rollout,
  type RolloutEvidence,
  type RolloutRecord,
  stageAt,
  trafficAt,
} from "./rollout-state";
import { goingBack, held, stepOf, toward, wentOn } from "./rollout-steps";
import { trafficText } from "./traffic";

/** Without a counted window for so long, the counts are missing; milliseconds. */
const UNCOUNTED_MS = 3_600_000;

/**
 * What the counts since the traffic reached its position lead to. Of the windows that are new, the first that takes the candidate
 * back does; forward it goes by all of them alone, and only where the counted share is the intended one.
 */
export function counted(
  policy: EvidencePolicy,
  before: Rollout,
  { windows: seen, until }: { readonly windows: readonly SeenWindow[]; readonly until: number },
  now: number,
): Advanced {
  const { plan, at, ending } = before;
  if (plan === undefined || ending !== undefined || (at.is !== "stage" && at.is !== "verify")) return { state: before };
  const { windows, fresh } = merged(policy, before, seen, now);
  const rollout: Rollout = { ...before, windows, readUntil: until };
  const judged = fresh.map((end) => {
    const known = windows.slice(0, end + 1);
    return { verdict: verdictOf(policy, rollout, known), windows: known };
  });
  for (const { verdict, windows: known } of judged) {
    const back = verdict && takenBack(policy, rollout, verdict, known, now);
    if (back !== undefined) return back;
  }
  const newest = judged.at(-1);
  return (
    pastDeadline(policy, rollout, now) ??
    (newest && wrongShare(policy, rollout, now)) ??
    (newest?.verdict && goneForward(policy, rollout, newest.verdict, windows, now)) ??
    uncounted(rollout, now)
  );
}

/** The windows with what was read of them now, and the places of those that were not there before. */
function merged(
  { deadlineWindows }: EvidencePolicy,
  rollout: Rollout,
  seen: readonly SeenWindow[],
  now: number,
): { readonly windows: readonly CountedWindow[]; readonly fresh: readonly number[] } {
  const { plan = [], at, since } = rollout;
  // A time that is ahead is of a clock that was wrong.
  const from = Math.min(since, now);
  const known = new Map(rollout.windows.map((window) => [window.at, window]));
  const all = new Map(known);
  for (const window of seen) {
    const complete = window.at < from ? undefined : completeWindow(window, trafficAt(plan, at), now);
    if (complete !== undefined) all.set(complete.at, complete);
  }
  // A hold may last longer than the deadline: the state must not grow for ever.
  const windows = [...all.values()].sort((a, b) => a.at - b.at).slice(-deadlineWindows);
  return { windows, fresh: windows.flatMap((window, index) => (known.has(window.at) ? [] : [index])) };
}

/** What windows of the present position say; undefined where nothing is judged. */
function verdictOf(policy: EvidencePolicy, rollout: Rollout, windows: readonly CountedWindow[]): WindowVerdict | undefined {
  const { plan, at, history, high } = rollout;
  const stage = stageAt(plan, at);
  if (stage?.is === "native" || history === undefined) return undefined;
  if (stage?.is !== "shadow") return judgeWindows(policy, evidenceOf(rollout, history, stage, windows));
  // Nobody is harmed in the shadow: it is left after its windows, and only a gross failure takes it back.
  if (isGrossFailure(policy.gross, windows, high)) return { decision: "rollback", by: "gross" };
  return { decision: windows.filter(({ nB }) => nB > 0).length < stage.windows ? "hold" : "advance" };
}

/**
 * How the evidence of the present position stands, whatever it led to; undefined where nothing is compared, or was counted yet.
 */
export function evidenceSoFar(policy: EvidencePolicy, rollout: Rollout): RolloutEvidence | undefined {
  const { plan, at, history, windows } = rollout;
  const stage = stageAt(plan, at);
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

/** While a change is under way, what was counted before it can only take the candidate back. */
function mayGoForward({ hold, toward: going }: Rollout): boolean {
  return hold === undefined && going === undefined;
}

/** Undefined where the verdict does not take the candidate back. */
function takenBack(
  policy: EvidencePolicy,
  rollout: Rollout,
  verdict: WindowVerdict,
  windows: readonly CountedWindow[],
  now: number,
): Advanced | undefined {
  const evidence = evidenceRecord(policy, rollout, verdict, windows);
  switch (verdict.decision) {
    case "rollback":
      return goingBack(rollout, { outcome: "rolled-back", why: worseText(rollout, verdict, windows) }, now, evidence);
    case "give-up":
      return isHeldByPeople(rollout) ? undefined : goingBack(rollout, givenUp(windows.length), now, evidence);
    case "ask":
      return rollout.toward === undefined ? asking(rollout, evidence, now) : undefined;
    case "verify": {
      if (rollout.toward !== undefined) return undefined;
      const state = toward({ ...rollout, verifies: rollout.verifies + 1 }, { is: "verify" }, now);
      const why = `errors rose above the champion's worst usual windows: ${countsText(windows.slice(-2))}; the champion is put back to compare`;
      return { state, record: stepOf(state, "verify", why, { evidence }) };
    }
    default:
      return undefined;
  }
}

/** Undefined where it stays as it is. */
function goneForward(
  policy: EvidencePolicy,
  rollout: Rollout,
  verdict: WindowVerdict,
  windows: readonly CountedWindow[],
  now: number,
): Advanced | undefined {
  if (!mayGoForward(rollout)) return undefined;
  const evidence = evidenceRecord(policy, rollout, verdict, windows);
  if (verdict.decision === "advance") return forward(rollout, windows, evidence, now);
  if (verdict.decision !== "done") return undefined;
  const state = toward(rollout, { is: "after" }, now);
  const why = `the bake was calm: ${countsText(windows)}; the champion is removed`;
  return { state, record: stepOf(state, "done", why, { evidence }) };
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
  const reached = isInShadow(rollout) ? "it did not fail grossly in the shadow" : "it is not worse by the margin";
  const why = `${reached}: ${countsText(windows)}; next ${trafficText(trafficAt(plan, next))}`;
  return { state, record: stepOf(state, "going", why, evidence === undefined ? {} : { evidence }) };
}

function isInShadow({ plan, at }: Rollout): boolean {
  return stageAt(plan, at)?.is === "shadow";
}

function bakeOf(plan: readonly PlannedStage[]): Position {
  return { is: "stage", index: plan.findIndex((stage) => stage.is === "bake") };
}

/** Shares that are configured prove nothing: the counted one must agree. */
function wrongShare(policy: EvidencePolicy, rollout: Rollout, now: number): Advanced | undefined {
  const { plan = [], at, windows } = rollout;
  const traffic = trafficAt(plan, at);
  if (traffic.is !== "split" || rollout.toward !== undefined || rollout.hold !== undefined) return undefined;
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
  const { windows, since, hold } = rollout;
  const newest = windows.at(-1)?.at ?? since;
  if (hold !== undefined && hold.reason !== "uncounted") return { state: rollout };
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

/** What a rollback is for. */
const WORSE = {
  errors: "it fails more often than the champion",
  latency: "it is slow more often than the champion",
  business: "its business value is lower than the champion's",
  gross: "it fails grossly",
} as const;

function worseText(rollout: Rollout, { by = "errors" }: WindowVerdict, windows: readonly CountedWindow[]): string {
  return `${isInShadow(rollout) ? "in the shadow " : ""}${WORSE[by]}: ${countsText(windows)}`;
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
