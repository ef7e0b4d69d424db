import { isMapping, isTooDeep, MAX_DEPTH } from "../functions/core/json-path";
import { MAX_PATTERN_CHARACTERS } from "./object-pattern";
import { alternativeMistakes, valueText } from "./operator-mistakes";
import { countCases, isOperator, isOr, MAX_CASES } from "./pattern-fields";

/** What is wrong with a pattern, and where in it: keys, and positions in lists. */
export interface PatternMistake {
  readonly path: readonly (string | number)[];
  /** What was got, what is allowed, what to do; lowercase, without full stop. */
  readonly message: string;
}

/**
 * Everything for which EventBridge would refuse a pattern, or do something else than it says. Never throws.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 * @param pattern parsed JSON or YAML
 */
export function patternMistakes(pattern: unknown): PatternMistake[] {
  if (isTooDeep(pattern)) return [mistake([], `is nested more than ${MAX_DEPTH} deep; expected fields of an event`)];
  if (!isMapping(pattern))
    return [mistake([], `got ${valueText(pattern)}; expected fields of an event, as in source: [aws.sagemaker]`)];
  const { length } = JSON.stringify(pattern);
  const cases = countCases(pattern);
  return [
    ...(length > MAX_PATTERN_CHARACTERS
      ? [
          mistake(
            [],
            `got ${length} characters of JSON; at most ${MAX_PATTERN_CHARACTERS} are allowed: write fewer alternatives, or two rules`,
          ),
        ]
      : []),
    ...(cases > MAX_CASES
      ? [mistake([], `got ${cases} combinations of $or; at most ${MAX_CASES} are allowed: write two rules`)]
      : []),
    ...levelMistakes(pattern, []),
  ];
}

function levelMistakes(level: Readonly<Record<string, unknown>>, path: PatternMistake["path"]): PatternMistake[] {
  const entries = Object.entries(level);
  if (entries.length === 0) return [mistake(path, "got no fields; expected at least one, with a list of what it may hold")];
  return [...entries.flatMap(([key, value]) => memberMistakes(key, value, [...path, key])), ...overlaps(level, path)];
}

function memberMistakes(key: string, value: unknown, path: PatternMistake["path"]): PatternMistake[] {
  if (key === "$or") return orMistakes(value, path);
  if (isMapping(value)) return isStrayOperator(value) ? [mistake(path, strayOperator(value))] : levelMistakes(value, path);
  if (!Array.isArray(value)) return [mistake(path, `got ${valueText(value)}; expected a list, as in [${valueText(value)}]`)];
  if (value.length === 0) return [mistake(path, 'got an empty list; expected at least one value, or {"exists": true} for any')];
  return value.flatMap((alternative, index) =>
    alternativeMistakes(alternative).map((message) => mistake([...path, index], message)),
  );
}

/** An operator outside a list is read as a field of its name, and then lacks a list itself. */
function isStrayOperator(value: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(value).some(([key, operand]) => isOperator(key) && (!Array.isArray(operand) || key === "numeric"));
}

function strayOperator(value: Readonly<Record<string, unknown>>): string {
  return `got the operator ${valueText(value)} outside a list; expected a list around it, as in [${valueText(value)}]`;
}

function orMistakes(value: unknown, path: PatternMistake["path"]): PatternMistake[] {
  if (!Array.isArray(value) || value.length < 2) {
    return [mistake(path, `got ${valueText(value)}; expected a list of at least two patterns, one of which must match`)];
  }
  return value.flatMap((member, index) => {
    if (!isMapping(member))
      return [mistake([...path, index], `got ${valueText(member)}; expected a pattern, as in {"source": ["aws.s3"]}`)];
    const operator = Object.keys(member).find(isOperator);
    if (operator === undefined) return levelMistakes(member, [...path, index]);
    return [
      mistake(
        [...path, index],
        `got ${operator} as a field in $or, where it is an operator; expected fields; use the operators in their lists`,
      ),
    ];
  });
}

/** A field beside `$or` and in it is asked for once only: EventBridge forgets one of the two. */
function overlaps(level: Readonly<Record<string, unknown>>, path: PatternMistake["path"]): PatternMistake[] {
  const asked = new Set<string>();
  return Object.entries(level).flatMap(([key, value]) => {
    const fields = isOr(key, value) ? value.flatMap((member) => leafPaths(member)) : leafPaths({ [key]: value });
    const distinct = [...new Set(fields)];
    const repeated = distinct.filter((field) => asked.has(field));
    for (const field of distinct) asked.add(field);
    return repeated.map((field) =>
      mistake(
        [...path, key],
        `asks for ${field} a second time, of which EventBridge would heed one; expected it once; write all of it inside $or`,
      ),
    );
  });
}

function leafPaths(level: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(level).flatMap(([key, value]) => {
    if (isOr(key, value)) return value.flatMap((member) => leafPaths(member));
    return isMapping(value) ? leafPaths(value).map((path) => `${key}.${path}`) : [key];
  });
}

function mistake(path: PatternMistake["path"], message: string): PatternMistake {
  return { path, message };
}
