import type { TrainingRequest } from "../training-request";

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
