import { isMapping, isTooDeep } from "../functions/core/json-path";
import type { EventPattern } from "./event-rule";

/** One field that an event must have, or lack: where it is, and the values or operators of which one must hold. */
export interface PatternField {
  /** Keys from the event's root. */
  readonly path: readonly string[];
  readonly alternatives: readonly unknown[];
}

/** What a pattern asks for when its every `$or` is resolved: the fields of one of these lists. */
export type PatternCases = readonly (readonly PatternField[])[];

/**
 * How many cases the `$or` of a pattern may make:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export const MAX_CASES = 1_000;

/**
 * Keys that make an object an operator: where one stands in an alternative of `$or`, EventBridge takes `$or` for a field's name.
 */
export const OPERATORS = [
  "prefix",
  "suffix",
  "anything-but",
  "equals-ignore-case",
  "wildcard",
  "numeric",
  "cidr",
  "exists",
] as const;

export type Operator = (typeof OPERATORS)[number];

export function isOperator(text: string): text is Operator {
  return OPERATORS.some((operator) => operator === text);
}

/** True for a member that is an alternative of patterns, and no field that happens to be called `$or`. */
export function isOr(key: string, value: unknown): value is readonly EventPattern[] {
  return (
    key === "$or" &&
    Array.isArray(value) &&
    value.length > 1 &&
    value.every((member) => isMapping(member) && Object.keys(member).length > 0 && !Object.keys(member).some(isOperator))
  );
}

/** In how many ways the `$or` of a pattern can be resolved; the pattern must not be too deep. */
export function countCases(pattern: object): number {
  return Object.entries(pattern).reduce((count, [key, value]) => {
    if (isOr(key, value)) return count * value.reduce((sum, member) => sum + countCases(member), 0);
    return isMapping(value) ? count * countCases(value) : count;
  }, 1);
}

/**
 * The cases of a pattern, the fields of each in the order of their names. None for a pattern that EventBridge would refuse because
 * a level is empty, a value stands outside a list, or there are too many cases.
 */
export function patternCases(pattern: EventPattern): PatternCases {
  if (isTooDeep(pattern) || countCases(pattern) > MAX_CASES) return [];
  return casesOf(pattern, []).map((fields) => {
    // Of two alternatives at one place, a compiled rule of EventBridge keeps the later.
    const byPath = new Map(fields.map((field) => [JSON.stringify(field.path), field]));
    return [...byPath.values()].sort((a, b) => compared(a.path.join("."), b.path.join(".")));
  });
}

function casesOf(pattern: object, path: readonly string[]): PatternCases {
  const entries = Object.entries(pattern);
  if (entries.length === 0) return [];
  return entries.reduce<PatternCases>(
    (cases, [key, value]) => {
      const options = optionsOf(key, value, path);
      return cases.flatMap((fields) => options.map((added) => [...fields, ...added]));
    },
    [[]],
  );
}

function optionsOf(key: string, value: unknown, path: readonly string[]): PatternCases {
  if (isOr(key, value)) return value.flatMap((member) => casesOf(member, path));
  if (Array.isArray(value)) return [[{ path: [...path, key], alternatives: value }]];
  return isMapping(value) ? casesOf(value, [...path, key]) : [];
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
