import type { ModelSettings } from "../model-settings";
import { qualitySignalsOf } from "../quality/quality-signals-of";
import type { DriftReport } from "./drift-report";
import type { DriftAction, DriftState } from "./drift-state";

/** Signals that wait to be sent while their queue is away; more would leave no room for the histories in the model's record. */
const MOST_PENDING = 100;

/** What a report tells the coordinator of the model's quality. */
export interface QualityResponse {
  readonly actions: readonly DriftAction[];
  /** Why its other performances are no signals, in words. */
  readonly refusals: readonly string[];
}

/** The signals of a report that its model's adaptive policy asks for; none where the policy has no price. */
export function qualityActions(
  { policy }: Pick<ModelSettings, "policy">,
  report: DriftReport,
  { outbox }: Pick<DriftState, "outbox">,
): QualityResponse {
  const { adaptive } = policy;
  if (adaptive === undefined) return { actions: [], refusals: [] };
  const { signals, refusals } = qualitySignalsOf(report);
  const asked = signals.filter(({ metric }) => adaptive.metric === undefined || adaptive.metric === metric);
  const pending = outbox.filter(({ action }) => action.type === "quality").length;
  if (asked.length > 0 && pending + asked.length > MOST_PENDING) {
    return { actions: [], refusals: [...refusals, `${pending} signals wait to be sent already: is the queue of requests there?`] };
  }
  return { actions: asked.map((signal) => ({ type: "quality", signal })), refusals };
}
