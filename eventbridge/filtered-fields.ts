import { isMapping } from "../functions/core/json-path";
import { nearestWord } from "../functions/core/nearest-word";
import { quotedText } from "../functions/core/plain-text";
import type { EventEntry, SubjectField } from "../functions/core/sagemaker-events/event-entry";
import type { PatternValue } from "./event-rule";
import { valueText } from "./operator-mistakes";

/** A field of the event, from the outside in, and the values that it may have. */
export interface FilteredField {
  readonly path: readonly string[];
  readonly values: readonly PatternValue[];
}

/** A field under the name that the filter gives it. */
interface NamedField extends FilteredField {
  readonly key: string;
}

/** A name or a filter of SageMaker events that its author must correct; the message says what is allowed. */
export class EventFilterError extends Error {
  override readonly name = "EventFilterError";
}

const SUBJECT_KEYS = ["name", "names", "prefix"] as const;

/**
 * What a filter asks of the event's fields.
 * @throws EventFilterError when it names a field or a value that the entry does not know, or one field twice
 */
export function filteredFields(entry: EventEntry, filter: Readonly<Record<string, unknown>>): FilteredField[] {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const known = knownFields(entry);
  const fields = given.filter(([key]) => !isSubjectKey(key)).map(([key, value]) => fieldOf(entry, known, key, value));
  const all = [...subjectField(entry, new Map(given)), ...fields];
  for (const path of new Set(all.map((field) => field.path.join(".")))) {
    const same = all.filter((field) => field.path.join(".") === path);
    if (same.length > 1)
      fail(entry, `${same.map(({ key }) => key).join(" and ")} filter by the same field, ${path}; give one of them`);
  }
  return all.map(({ path, values }) => ({ path, values }));
}

/** The fields that the entry can be filtered by, under their names in a filter. */
function knownFields({
  status,
  previousStatus,
  filters,
}: EventEntry): Map<string, { path: string; values: readonly string[] | "any" }> {
  const previous = previousStatus !== undefined && status && { path: previousStatus, values: status.values };
  return new Map([
    ...(status ? [["status", status] as const, [status.path, status] as const] : []),
    ...(previous ? [["previousStatus", previous] as const, [previous.path, previous] as const] : []),
    ...Object.entries(filters).map(([path, values]) => [path, { path, values }] as const),
  ]);
}

function fieldOf(entry: EventEntry, known: ReturnType<typeof knownFields>, key: string, value: unknown): NamedField {
  const field = known.get(key);
  if (field === undefined) return fail(entry, unknownWord(`the filter ${valueText(key)}`, key, [...SUBJECT_KEYS, ...known.keys()]));
  if (!Array.isArray(value) || value.length === 0) {
    return fail(entry, `${key}: got ${valueText(value)}, expected a list of at least one value; to match all, leave ${key} out`);
  }
  const values = value.map((item) =>
    field.values === "any" ? anyValue(entry, key, item) : knownValue(entry, key, item, field.values),
  );
  return { key, path: ["detail", ...field.path.split(".")], values };
}

function knownValue(entry: EventEntry, key: string, value: unknown, values: readonly string[]): string {
  const found = values.find((allowed) => allowed === value);
  return found ?? fail(entry, `${key}: ${unknownWord(valueText(value), value, values)}`);
}

function anyValue(entry: EventEntry, key: string, value: unknown): PatternValue {
  if (value === null || isScalar(value) || isOperator(value)) return value;
  return fail(
    entry,
    `${key}: got ${valueText(value)}, allowed are text, numbers, true, false, null and an operator such as {"prefix": "a"}`,
  );
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

function isOperator(value: unknown): value is { readonly [operator: string]: unknown } {
  return isMapping(value) && Object.keys(value).length === 1 && isOperand(value);
}

/** Whatever the operator, EventBridge takes no empty list or object, and nothing that JSON could not say. */
function isOperand(value: unknown): boolean {
  if (value === null || isScalar(value)) return true;
  if (!Array.isArray(value) && !isMapping(value)) return false;
  const inner = Object.values(value);
  return inner.length > 0 && inner.every(isOperand);
}

function subjectField(entry: EventEntry, given: ReadonlyMap<string, unknown>): NamedField[] {
  const keys = SUBJECT_KEYS.filter((key) => given.has(key));
  if (keys.length === 0) return [];
  const [name, names, prefix] = SUBJECT_KEYS.map((key) => textsOf(entry, key, given.get(key)));
  const values = subjectAlternatives(entry.subject, { names: [...(name ?? []), ...(names ?? [])], prefixes: prefix ?? [] });
  const { path } = entry.subject;
  return [{ key: keys.join(" and "), path: path === undefined ? ["resources"] : ["detail", ...path.split(".")], values }];
}

function textsOf(entry: EventEntry, key: (typeof SUBJECT_KEYS)[number], value: unknown): string[] {
  if (value === undefined) return [];
  const texts: unknown[] = key === "names" && Array.isArray(value) ? value : [value];
  if (texts.length > 0 && texts.every((text) => typeof text === "string")) return texts;
  return fail(entry, `${key}: got ${valueText(value)}, expected ${key === "names" ? "a list of names" : "a text"}`);
}

function unknownWord(what: string, word: unknown, allowed: readonly string[]): string {
  const nearest = typeof word === "string" ? nearestWord(word, allowed) : undefined;
  return `got ${what}; ${nearest === undefined ? "" : `did you mean ${nearest}? `}allowed are ${allowed.join(", ")}`;
}

function isSubjectKey(key: string): boolean {
  return SUBJECT_KEYS.some((known) => known === key);
}

function fail(entry: EventEntry, problem: string): never {
  throw new EventFilterError(`a filter of ${entry.name} events: ${problem}`);
}

/** Wildcards and what escapes them; a space is in no name. */
const NO_NAME = /[*\\\s]/;

/** What a filter asks of a subject. */
interface AskedNames {
  readonly names: readonly string[];
  readonly prefixes: readonly string[];
}

/**
 * The alternatives of a pattern for the names of things, and for what names start with. A name in an ARN is found by the ARN's end,
 * in any case; a beginning of it in the case that is given and in lower case, since wildcards have no way to ignore it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @throws EventFilterError when a name is empty, or holds a wildcard
 */
function subjectAlternatives({ arnOf }: SubjectField, { names, prefixes }: AskedNames): PatternValue[] {
  for (const text of [...names, ...prefixes]) requirePlain(text);
  if (arnOf === undefined) return [...names, ...prefixes.map((prefix) => ({ prefix }))];
  return [
    ...names.map((name) => ({ suffix: { "equals-ignore-case": `:${arnOf}/${name}` } })),
    ...prefixes
      .flatMap((prefix) => [...new Set([prefix, prefix.toLowerCase()])])
      .map((prefix) => ({ wildcard: `*:${arnOf}/${prefix}*` })),
  ];
}

function requirePlain(text: string): void {
  if (text !== "" && !NO_NAME.test(text)) return;
  throw new EventFilterError(
    `got the name ${quotedText(text)}, allowed is plain text without *, \\ and spaces; for all names that start alike, give what they start with as prefix`,
  );
}
