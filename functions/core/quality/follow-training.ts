// What a training, from its start to the model that serves, changes of what is known of how well a model serves.
import { utcMonth } from "../coordination/utc-calendar";
import type { AdaptivePolicy } from "./adaptive-policy";
import { beginBreakEven, type HoldOutErrors, modelDeployed, trainingStarted, trainingWasted } from "./break-even";
import { judgedModel } from "./judge-quality";
import type { QualityState } from "./quality-state";

/** How many differences of steps the variance of a backtest is worth. */
const HISTORY_WEIGHT = 10;

/** A training that was started. */
export interface StartedTraining {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/**
 * What is known under a policy: nothing yet, with the newest training that runs as the one that is awaited; or what was known
 * before, without errors of steps of another length.
 * @param runs trainings that run, in the order in which they started
 */
export function qualityUnder(
  policy: AdaptivePolicy,
  before: QualityState | undefined,
  runs: readonly StartedTraining[],
  now: number,
): QualityState {
  const promoted = policy.isPromoted === true && { isPromoted: true as const };
  if (before?.stepMs === policy.stepMs) {
    const { isPromoted: _before, ...kept } = before;
    return { ...kept, ...promoted };
  }
  const { attainable, variance, stepMs } = policy;
  const breakEven = beginBreakEven({
    ...(attainable !== undefined && { attainable }),
    ...(variance !== undefined && { variance, weight: HISTORY_WEIGHT }),
  });
  if (before === undefined) {
    const newest = runs.at(-1);
    const awaited = newest !== undefined && { awaited: { requestId: newest.requestId, startedAt: newest.startedAt } };
    return { breakEven, stepMs, ...promoted, ...awaited, month: { date: utcMonth(now), starts: 0 } };
  }
  const { servingSince, servingRequest, servingRun, servingVersion, awaited, month } = before;
  return {
    breakEven,
    stepMs,
    ...promoted,
    ...(servingSince !== undefined && { servingSince }),
    ...(servingRequest !== undefined && { servingRequest }),
    ...(servingRun !== undefined && { servingRun }),
    ...(servingVersion !== undefined && { servingVersion }),
    ...(awaited !== undefined && { awaited }),
    month,
  };
}

/** What is known after a training started: it is awaited, counted in its month, and will be graded by the excess of now. */
export function trainingBegan(
  policy: AdaptivePolicy,
  before: QualityState | undefined,
  training: StartedTraining,
  now: number,
): QualityState {
  const quality = qualityUnder(policy, before, [], now);
  const judged = judgedModel(policy, quality, now);
  return {
    ...trainingHeld(quality, training),
    breakEven: trainingStarted(quality.breakEven, judged ?? { excess: 0, debt: 0 }),
  };
}

/** What is known after a start that was taken back runs all the same. */
export function trainingHeld(before: QualityState, { requestId, startedAt }: StartedTraining): QualityState {
  return { ...before, awaited: { requestId, startedAt }, month: countedIn(before.month, startedAt, 1) };
}

/** What is known after a start was taken back, as if it had not been. */
export function trainingTakenBack(before: QualityState, { requestId, startedAt }: StartedTraining): QualityState {
  return { ...withoutAwaited(before, requestId), month: countedIn(before.month, startedAt, -1) };
}

function countedIn(before: QualityState["month"], startedAt: number, starts: 1 | -1): QualityState["month"] {
  const date = utcMonth(startedAt);
  if (before.date === date) return { date, starts: Math.max(0, before.starts + starts) };
  return starts === 1 && date > before.date ? { date, starts } : before;
}

/** A run that ended. */
export interface EndedTraining extends StartedTraining {
  readonly runId?: string;
  readonly hasSucceeded: boolean;
  /** Epoch milliseconds. */
  readonly endedAt: number;
}

/** What is known after a run ended: its model serves, unless promotion says what does; of a failed one nothing is awaited. */
export function trainingEnded(before: QualityState, ended: EndedTraining): QualityState {
  const { requestId, runId, hasSucceeded, endedAt } = ended;
  if (!hasSucceeded) return withoutAwaited(before, requestId);
  if (before.isPromoted === true) {
    if (before.awaited?.requestId !== requestId) return before;
    return { ...before, awaited: { ...before.awaited, ...(runId !== undefined && { runId }) } };
  }
  return modelServes(before, { requestId, ...(runId !== undefined && { runId }), since: endedAt });
}

/** What is known after a run told of its hold-out, and the training that it is about; or why it tells nothing. */
export type HoldOutTold = { readonly quality: QualityState; readonly training: string } | { readonly ignored: string };

/**
 * Takes the errors on a training's hold-out: they are kept while the training is awaited, and grade it when its model serves; or at
 * once, where its model serves already and nothing of it was observed. The first ones that are told count; the same again change
 * nothing.
 * @param runs trainings that run, with their names where they are known
 */
export function holdOutTold(
  before: QualityState,
  { run, holdOut }: { readonly run: string; readonly holdOut: ToldErrors },
  runs: readonly (StartedTraining & { readonly runId?: string })[],
): HoldOutTold {
  const { awaited, breakEven } = before;
  const held = runs.find(({ requestId, runId }) => requestId === run || isSameName(runId, run));
  const isAwaited = [run, held?.requestId].includes(awaited?.requestId) || isSameName(awaited?.runId, run);
  if (awaited !== undefined && isAwaited) return toldOfAwaited(before, awaited, holdOut);
  if (before.servingRequest !== run && !isSameName(before.servingRun, run)) {
    return { ignored: held === undefined ? "it is of no training that is awaited or serves" : "another training began after it" };
  }
  const training = before.servingRequest ?? run;
  if (breakEven.holdOut !== undefined) {
    return breakEven.holdOut === holdOut.challenger ? { quality: before, training } : { ignored: TOLD_ALREADY };
  }
  if (breakEven.steps > 0) return { ignored: "labels of its model were observed before it: send it before the run ends" };
  // What it would be graded by is the excess at the newer start.
  if (awaited !== undefined) return { ignored: "another training began after it" };
  const isFirst = breakEven.isFirst === true && holdOut.champion === undefined;
  return { quality: { ...before, breakEven: modelDeployed(breakEven, { ...holdOut, ...(isFirst && { isFirst }) }) }, training };
}

const TOLD_ALREADY = "its run told other errors before";

type ToldErrors = Pick<HoldOutErrors, "champion"> & { readonly challenger: number };

function toldOfAwaited(before: QualityState, awaited: NonNullable<QualityState["awaited"]>, holdOut: ToldErrors): HoldOutTold {
  const { requestId, challenger, champion } = awaited;
  if (challenger === undefined) return { quality: { ...before, awaited: { ...awaited, ...holdOut } }, training: requestId };
  const isSame = challenger === holdOut.challenger && champion === holdOut.champion;
  return isSame ? { quality: before, training: requestId } : { ignored: TOLD_ALREADY };
}

/** A model that came to serve. */
export interface ServingModel {
  /** Whose training made it; absent where nobody knows. */
  readonly requestId?: string;
  readonly runId?: string;
  /** Its address in the registry. */
  readonly version?: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

/**
 * What is known after a model came to serve: nothing of it was observed, and the training that made it is graded. Told again, or of
 * one that came before the model in service, it changes nothing but that its training is not awaited any more.
 */
export function modelServes(before: QualityState, model: ServingModel): QualityState {
  const { requestId, runId, version, since } = model;
  const { awaited } = before;
  // The clock that tells an end may be behind the one of the start, so time tells only where nobody knows the request.
  const isMeant = requestId === undefined ? since >= (awaited?.startedAt ?? 0) : requestId === awaited?.requestId;
  const isAwaited = awaited !== undefined && isMeant;
  const quality = isAwaited ? withoutAwaited(before, awaited.requestId) : before;
  const holdOut = isAwaited ? errorsOf(awaited) : {};
  const trainedBy = isAwaited ? awaited.requestId : requestId;
  if (quality.servingSince !== undefined && since <= quality.servingSince) return quality;
  const { openStep: _open, servingRequest: _request, servingRun: _run, servingVersion: _version, ...kept } = quality;
  const isFirst = quality.servingSince === undefined && holdOut.champion === undefined;
  return {
    ...kept,
    breakEven: modelDeployed(quality.breakEven, { ...holdOut, ...(isFirst && { isFirst }) }),
    servingSince: since,
    ...(trainedBy !== undefined && { servingRequest: trainedBy }),
    ...(runId !== undefined && { servingRun: runId }),
    ...(version !== undefined && { servingVersion: version }),
  };
}

/**
 * What is known after what a training made came to nothing, as its candidate was rejected or rolled back: it cured nothing, and the
 * model in service serves on. Unchanged for a training that is not awaited, so that it may be told twice.
 */
export function candidateEnded(before: QualityState, requestId: string): QualityState {
  if (before.awaited?.requestId !== requestId) return before;
  const free = withoutAwaited(before, requestId);
  return { ...free, breakEven: trainingWasted(free.breakEven) };
}

function errorsOf({ challenger, champion }: NonNullable<QualityState["awaited"]>): Pick<HoldOutErrors, "challenger" | "champion"> {
  return { ...(challenger !== undefined && { challenger }), ...(champion !== undefined && { champion }) };
}

function withoutAwaited(before: QualityState, requestId: string | undefined): QualityState {
  if (before.awaited === undefined || before.awaited.requestId !== requestId) return before;
  const { awaited: _awaited, ...free } = before;
  return free;
}

/**
 * What is known after the end of the wait for a training: where others run, the newest of them is awaited instead.
 * @param runs trainings that run, in the order in which they started
 */
export function othersAwaited(before: QualityState, after: QualityState, runs: readonly StartedTraining[]): QualityState {
  const newest = runs.at(-1);
  if (before.awaited === undefined || after.awaited !== undefined || newest === undefined) return after;
  return { ...after, awaited: { requestId: newest.requestId, startedAt: newest.startedAt } };
}

/** Whether two names are of one run or version: clouds write them in either case. */
export function isSameName(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}

/** What is known, where a clock that was wrong wrote of what is to come: nothing began, and no label came, later than now. */
export function qualityWithoutFuture(before: QualityState, now: number): QualityState {
  const { servingSince, awaited, labelledUntil, openStep, month, ...kept } = before;
  const thisMonth = utcMonth(now);
  return {
    ...kept,
    month: month.date > thisMonth ? { ...month, date: thisMonth } : month,
    ...(servingSince !== undefined && { servingSince: Math.min(servingSince, now) }),
    ...(awaited !== undefined && { awaited: { ...awaited, startedAt: Math.min(awaited.startedAt, now) } }),
    ...(labelledUntil !== undefined && { labelledUntil: Math.min(labelledUntil, now) }),
    ...(openStep !== undefined && openStep.until <= now && { openStep }),
  };
}
