import type { TrainingRequest } from "../../core/training-request";

/** How many causes and manifests are listed, from most to fewest, until the text is short enough. */
const LISTED = [1000, 100, 30, 10, 3, 1, 0] as const;

/**
 * Why a run was started, as JSON of at most `maxLength` characters: the request, with as many of its causes and manifests as fit
 * and the number of each that do not.
 * @throws RangeError when not even the request's name fits
 */
export function auditText(request: TrainingRequest, maxLength: number): string {
  const { id, model, priority, requestedAt, causes, manifests } = request;
  for (const listed of LISTED) {
    const omitted = { causes: Math.max(0, causes.length - listed), manifests: Math.max(0, manifests.length - listed) };
    const isWhole = omitted.causes === 0 && omitted.manifests === 0;
    const text = JSON.stringify({
      requestId: id,
      model,
      priority,
      requestedAt: new Date(requestedAt).toISOString(),
      causes: causes.slice(0, listed),
      manifests: manifests.slice(0, listed),
      ...(isWhole ? {} : { omitted }),
    });
    if (text.length <= maxLength) return text;
  }
  throw new RangeError(`the audit text of ${id} does not fit into ${maxLength} characters`);
}
