// Which keys of a bucket two selections have in common, by an example of one.
import type { EventPattern } from "../../eventbridge/event-rule";
import { matchesPattern } from "../../eventbridge/matches-pattern";
import { isMapping } from "../../functions/core/json-path";
import { type DataSettings, isWatched } from "../../functions/core/model-settings";

/** Keys that somebody else watches in a bucket. */
export interface ForeignKeys {
  /** What some of these keys start with. */
  readonly starts: readonly string[];
  /** What some of them end with. */
  readonly ends: readonly string[];
  takes(key: string): boolean;
}

/** The keys of `bucket` that a rule of EventBridge with this pattern matches; none for a text that is no pattern. */
export function watchedByPattern(pattern: string, bucket: string): ForeignKeys {
  const parsed = parsedOf(pattern);
  const [starts, ends] = [new Set([""]), new Set([""])];
  if (parsed !== undefined) collect(parsed, starts, ends);
  return {
    starts: [...starts],
    ends: [...ends],
    takes: (key) => parsed !== undefined && matchesPattern(parsed, landed(bucket, key)),
  };
}

/** A key that both have, as an example; undefined where they have none in common. */
export function overlapOf(data: DataSettings, foreign: ForeignKeys): string | undefined {
  const starts = [...data.prefixes, ...foreign.starts];
  const ends = [...(data.suffixes.length === 0 ? [""] : data.suffixes), ...foreign.ends];
  for (const start of starts)
    for (const end of ends)
      for (const key of [`${start}example${end}`, start + end])
        if (key !== "" && isWatched(data, data.bucket, key) && foreign.takes(key)) return key;
  return undefined;
}

function parsedOf(pattern: string): EventPattern | undefined {
  try {
    const parsed: unknown = JSON.parse(pattern);
    return isMapping(parsed) ? (parsed as EventPattern) : undefined;
  } catch {
    // Not JSON, so EventBridge would not have taken it: somebody else's error matches nothing.
    return undefined;
  }
}

/** Patterns of EventBridge are at most 2,048 characters, so they are not deep. */
function collect(value: unknown, starts: Set<string>, ends: Set<string>): void {
  // a text in a list is a whole key, or something else that no key is like
  if (typeof value === "string") starts.add(value);
  if (Array.isArray(value)) for (const one of value) collect(one, starts, ends);
  if (!isMapping(value)) return;
  for (const [name, one] of Object.entries(value)) {
    if (typeof one !== "string") collect(one, starts, ends);
    else if (name === "prefix") starts.add(one);
    else if (name === "suffix") ends.add(one);
    else if (name === "wildcard") {
      const [start = "", ...rest] = one.split(/(?<!\\)\*/).map((part) => part.replace(/\\([\\*])/g, "$1"));
      starts.add(start);
      ends.add(rest.at(-1) ?? "");
    }
  }
}

function landed(bucket: string, key: string) {
  const detail = { bucket: { name: bucket }, object: { key, size: 1 } };
  return { source: "aws.s3", "detail-type": "Object Created", detail };
}
