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

/**
 * The event pattern of new objects of a bucket whose keys one of the selections selects. One pattern for all models of a bucket,
 * so that an object which several watch arrives once.
 */
export function objectPattern(bucket: string, selections: readonly KeySelection[]): string {
  const everything = selections.some(({ prefixes, suffixes }) => prefixes.includes("") && suffixes.length === 0);
  const matchers = new Map(selections.flatMap(keyMatchers).map((matcher) => [JSON.stringify(matcher), matcher]));
  return JSON.stringify({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [bucket] }, ...(everything ? {} : { object: { key: [...matchers.values()] } }) },
  });
}

function keyMatchers({ prefixes, suffixes }: KeySelection): KeyMatcher[] {
  const starts = prefixes.filter((prefix) => !prefixes.some((other) => other !== prefix && prefix.startsWith(other)));
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
