import type { BatchHead } from "../batching/batch";
import type { CoordinatorState } from "../coordination/coordinator-state";
import type { CoordinatorPolicy } from "../coordination/policy";
import { committedThisMonth, committedToday } from "../coordination/run-cost";
import { turnCalendar } from "../coordination/turn-calendar";
import type { DriftHistory, FeatureHistory } from "../drift/drift-history";
import type { DriftPolicy } from "../drift/drift-policy";
import type { DriftState } from "../drift/drift-state";
import { levelOf } from "../drift/monitor-history";
import type { MonitoringSettings } from "../drift/monitoring-settings";
import type { ModelSettings } from "../model-settings";
import type { ModelState } from "./events";

/** What a sweep read of a model; what it could not read is absent, and nothing is told of it. */
export interface SeenModel {
  readonly head?: BatchHead | undefined;
  readonly state?: CoordinatorState | undefined;
  readonly drift?: DriftState | undefined;
}

/** Models that a sweep tells of by turns: a line has at most some 1,300 bytes, so that 300 models make 20 KB a minute of them. */
const TOLD_BY_TURNS = 15;

/** A model is told of at least this often; the alarms on its gauges look back further (see operations/alarm-list.ts). */
export const LONGEST_UNTOLD_MIN = 20;

/** How often each of so many models is told of at least, minutes, 1 to LONGEST_UNTOLD_MIN. */
export function toldEveryMin(models: number): number {
  return Math.max(1, Math.min(LONGEST_UNTOLD_MIN, Math.ceil(models / TOLD_BY_TURNS)));
}

/** Where a model stands among those of a sweep. */
interface SweptPlace {
  /** From 0. */
  readonly position: number;
  readonly of: number;
  /** When the sweep began, epoch milliseconds. */
  readonly at: number;
}

/** Which models a sweep tells of, so that its log stays small. */
export interface StateTurns {
  /**
   * True by turns, one minute after the other, once in `LONGEST_UNTOLD_MIN` at least; while an approval is awaited; and when the
   * coordination changed since the sweep before.
   */
  isDue(settings: ModelSettings, state: CoordinatorState | undefined, place: SweptPlace): boolean;
}

/** Remembers the sweeps of a process. Its first one knows of no change, so what changed before it is told by turns. */
export function stateTurns(): StateTurns {
  const seen = new Map<string, { readonly facts: string | undefined; readonly toldAt: number }>();
  return {
    isDue(settings, state, { position, of, at }) {
      const { model } = settings;
      const everyMin = toldEveryMin(of);
      const before = seen.get(model);
      const facts = state === undefined ? before?.facts : factsOf(settings, state, at);
      const isItsTurn = (Math.floor(at / MINUTE_MS) - position) % everyMin === 0;
      const isLate = before !== undefined && at - before.toldAt >= everyMin * MINUTE_MS;
      const isChanged = before?.facts !== undefined && before.facts !== facts;
      const isDue = isItsTurn || isLate || isChanged || state?.approval !== undefined;
      seen.set(model, { facts, toldAt: isDue || before === undefined ? at : before.toldAt });
      return isDue;
    },
  };
}

const MINUTE_MS = 60_000;

/** What decisions, runs and people change, and no clock but the calendar. */
function factsOf({ policy }: ModelSettings, state: CoordinatorState, now: number): string {
  const told = coordinationState(policy, turnCalendar(state, now), now);
  const { runningRuns, waitingRequests, approvalPending, blocked, paused, budgetUsedDay, budgetUsedMonth } = told;
  return JSON.stringify([runningRuns, waitingRequests, approvalPending, blocked, paused, budgetUsedDay, budgetUsedMonth]);
}

/** How a model stands, for gauges. Spans of time are seconds, and at least 0, though clocks differ. */
export function modelState({ policy, drift, monitoring }: ModelSettings, seen: SeenModel, now: number): ModelState {
  return {
    ...(seen.state !== undefined && coordinationState(policy, turnCalendar(seen.state, now), now)),
    ...(seen.head !== undefined && { dataSilenceSec: secondsTo(now, lastLanding(seen.head)) }),
    ...(seen.drift !== undefined && {
      monitorSilenceSec: isMonitored(monitoring) ? secondsTo(now, lastEvaluation(seen.drift)) : undefined,
      driftSuspectedSec: secondsTo(now, suspectedSince(drift, seen.drift.history, now)) ?? 0,
    }),
  };
}

function coordinationState({ budget }: CoordinatorPolicy, state: CoordinatorState, now: number): ModelState {
  const { runs, parked, approval, usualRunMs, blocked, paused } = state;
  const longestRunMs = now - Math.min(now, ...runs.map(({ startedAt }) => startedAt));
  const today = committedToday(state);
  return {
    runningRuns: runs.length,
    longestRunSec: longestRunMs / 1000,
    longestRunRatio: runs.length === 0 ? 0 : share(longestRunMs, usualRunMs),
    budgetUsedDay: share(today, budget.dailyUsd),
    budgetUsedMonth: share(committedThisMonth(state), budget.monthlyUsd),
    budgetLeftDayUsd: budget.dailyUsd - today,
    waitingRequests: parked.length,
    oldestWaitingSec: secondsTo(now, Math.min(now, ...parked.map(({ parkedAt }) => parkedAt))),
    approvalPending: approval === undefined ? 0 : 1,
    approvalExpiresInSec: approval === undefined ? undefined : secondsTo(approval.expiresAt, now),
    blocked: blocked === undefined ? 0 : 1,
    paused: paused === undefined ? 0 : 1,
  };
}

/** Undefined where there is nothing to take a share of. */
function share(part: number, whole: number | undefined): number | undefined {
  return whole === undefined || whole <= 0 ? undefined : part / whole;
}

function secondsTo(later: number, earlier: number | undefined): number | undefined {
  return earlier === undefined ? undefined : Math.max(0, later - earlier) / 1000;
}

/** The open batch tells when the last object came, a sealed one only that none came later. */
function lastLanding({ open, pending, lastPublished }: BatchHead): number | undefined {
  const times = [open.lastAppendAt, ...pending.map(({ sealedAt }) => sealedAt), lastPublished?.sealedAt];
  const known = times.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** What an earlier program saved tells no more than the ends of the windows. */
function lastEvaluation({ evaluatedAt, history }: DriftState): number | undefined {
  if (evaluatedAt !== undefined) return evaluatedAt;
  const ends = history.flatMap(({ windows }) => windows.map(({ end }) => end));
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/**
 * True where the configuration names a monitor; reports that are only dropped into the model's folder may have been dropped once.
 */
function isMonitored({ sagemaker, cloudwatch, vertex, capture }: MonitoringSettings): boolean {
  return [sagemaker, cloudwatch, vertex, capture].some((monitor) => monitor !== undefined);
}

/**
 * Since when a feature has drifted in every window without being detected, the longest of all; undefined when none is suspected.
 * That is the end of the first such window among those that are kept, epoch milliseconds. What the policy forgets is not suspected.
 */
export function suspectedSince(policy: DriftPolicy, history: DriftHistory, now: number): number | undefined {
  const since = history.flatMap(({ features }) => features.map((feature) => suspicionOf(policy, feature, now - policy.forgetMs)));
  const known = since.filter((start) => start !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function suspicionOf(policy: DriftPolicy, feature: FeatureHistory, horizon: number): number | undefined {
  const { outcomes } = feature;
  const latest = outcomes.at(-1);
  if (latest === undefined || latest.rank === 0 || latest.end < horizon || levelOf(policy, feature).rank > 0) return undefined;
  const lastCalm = outcomes.findLastIndex(({ rank }) => rank === 0);
  return outcomes[lastCalm + 1]?.end;
}
