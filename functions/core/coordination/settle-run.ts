import type { AdaptivePolicy } from "../quality/adaptive-policy";
import { othersAwaited, trainingBegan, trainingEnded, trainingHeld, trainingTakenBack } from "../quality/follow-training";
import type { CoordinatorState, Effect, Run } from "./coordinator-state";
import { dueNow, withDueTime, withParked } from "./parked-requests";
import { correctedRatio } from "./run-cost";
import { withinSpace, withoutSetAside, withSetAside } from "./set-aside";
import { turnCalendar, withCounted } from "./turn-calendar";
import { utcDay, utcMonth } from "./utc-calendar";

/** How a run ended. Without `actualUsd` its reservation is taken for its cost. */
export interface RunOutcome {
  readonly requestId: string;
  readonly status: "succeeded" | "failed" | "stopped";
  readonly actualUsd?: number;
  /** The person who said so, where the cloud could not be asked. */
  readonly settledBy?: string;
}

/**
 * The state after a run ended: its slot is free, its reservation replaced by its cost, failures counted,
 * and what was deferred is due. Unchanged when no such run is held, so it may be told twice.
 * @param endedAt when the cloud saw it end; absent where nobody did, and then nothing is learned of how long runs take
 */
export function settleRun(before: CoordinatorState, outcome: RunOutcome, now: number, endedAt?: number): CoordinatorState {
  const state = turnCalendar(before, now);
  const run = state.runs.find(({ requestId }) => requestId === outcome.requestId);
  if (run === undefined) return before;
  const costUsd = outcome.actualUsd ?? run.reservedUsd;
  const { day, month, failures } = state;
  const usualRunMs =
    endedAt !== undefined && outcome.status === "succeeded" ? smoothedDuration(state, run, endedAt) : state.usualRunMs;
  return dueNow(
    {
      ...state,
      runs: state.runs.filter((held) => held !== run),
      day: withCounted(day, utcDay(run.startedAt), { usd: costUsd }),
      month: withCounted(month, utcMonth(run.startedAt), { usd: costUsd }),
      failures: failuresAfter(outcome, failures, now),
      costRatio: outcome.actualUsd === undefined ? state.costRatio : correctedRatio(state.costRatio, run, outcome.actualUsd),
      ...(usualRunMs !== undefined && { usualRunMs }),
      ...qualityAtEnd(state, run, outcome, endedAt ?? now),
    },
    now,
  );
}

function qualityAtEnd(
  { quality, runs }: CoordinatorState,
  { requestId, runId, startedAt }: Run,
  { status }: RunOutcome,
  endedAt: number,
): Pick<CoordinatorState, "quality"> {
  if (quality === undefined) return {};
  const hasSucceeded = status === "succeeded";
  const ended = { requestId, startedAt, hasSucceeded, endedAt, ...(runId !== undefined && { runId }) };
  const others = runs.filter((held) => held.requestId !== requestId);
  return { quality: othersAwaited(quality, trainingEnded(quality, ended), others) };
}

/** The state after a start, as far as it is about the quality of the model; without a policy for that nothing of it is kept. */
export function withQualityAtStart(
  policy: AdaptivePolicy | undefined,
  state: CoordinatorState,
  run: Run,
  now: number,
): CoordinatorState {
  if (policy === undefined && state.quality === undefined) return state;
  const { quality, ...others } = state;
  return policy === undefined ? others : { ...others, quality: trainingBegan(policy, quality, run, now) };
}

/** The state after a cloud, or a person, told how a run ended; the end that a person tells is not one that a cloud saw. */
export function endRun(before: CoordinatorState, outcome: RunOutcome, now: number, endedAt: number): CoordinatorState {
  if (outcome.settledBy === undefined) return settleRun(before, outcome, now, endedAt);
  return settleRun(giveUpStart(before, outcome.requestId, now), outcome, now);
}

/**
 * The state after a person ended a run that did not start: what was left to do of its start is not done any more, and its data is
 * set aside. Unchanged for any other run.
 */
export function giveUpStart(state: CoordinatorState, requestId: string, now: number): CoordinatorState {
  const isUnnamed = state.runs.some((run) => run.requestId === requestId && run.runId === undefined);
  const start = state.outbox.find((effect) => effect.type === "start" && effect.request.id === requestId);
  if (!isUnnamed || start?.type !== "start") return state;
  const outbox = state.outbox.filter((effect) => effect !== start);
  return withSetAside({ ...state, outbox }, start.request, "settled-unstarted", now);
}

/** A run that a person stopped says nothing about the next one. */
function failuresAfter({ status }: RunOutcome, before: CoordinatorState["failures"], now: number): CoordinatorState["failures"] {
  switch (status) {
    case "failed":
      return { inRow: before.inRow + 1, lastAt: now };
    case "succeeded":
      return { inRow: 0 };
    case "stopped":
      return before;
  }
}

/**
 * The state with a run that was started while its start was being taken back, or given up, by another performer: it is held again,
 * and its request does not wait any more. A run that is held already only gets its name.
 */
export function adoptRun(state: CoordinatorState, run: Run & { readonly runId: string }): CoordinatorState {
  if (state.runs.some(({ requestId }) => requestId === run.requestId)) return nameRun(state, run.requestId, run.runId);
  const { day, lastStartAt = run.startedAt, parked, approval, ...rest } = state;
  return {
    ...withoutSetAside({ ...rest, day, parked }, [run.requestId]),
    ...(approval !== undefined && approval.request.id !== run.requestId && { approval }),
    runs: [...state.runs, run],
    parked: parked.filter(({ request }) => request.id !== run.requestId),
    lastStartAt: Math.max(lastStartAt, run.startedAt),
    day: withCounted(day, utcDay(run.startedAt), { starts: 1 }),
    ...(state.quality && { quality: trainingHeld(state.quality, run) }),
  };
}

/** The state after a start was performed: the run has its name. */
export function nameRun(state: CoordinatorState, requestId: string, runId: string): CoordinatorState {
  return { ...state, runs: state.runs.map((run) => (run.requestId === requestId ? { ...run, runId } : run)) };
}

type StartEffect = Extract<Effect, { readonly type: "start" }>;

/** A start that found no capacity is tried again after this long. */
export const CAPACITY_WAIT_MS = 5 * 60_000;

/**
 * The state after a start that the cloud had no room for: as if it had not been, so that what waited because of it is due, and the
 * request waits, as it is, until `CAPACITY_WAIT_MS` have passed. Unchanged when no such run is held.
 */
export function withdrawStart(before: CoordinatorState, { request, approvedBy }: StartEffect, now: number): CoordinatorState {
  const run = before.runs.find(({ requestId }) => requestId === request.id);
  if (run === undefined) return before;
  const { day, lastStartAt, ...rest } = before;
  const runs = before.runs.filter((held) => held !== run).map((held) => withoutPrevious(held, run));
  const lastStart = lastStartAt === run.startedAt ? latestOf(run.previousStartAt, runs) : lastStartAt;
  const waiting = { request, parkedAt: run.startedAt, dueAt: now + CAPACITY_WAIT_MS, withdrawnAt: now };
  const withdrawn = {
    ...rest,
    ...(lastStart !== undefined && { lastStartAt: lastStart }),
    runs,
    day: withCounted(day, utcDay(run.startedAt), { starts: -1 }),
    ...(before.quality && { quality: othersAwaited(before.quality, trainingTakenBack(before.quality, run), runs) }),
    parked: before.parked.map((parked) => (parked.withdrawnAt === undefined ? withDueTime(parked, now) : parked)),
  };
  return withinSpace(withParked(withdrawn, approvedBy === undefined ? waiting : { ...waiting, approvedBy }));
}

/** A run whose cooldown would count again from a start that was taken back; it counts from the one before that. */
function withoutPrevious(held: Run, { startedAt, previousStartAt }: Run): Run {
  if (held.previousStartAt !== startedAt) return held;
  const { previousStartAt: _takenBack, ...run } = held;
  return previousStartAt === undefined ? run : { ...run, previousStartAt };
}

function latestOf(previousStartAt: number | undefined, runs: readonly Run[]): number | undefined {
  const starts = [...(previousStartAt === undefined ? [] : [previousStartAt]), ...runs.map(({ startedAt }) => startedAt)];
  return starts.length === 0 ? undefined : Math.max(...starts);
}

/** Weight of the newest run in the smoothed duration: about the last ten runs tell. */
const NEWEST_WEIGHT = 0.2;

/**
 * The smoothed duration of a model's successful runs after one more, milliseconds. Unchanged by one that ended before it began,
 * which no clock explains.
 */
function smoothedDuration(
  { usualRunMs }: Pick<CoordinatorState, "usualRunMs">,
  { startedAt }: Run,
  endedAt: number,
): number | undefined {
  const durationMs = endedAt - startedAt;
  if (durationMs <= 0) return usualRunMs;
  return usualRunMs === undefined ? durationMs : usualRunMs + NEWEST_WEIGHT * (durationMs - usualRunMs);
}
