import { sumUsd, toMicros } from "../numbers";
import { judgeQuality } from "../quality/judge-quality";
import { askedBy, type TrainingRequest } from "../training-request";
import type { CoordinatorState } from "./coordinator-state";
import { CHECKS, type CheckName, type CheckResult, type Cure, type Decision } from "./decision";
import { needsApproval } from "./parked-requests";
import type { CoordinatorPolicy } from "./policy";
import { committedThisMonth, committedToday, newData } from "./run-cost";
import { nextDay, nextMonth } from "./utc-calendar";

/** What a check looks at: the state is that of `now`'s day, the request holds all that merged into it. */
export interface CheckContext {
  readonly policy: CoordinatorPolicy;
  readonly state: CoordinatorState;
  readonly request: TrainingRequest;
  readonly now: number;
  /** Estimated cost of the run, USD. */
  readonly estimateUsd: number;
  /** Enough people approved it already. */
  readonly isApproved: boolean;
  /** Request ids that were decided before. */
  readonly knownIds: readonly string[];
}

type Check = (context: CheckContext) => Omit<CheckResult, "check">;

/** From a millisecond that leads beyond every limit; a power without end, times a delay of 0, would be no number. */
const MAX_DOUBLINGS = 50;

const PASSED = { verdict: "passed", numbers: {} } as const;

const RUN: Record<CheckName, Check> = {
  duplicate: ({ knownIds, request }) =>
    knownIds.includes(request.id) ? refused({ requestId: request.id }, { change: "a new request id, as --force gives" }) : PASSED,

  paused: ({ state: { paused }, request }) => {
    if (paused === undefined) return PASSED;
    const numbers = { by: paused.by, why: paused.why, since: paused.at };
    if (paused.isFreeze !== true) return refused(numbers, { change: "a resume" });
    const isByPerson = askedBy(request).manual !== undefined;
    return isByPerson ? { verdict: "passed", numbers } : refused(numbers, { change: "a person's own request, or a thaw" });
  },

  "blocked-by-drift": ({ state: { blocked }, request, isApproved }) => {
    if (blocked === undefined) return PASSED;
    const numbers = { requestId: blocked.requestId, since: blocked.at };
    const isByPerson = isApproved || request.blocks === true || askedBy(request).manual !== undefined;
    if (isByPerson) return { verdict: "passed", numbers };
    return refused(numbers, { change: "a person's approval of a training, a person's own request, or retrigger clear" });
  },

  "waiting-for-approval": ({ state: { approval }, request }) => {
    if (approval === undefined) return PASSED;
    const numbers = { requestId: approval.request.id, expiresAt: approval.expiresAt };
    const isHeldByLess = request.priority <= 2 && approval.request.priority > 2;
    return overridable(refused(numbers, { change: "an answer to the request that waits" }), isHeldByLess);
  },

  "run-in-progress": ({ policy: { maxRuns }, state: { runs } }) =>
    compared({ running: runs.length, maxRuns }, runs.length < maxRuns, () => ({ change: "the end of a run" })),

  "failure-back-off": ({ policy: { backoff }, state: { failures }, now }) => {
    const { inRow, lastAt } = failures;
    const numbers = { failuresInRow: inRow, afterFailures: backoff.afterFailures };
    if (inRow < backoff.afterFailures || lastAt === undefined) return { verdict: "passed", numbers };
    const doublings = Math.min(inRow - backoff.afterFailures, MAX_DOUBLINGS);
    const delayMs = Math.min(backoff.delayMs * 2 ** doublings, backoff.maxDelayMs);
    const endsAt = lastAt + delayMs;
    return compared({ ...numbers, delayMs }, now >= endsAt, () => ({ at: endsAt, change: "the end of the back-off" }));
  },

  cooldown: ({ policy: { cooldownMs }, state: { lastStartAt }, request, now }) => {
    if (lastStartAt === undefined) return { verdict: "passed", numbers: { cooldownMs } };
    const endsAt = lastStartAt + cooldownMs;
    const { drift } = askedBy(request);
    const isUrgentDrift = drift !== undefined && drift <= 2;
    const numbers = { sinceLastStartMs: now - lastStartAt, cooldownMs };
    const cure = () => ({ at: endsAt, change: "drift of priority 1 or 2, or the end of the cooldown" });
    return overridable(compared(numbers, now >= endsAt, cure), isUrgentDrift);
  },

  "minimum-new-data": ({ policy: { minNewObjects }, request }) => {
    const { objects } = newData(request);
    const numbers = { objects, minNewObjects };
    if (Object.keys(askedBy(request)).some((type) => type !== "data")) return { verdict: "passed", numbers };
    return compared(numbers, objects >= minNewObjects, () => ({ change: `${minNewObjects - objects} more objects` }));
  },

  "daily-limit": ({ policy: { maxStartsPerDay }, state: { day }, request, now }) => {
    const numbers = { startsToday: day.starts, maxStartsPerDay };
    const cure = () => ({ at: nextDay(now), change: "priority 1 or 2, or the next UTC day" });
    return overridable(compared(numbers, day.starts < maxStartsPerDay, cure), request.priority <= 2);
  },

  "daily-budget": ({ policy: { budget }, state, request, now, estimateUsd }) =>
    withinBudget(committedToday(state), estimateUsd, budget.dailyUsd, request, () => ({
      at: nextDay(now),
      change: "the next UTC day",
    })),

  "monthly-budget": ({ policy: { budget }, state, request, now, estimateUsd }) =>
    withinBudget(committedThisMonth(state), estimateUsd, budget.monthlyUsd, request, () => ({
      at: nextMonth(now),
      change: "the next UTC month",
    })),

  volume: ({ policy: { volume, budget }, state, request, now, estimateUsd }) => {
    if (volume === undefined || state.lastStartAt === undefined || request.priority === 1) return PASSED;
    const { lastStartAt } = state;
    const shareOf = (usd: number) => (budget.dailyUsd === 0 ? 1 : usd / budget.dailyUsd);
    const neededFor = (share: number) => 1 + Math.min(1, share);
    const spentShare = shareOf(sumUsd([committedToday(state), estimateUsd]));
    const fromData = newData(request).objects / volume.objects;
    const worth = fromData + (now - lastStartAt) / volume.ageMs;
    const needed = neededFor(spentShare);
    const worthAt = (needed: number) => Math.ceil(lastStartAt + (needed - fromData) * volume.ageMs);
    return compared({ worth, needed, spentShare }, worth >= needed, () => ({
      // Of the next day nothing is spent yet, so it may ask for less.
      at: Math.min(worthAt(needed), Math.max(nextDay(now), worthAt(neededFor(shareOf(estimateUsd))))),
      change: "more new data, or an older model",
    }));
  },

  adaptive: ({ policy: { adaptive }, state, request, now }) => {
    if (adaptive === undefined) return PASSED;
    const { isPassed, numbers, cure } = judgeQuality(adaptive, state, now);
    if (isPassed || cure === undefined) return { verdict: "passed", numbers };
    return overridable(refused(numbers, cure), request.priority === 1 || askedBy(request).manual !== undefined);
  },

  "approval-needed": ({ policy, request, isApproved }) => {
    const numbers = { needed: policy.approval.needed, approvers: policy.approval.approvers };
    return compared(numbers, !needsApproval(policy, request) || isApproved, () => ({
      change: "the approval of as many people",
    }));
  },
};

/** Every check in order, whatever an earlier one said, so that the record tells all that stood in the way. */
export function runChecks(context: CheckContext): CheckResult[] {
  return CHECKS.map((check) => runCheck(check, context));
}

/** One check, for a record that needs no other. */
export function runCheck(check: CheckName, context: CheckContext): CheckResult {
  const { verdict, numbers, cure } = RUN[check](context);
  return cure === undefined ? { check, verdict, numbers } : { check, verdict, numbers, cure };
}

/** True where nothing refuses but that a training is not worth its price yet: what waits for that is not stuck. */
export function waitsForItsWorth({ checks }: Pick<Decision, "checks">): boolean {
  const refusals = checks.filter(({ check, verdict }) => verdict === "refused" && check !== "approval-needed");
  return refusals.length > 0 && refusals.every(({ check }) => check === "adaptive");
}

function refused(numbers: CheckResult["numbers"], cure: Cure): Omit<CheckResult, "check"> {
  return { verdict: "refused", numbers, cure };
}

/** Most comparisons pass, and what would cure a refusal takes longer to tell than to compare. */
function compared(numbers: CheckResult["numbers"], isPassed: boolean, cure: () => Cure): Omit<CheckResult, "check"> {
  return isPassed ? { verdict: "passed", numbers } : refused(numbers, cure());
}

function overridable(result: Omit<CheckResult, "check">, isOverridden: boolean): Omit<CheckResult, "check"> {
  return result.verdict === "refused" && isOverridden ? { ...result, verdict: "overridden" } : result;
}

function withinBudget(
  committedUsd: number,
  estimateUsd: number,
  budgetUsd: number,
  { priority }: TrainingRequest,
  nextPeriod: () => Cure,
) {
  const missingUsd = sumUsd([committedUsd, estimateUsd, -budgetUsd]);
  const cure = () => {
    const next = nextPeriod();
    return { ...next, change: `${missingUsd.toFixed(2)} USD more, priority 1, or ${next.change}` };
  };
  return overridable(compared({ committedUsd, estimateUsd, budgetUsd }, toMicros(missingUsd) <= 0, cure), priority === 1);
}
