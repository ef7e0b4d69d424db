/**
 * Longest event pattern of a rule, as JSON without spaces. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export const MAX_PATTERN_CHARACTERS = 2048;

/** Keys that start with one of the prefixes and, if there are suffixes, end with one of them. */
export interface KeySelection {
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
}

type KeyMatcher = string | { readonly prefix: string } | { readonly suffix: string } | { readonly wildcard: string };

/** Which keys of a bucket are listened for. */
export interface BucketKeys {
  readonly bucket: string;
  /** Matchers, of which one must match; undefined for every key. */
  readonly keys: readonly KeyMatcher[] | undefined;
}

/** The keys of a bucket that one of the selections selects, said once: what another matcher includes by its prefix is left out. */
export function bucketKeys(bucket: string, selections: readonly KeySelection[]): BucketKeys {
  if (selections.some(({ prefixes, suffixes }) => prefixes.includes("") && suffixes.length === 0))
    return { bucket, keys: undefined };
  const matchers = distinct(selections.flatMap(keyMatchers));
  const whole = matchers.flatMap((matcher) => (typeof matcher === "object" && "prefix" in matcher ? [matcher.prefix] : []));
  const starts = { plain: new Set(whole), escaped: new Set(whole.map(escapeWildcard)) };
  return { bucket, keys: matchers.filter((matcher) => !isIncluded(matcher, starts)) };
}

/** The same keys, each matcher apart: for a bucket whose matchers are too many for one pattern. */
export function matchersApart({ bucket, keys }: BucketKeys): BucketKeys[] {
  return keys === undefined ? [{ bucket, keys }] : keys.map((key) => ({ bucket, keys: [key] }));
}

/**
 * The event pattern of new objects with these keys, exactly; the order of buckets and of keys makes no difference. Buckets that are
 * listened to for the same keys stand side by side.
 * @param account that owns all of the buckets, for a bus that events of several accounts arrive on
 */
export function objectPattern(watched: readonly BucketKeys[], account?: string): string {
  const buckets = [...new Set(watched.map(({ bucket }) => bucket))].sort();
  const bucketsByKeys = new Map<string, string[]>();
  for (const bucket of buckets) {
    const own = watched.filter((one) => one.bucket === bucket).map(({ keys }) => keys);
    const keys = own.includes(undefined) ? "" : JSON.stringify(distinct(own.flatMap((some) => some ?? [])).sort(byText));
    bucketsByKeys.set(keys, [...(bucketsByKeys.get(keys) ?? []), bucket]);
  }
  const alternatives = [...bucketsByKeys].map(([keys, names]) => ({
    bucket: { name: names },
    ...(keys === "" ? {} : { object: { key: JSON.parse(keys) } }),
  }));
  const detail = alternatives.length === 1 ? alternatives[0] : { $or: alternatives };
  const owner = account === undefined ? {} : { account: [account] };
  return JSON.stringify({ source: ["aws.s3"], "detail-type": ["Object Created"], ...owner, detail });
}

function distinct(matchers: readonly KeyMatcher[]): KeyMatcher[] {
  return [...new Map(matchers.map((matcher) => [JSON.stringify(matcher), matcher])).values()];
}

function byText(a: KeyMatcher, b: KeyMatcher): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** True when every key that the matcher matches has one of the prefixes, which stand in `starts` as they are and escaped. */
function isIncluded(matcher: KeyMatcher, starts: { readonly plain: ReadonlySet<string>; readonly escaped: ReadonlySet<string> }) {
  if (typeof matcher === "string") return starts.plain.has(matcher) || continuesAny(matcher, starts.plain);
  if ("prefix" in matcher) return continuesAny(matcher.prefix, starts.plain);
  return "wildcard" in matcher && continuesAny(matcher.wildcard, starts.escaped);
}

/** Whether a text is longer than one of these, and starts with it; in time that does not grow with their number. */
function continuesAny(text: string, starts: ReadonlySet<string>): boolean {
  for (let length = 0; length < text.length; length += 1) if (starts.has(text.slice(0, length))) return true;
  return false;
}

function keyMatchers({ prefixes, suffixes }: KeySelection): KeyMatcher[] {
  const all = new Set(prefixes);
  const starts = prefixes.filter((prefix) => !continuesAny(prefix, all));
  const ends = suffixes.filter((suffix) => !suffixes.some((other) => other !== suffix && suffix.endsWith(other)));
  if (ends.length === 0) return starts.map((prefix) => ({ prefix }));
  return starts.flatMap((prefix) =>
    ends.flatMap((suffix): KeyMatcher[] =>
      prefix === ""
        ? [{ suffix }]
        : [{ wildcard: `${escapeWildcard(prefix)}*${escapeWildcard(suffix)}` }, ...overlaps(prefix, suffix)],
    ),
  );
}

/** Keys too short for prefix and suffix side by side, that have both all the same: `data.csv` for `data.csv` and `.csv`. */
function overlaps(prefix: string, suffix: string): string[] {
  const shared = Array.from({ length: Math.min(prefix.length, suffix.length) }, (_, index) => index + 1);
  return shared.filter((length) => prefix.endsWith(suffix.slice(0, length))).map((length) => prefix + suffix.slice(length));
}

function escapeWildcard(text: string): string {
  return text.replace(/[\\*]/g, "\\$&");
}
