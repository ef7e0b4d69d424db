// The keys that a JSON Schema allows, and the one of them that an unknown key was probably meant for.
import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { isMapping } from "../functions/core/json-path";

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What was probably meant by an unknown key. */
interface LikelyKey {
  /** With a space at its end; empty where nobody can tell. */
  readonly hint: string;
  /** The key that is near enough to be read in its place. */
  readonly meant: string | undefined;
  readonly allowed: readonly string[];
}

/** Words of other tools, and of the other cloud, for keys of ours. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  location: "region",
  tags: "labels",
  labels: "tags",
  slack: "slackWebhookSecret",
  evidently: "prefix",
};

/** How many places of a key are told, and how far below the mapping they are looked for. */
const MOST_PLACES = 3;
const MOST_LEVELS = 3;

/** @param value the mapping that has the key, at `path` */
export function likelyKey(
  schema: JsonSchema,
  { path, key, value }: { readonly path: readonly PropertyKey[]; readonly key: string; readonly value: unknown },
): LikelyKey {
  const allowed = allowedKeys(schema, path, value);
  const word = Object.hasOwn(OTHER_WORDS, key) ? OTHER_WORDS[key] : undefined;
  if (word !== undefined && allowed.includes(word)) return { hint: `did you mean ${word}? `, meant: word, allowed };
  const candidate = closest(key, allowed);
  const edits = distance(key, candidate);
  // A key of which more must be retyped is unlikely to be what was meant.
  if (edits <= Math.max(2, Math.floor(key.length / 3))) {
    return { hint: `did you mean ${candidate}? `, meant: edits <= key.length / 2 ? candidate : undefined, allowed };
  }
  const section = path.reduce<JsonSchema>((node, name) => step(node, name), schema);
  const places = placesBelow(section, key, MOST_LEVELS).sort((a, b) => a.length - b.length);
  const named = places.slice(0, MOST_PLACES).map((place) => place.join("."));
  return { hint: named.length === 0 ? "" : `it belongs below ${named.join(", or ")}; `, meant: undefined, allowed };
}

/** The paths of the mappings below one that have a key. */
function placesBelow(node: JsonSchema, key: string, levels: number): string[][] {
  if (levels === 0) return [];
  const members = alternatives(node).flatMap(({ properties, additionalProperties }) => [
    ...Object.entries(properties ?? {}),
    ...(isMapping(additionalProperties) ? [["<name>", additionalProperties] as const] : []),
  ]);
  const found = members.flatMap(([name, member]) => {
    const below = subschema(member);
    const hasKey = alternatives(below).some(({ properties }) => properties !== undefined && Object.hasOwn(properties, key));
    return [...(hasKey ? [[name]] : []), ...placesBelow(below, key, levels - 1).map((place) => [name, ...place])];
  });
  const distinct = new Map(found.map((place) => [place.join("."), place]));
  return [...distinct.values()];
}

/** The keys of the mapping at a path; of a union those of the variant whose type the value has. */
export function allowedKeys(schema: JsonSchema, path: readonly PropertyKey[], value: unknown): string[] {
  const section = path.reduce<JsonSchema>((node, key) => step(node, key), schema);
  const variants = section.oneOf?.filter((variant) => typeOf(value) === subschema(variant.properties?.type).const);
  const properties = variants?.[0]?.properties ?? alternatives(section).find((node) => node.properties)?.properties;
  return Object.keys(properties ?? {}).filter((key) => key !== "$schema");
}

/** What a schema says of a member. */
export function step(node: JsonSchema, key: PropertyKey): JsonSchema {
  const nodes = alternatives(node);
  if (typeof key === "number") return subschema(nodes.find(({ items }) => items)?.items);
  const within = nodes.map(({ properties, additionalProperties }) => properties?.[String(key)] ?? additionalProperties);
  return subschema(within.find(isMapping));
}

/** The node itself and the variants of its unions. */
function alternatives(node: JsonSchema): JsonSchema[] {
  return [node, ...(node.anyOf ?? []).map(subschema), ...(node.oneOf ?? []).map(subschema)];
}

/** A schema, of what may also be true or false. */
export function subschema(node: unknown): JsonSchema {
  return isMapping(node) ? node : {};
}

/** The `type` that a mapping says. */
export function typeOf(value: unknown): unknown {
  return isMapping(value) ? value.type : undefined;
}
