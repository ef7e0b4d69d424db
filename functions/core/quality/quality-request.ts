import { qualityRequestId, sweepRequestId } from "../request-ids";
import { type Cause, QUALITY_PRIORITY, type TrainingRequest } from "../training-request";
import type { AdaptivePolicy } from "./adaptive-policy";
import { type JudgedState, judgedModel, judgeQuality } from "./judge-quality";
import type { QualitySignal } from "./quality-signal";

/** What a signal asks for, by what is known after it. Its id is equal for every delivery of the signal. */
export function signalRequest(policy: AdaptivePolicy, state: JudgedState, signal: QualitySignal, now: number): TrainingRequest {
  const { model, monitor, metric, error, to } = signal;
  const cause: Cause = { type: "quality", monitor, metric, error: rounded(error), until: to, ...worthOf(policy, state, now) };
  return requestOf(model, qualityRequestId(signal), cause, now);
}

/**
 * What the clock asks for, where a training is worth its price and nobody asks: the model got worse by the steps that have no
 * labels yet, or its period is over. Undefined where it is not, or was asked for in this step.
 * @param recentIds request ids that were decided
 */
export function sweepRequest(
  policy: AdaptivePolicy,
  { model, recentIds, state }: { readonly model: string; readonly recentIds: readonly string[]; readonly state: JudgedState },
  now: number,
): TrainingRequest | undefined {
  const id = sweepRequestId(model, stepAt(policy, now));
  const isAsked = recentIds.includes(id) || state.quality?.askedStep === stepAt(policy, now);
  if (isAsked || !judgeQuality(policy, state, now).isDue) return undefined;
  const until = state.quality?.labelledUntil;
  return requestOf(model, id, { type: "quality", ...(until !== undefined && { until }), ...worthOf(policy, state, now) }, now);
}

/** The begin of the step in which a time lies, epoch milliseconds. */
export function stepAt({ stepMs }: Pick<AdaptivePolicy, "stepMs">, now: number): number {
  return Math.floor(now / stepMs) * stepMs;
}

function requestOf(model: string, id: string, cause: Cause, now: number): TrainingRequest {
  return { id, model, causes: [cause], priority: QUALITY_PRIORITY, manifests: [], requestedAt: now };
}

function worthOf(policy: AdaptivePolicy, { quality }: JudgedState, now: number): { debt?: number; price?: number } {
  const judged = quality && judgedModel(policy, quality, now);
  return judged === undefined ? {} : { debt: rounded(judged.debt), price: rounded(judged.question.price) };
}

/** Of a cause, which waits in the state with a hundred others. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
