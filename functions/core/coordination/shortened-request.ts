import type { TrainingRequest } from "../training-request";

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

/** How many causes and manifests are listed, from most to fewest. */
const LISTED = [1000, 100, 30, 10, 3, 1, 0] as const;

/** A request of which not every cause and manifest may be listed; `omitted` says how many of each are not. */
export type ShortenedRequest = Pick<TrainingRequest, "causes" | "manifests"> & {
  readonly omitted?: { readonly causes: number; readonly manifests: number };
};

/** What a request lists, from all of it to nothing, for whoever has little room. */
export function* shortenings({ causes, manifests }: TrainingRequest): Generator<ShortenedRequest> {
  for (const listed of LISTED) {
    const omitted = { causes: Math.max(0, causes.length - listed), manifests: Math.max(0, manifests.length - listed) };
    const isWhole = omitted.causes === 0 && omitted.manifests === 0;
    yield { causes: causes.slice(0, listed), manifests: manifests.slice(0, listed), ...(!isWhole && { omitted }) };
  }
}
