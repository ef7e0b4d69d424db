import type { TrainingRequest } from "../training-request";
import { shortenings } from "./shortened-request";

/**
 * Why a run was started, as JSON of at most `maxLength` characters: the request, with as many of its causes and manifests as fit
 * and the number of each that do not.
 * @throws RangeError when not even the request's name fits
 */
export function auditText(request: TrainingRequest, maxLength: number): string {
  const { id, model, priority, requestedAt } = request;
  for (const shortened of shortenings(request)) {
    const text = JSON.stringify({
      requestId: id,
      model,
      priority,
      requestedAt: new Date(requestedAt).toISOString(),
      ...shortened,
    });
    if (text.length <= maxLength) return text;
  }
  throw new RangeError(`the audit text of ${id} does not fit into ${maxLength} characters`);
}
