import { isMapping } from "../functions/core/json-path";
import { isInCidr } from "./cidr";
import type { EventPattern } from "./event-rule";
import { isOperator, type Operator, type PatternField, patternCases } from "./pattern-fields";
import { matchesWildcard } from "./wildcard";

/**
 * True for an event that a rule of EventBridge with this pattern would match; the pattern should have no `patternMistakes`, and
 * what is broken in it matches nothing. Where the event has lists, any member may match, but all fields below a list must be found
 * in the same member. Never throws, and never tries a choice of members twice.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html What the documentation leaves open is as
 * in the matcher that AWS publishes, https://github.com/aws/event-ruler.
 * @param event parsed JSON
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return isMapping(event) && patternCases(pattern).some((fields) => matchesFields(fields, event, false));
}

/**
 * True when all fields are found in one value, or are absent and may be. Fields come in the order of their names, as the matcher of
 * AWS takes them, which shows where a field must be absent from a list: only a field that was found before it chooses the member.
 * @param mustFind the first field may not be absent
 */
function matchesFields(fields: readonly PatternField[], value: unknown, mustFind: boolean): boolean {
  if (Array.isArray(value)) return matchesList(fields, flattened(value), mustFind);
  const below = new Map<string, PatternField[]>();
  for (const [index, field] of fields.entries()) {
    const [key, ...path] = field.path;
    const isFirst = mustFind && index === 0;
    if (key !== undefined && isMapping(value) && Object.hasOwn(value, key)) {
      const group = below.get(key);
      if (group === undefined) below.set(key, [{ ...field, path }]);
      else group.push({ ...field, path });
    } else if (key === undefined && isLeaf(value)) {
      if (!matchesLeaf(field.alternatives, value)) return false;
    } else if (isFirst || !allowsAbsence(field.alternatives)) {
      return false;
    }
  }
  const mustFindFirst = mustFind ? fields[0]?.path[0] : undefined;
  return [...below].every(([key, rest]) => isMapping(value) && matchesFields(rest, value[key], key === mustFindFirst));
}

function matchesList(fields: readonly PatternField[], members: readonly unknown[], mustFind: boolean): boolean {
  for (const [index, field] of fields.entries()) {
    const rest = fields.slice(index);
    if (members.some((member) => matchesFields(rest, member, true))) return true;
    if (mustFind || !allowsAbsence(field.alternatives) || members.some((member) => isFound(field.path, member))) return false;
  }
  return true;
}

/** True when an event has a leaf at a path, in whatever member of its lists. */
function isFound(path: readonly string[], value: unknown): boolean {
  if (Array.isArray(value)) return flattened(value).some((member) => isFound(path, member));
  const [key, ...rest] = path;
  if (key === undefined) return isLeaf(value);
  return isMapping(value) && Object.hasOwn(value, key) && isFound(rest, value[key]);
}

/** The members of a list, and of lists in it, however deep. */
function flattened(list: readonly unknown[]): unknown[] {
  const members: unknown[] = [];
  const open: Iterator<unknown>[] = [list.values()];
  for (let current = open.at(-1); current !== undefined; current = open.at(-1)) {
    const { done, value } = current.next();
    if (done) open.pop();
    else if (Array.isArray(value)) open.push(value.values());
    else members.push(value);
  }
  return members;
}

/** What a field of an event holds where it holds no object or list. */
type Leaf = string | number | boolean | null;

function isLeaf(value: unknown): value is Leaf {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/**
 * True when one of the alternatives is the value, or an operator that holds for it. An operator that is broken holds for nothing.
 */
function matchesLeaf(alternatives: readonly unknown[], value: Leaf): boolean {
  return alternatives.some((alternative) => {
    if (!isMapping(alternative)) return alternative === value;
    const { operator, operand } = operationOf(alternative);
    return operator !== undefined && HOLDS[operator](operand, value);
  });
}

/** True when one of the alternatives is that the field does not exist. */
function allowsAbsence(alternatives: readonly unknown[]): boolean {
  return alternatives.some((alternative) => {
    if (!isMapping(alternative)) return false;
    const { operator, operand } = operationOf(alternative);
    return operator === "exists" && operand === false;
  });
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
const HOLDS: Record<Operator, (operand: unknown, value: Leaf) => boolean> = {
  prefix: (operand, value) => inOneCase(operand, value, (text, part) => text.startsWith(part)),
  suffix: (operand, value) => inOneCase(operand, value, (text, part) => text.endsWith(part)),
  "equals-ignore-case": (operand, value) =>
    typeof operand === "string" && typeof value === "string" && folded(value) === folded(operand),
  wildcard: (operand, value) => typeof operand === "string" && typeof value === "string" && matchesWildcard(operand, value),
  cidr: (operand, value) => typeof operand === "string" && typeof value === "string" && isInCidr(operand, value),
  exists: (operand) => operand === true,
  numeric: (operand, value) => Array.isArray(operand) && typeof value === "number" && isInRange(operand, value),
  "anything-but": (operand, value) => {
    if (!isMapping(operand)) return listOf(operand).every((excluded) => isComparable(excluded) && excluded !== value);
    const { operator, operand: excluded } = operationOf(operand);
    if (operator === undefined || !EXCLUDING.some((name) => name === operator)) return false;
    return listOf(excluded).every((text) => typeof text === "string" && !HOLDS[operator](text, value));
  },
};

/** Operators that `anything-but` takes. */
export const EXCLUDING = ["prefix", "suffix", "equals-ignore-case", "wildcard"] as const;

/** The one operator of an object, and what it is applied to; nothing for an object that is none. */
function operationOf(mapping: Readonly<Record<string, unknown>>): { operator?: Operator; operand?: unknown } {
  const [[operator, operand] = ["", undefined], ...more] = Object.entries(mapping);
  return isOperator(operator) && more.length === 0 ? { operator, operand } : {};
}

function listOf(operand: unknown): readonly unknown[] {
  // An empty list is refused, so it must not exclude nothing.
  if (!Array.isArray(operand)) return [operand];
  return operand.length === 0 ? [undefined] : operand;
}

function isComparable(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

function inOneCase(operand: unknown, value: Leaf, compare: (text: string, part: string) => boolean): boolean {
  if (typeof value !== "string") return false;
  if (typeof operand === "string") return compare(value, operand);
  if (!isMapping(operand)) return false;
  const { operator, operand: part } = operationOf(operand);
  return operator === "equals-ignore-case" && typeof part === "string" && compare(folded(value), folded(part));
}

/** A text without its letters' case; letter by letter, so that a part of a text folds to a part of it. */
function folded(text: string): string {
  return Array.from(text, (letter) => letter.toUpperCase().toLowerCase()).join("");
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** Signs that `numeric` compares by. */
export const SIGNS = Object.keys(COMPARISONS);

function isInRange([sign, bound, secondSign, secondBound, ...more]: readonly unknown[], value: number): boolean {
  if (more.length > 0 || !holds(sign, bound, value)) return false;
  return (secondSign === undefined && secondBound === undefined) || holds(secondSign, secondBound, value);
}

function holds(sign: unknown, bound: unknown, value: number): boolean {
  if (typeof sign !== "string" || typeof bound !== "number" || !Object.hasOwn(COMPARISONS, sign)) return false;
  return COMPARISONS[sign]?.(value, bound) === true;
}
