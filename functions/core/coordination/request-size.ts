import { utf8Bytes } from "../batching/landed-object";
import { askedBy, type Cause, type Manifest, type TrainingRequest } from "../training-request";

/** The most that one training takes: manifests, and space of its request as `spaceOf` measures it. */
export const MAX_MANIFESTS = 1_000;
export const MAX_TRAINING_SPACE = 76_000;

/** More than whoever brings back the data of a training that took the most has to say. */
const SPACE_OF_ASKING = 2_500;

/** True for a request that one training can be. */
export function isOneTraining(request: TrainingRequest): boolean {
  return request.manifests.length <= MAX_MANIFESTS && spaceOf(request) <= MAX_TRAINING_SPACE;
}

/** True for a request, with data that it takes along, that one training can be. */
export function canTakeAlong(request: TrainingRequest): boolean {
  return request.manifests.length <= MAX_MANIFESTS && spaceOf(request) <= MAX_TRAINING_SPACE + SPACE_OF_ASKING;
}

/** Bytes of the numbers and names that a request, each of its causes, and each of its manifests with its digest take at most. */
const REQUEST_SPACE = 64;
const CAUSE_SPACE = 32;
const MANIFEST_SPACE = 64;

/** What waits is measured with every request that comes, and none of it changes. */
const KNOWN_SPACES = new WeakMap<TrainingRequest | readonly Manifest[], number>();

/**
 * Bytes that a request takes at most in a record of the state store, which is deflated, whatever its texts are: addresses repeat
 * their beginnings, so that of each only what differs from the one before it counts, in UTF-8, beside a constant for numbers.
 */
export function spaceOf(request: TrainingRequest): number {
  return known(request, ({ id, causes, manifests }) => {
    let space = REQUEST_SPACE + utf8Bytes(id) + spaceOfManifests(manifests);
    for (const cause of causes) space += CAUSE_SPACE + textBytes(cause);
    return space;
  });
}

function spaceOfManifests(manifests: readonly Manifest[]): number {
  return known(manifests, () => {
    const differing = ({ uri }: Manifest, index: number) => utf8Bytes(uri) - commonBytes(uri, manifests[index - 1]);
    return manifests.reduce((sum, manifest, index) => sum + MANIFEST_SPACE + differing(manifest, index), 0);
  });
}

function known<T extends TrainingRequest | readonly Manifest[]>(value: T, measure: (value: T) => number): number {
  const known = KNOWN_SPACES.get(value);
  if (known !== undefined) return known;
  const space = measure(value);
  KNOWN_SPACES.set(value, space);
  return space;
}

/** The manifests of two requests, one after the other. */
export function joinedManifests(earlier: readonly Manifest[], later: readonly Manifest[]): readonly Manifest[] {
  const joined = [...earlier, ...later];
  const [first] = later;
  const common = first === undefined ? 0 : commonBytes(first.uri, earlier.at(-1));
  KNOWN_SPACES.set(joined, spaceOfManifests(earlier) + spaceOfManifests(later) - common);
  return joined;
}

/** Bytes of what an address begins with in common with the one before it. */
function commonBytes(uri: string, before: Manifest | undefined): number {
  let common = 0;
  while (common < uri.length && uri[common] === before?.uri[common]) common++;
  return utf8Bytes(uri.slice(0, common));
}

/** Of the texts of a cause that whoever asks chooses. */
function textBytes(cause: Cause): number {
  switch (cause.type) {
    case "data":
      return 0;
    case "schedule":
      return utf8Bytes(cause.name);
    case "drift":
      return utf8Bytes(cause.feature ?? "");
    case "manual":
      return utf8Bytes(cause.by) + utf8Bytes(cause.why);
    case "event": {
      const metadata = Object.entries(cause.metadata ?? {}).flat();
      return [cause.rule, cause.event, cause.subject, ...metadata].reduce((sum, text) => sum + utf8Bytes(text), 0);
    }
    case "quality":
      return utf8Bytes(cause.monitor ?? "") + utf8Bytes(cause.metric ?? "");
  }
}

/** What a notice that waits to be sent keeps of its request. */
const MAX_NOTICE_SPACE = 1_000;

/**
 * A request as a notice of it waits in the state: whole where it takes little, else with so few of its causes and manifests, and
 * without metadata, that many notices can wait. `omitted` says how many of each are not listed.
 */
export function briefRequest(request: TrainingRequest): { readonly request: TrainingRequest; readonly omitted?: Omitted } {
  if (spaceOf(request) <= MAX_NOTICE_SPACE) return { request };
  const { manifests } = request;
  const causes = request.causes.map(withoutMetadata);
  const brief = [10, 3, 1, 0].map((listed) => ({
    request: {
      ...request,
      causes: causes.slice(0, Math.max(1, listed)),
      manifests: manifests.slice(0, listed),
      askedBy: askedBy(request),
    },
    omitted: { causes: Math.max(0, causes.length - Math.max(1, listed)), manifests: Math.max(0, manifests.length - listed) },
  }));
  return brief.find((one) => spaceOf(one.request) <= MAX_NOTICE_SPACE) ?? brief.at(-1) ?? { request };
}

/** A cause without what its rule took from the event. */
export function withoutMetadata(cause: Cause): Cause {
  if (cause.type !== "event") return cause;
  const { metadata: _metadata, ...rest } = cause;
  return rest;
}

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

/** How many causes and manifests of a request are not listed. */
export interface Omitted {
  readonly causes: number;
  readonly manifests: number;
}

/** A request of which not every cause and manifest may be listed. */
export type ShortenedRequest = Pick<TrainingRequest, "causes" | "manifests"> & { readonly omitted?: Omitted };

/**
 * What a request lists, from all of it to nothing, for whoever has little room.
 * @param before what it does not list itself
 */
export function* shortenings({ causes, manifests }: TrainingRequest, before?: Omitted): Generator<ShortenedRequest> {
  for (const listed of LISTED) {
    const omitted = {
      causes: (before?.causes ?? 0) + Math.max(0, causes.length - listed),
      manifests: (before?.manifests ?? 0) + Math.max(0, manifests.length - listed),
    };
    const isWhole = omitted.causes === 0 && omitted.manifests === 0;
    yield { causes: causes.slice(0, listed), manifests: manifests.slice(0, listed), ...(!isWhole && { omitted }) };
  }
}
