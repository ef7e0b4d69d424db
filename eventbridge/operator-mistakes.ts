import { isMapping } from "../functions/core/json-path";
import { nearestWord } from "../functions/core/nearest-word";
import { readCidr } from "./cidr";
import { EXCLUDING, SIGNS } from "./matches-pattern";
import { isOperator, OPERATORS, type Operator } from "./pattern-fields";
import { readWildcard } from "./wildcard";

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#filtering-numeric-matching */
const MAX_NUMBER = 5e9;

/** What is wrong with one alternative of a field: a value, or an object with one operator. Lowercase, without full stop. */
export function alternativeMistakes(alternative: unknown): string[] {
  if (Array.isArray(alternative)) return [`got ${valueText(alternative)} in a list; expected no list in a list; take it out`];
  if (!isMapping(alternative)) return isValue(alternative) ? [] : [`got ${valueText(alternative)}; ${VALUE_EXPECTED}`];
  const [[operator, operand] = [undefined, undefined], ...more] = Object.entries(alternative);
  if (operator === undefined || more.length > 0) {
    return [
      `got ${valueText(alternative)}; expected exactly one operator in an object; write an object for each, which are alternatives`,
    ];
  }
  if (!isOperator(operator)) {
    const nearest = nearestWord(operator, OPERATORS);
    const hint = nearest === undefined ? "expected one of" : `did you mean ${nearest}? There are`;
    return [`got the operator ${valueText(operator)}; ${hint} ${OPERATORS.join(", ")}`];
  }
  return MISTAKES[operator](operand);
}

const VALUE_EXPECTED = "expected a text, a number, true, false, null or an operator";

const MISTAKES: Record<Operator, (operand: unknown) => string[]> = {
  prefix: (operand) => partMistakes("prefix", operand),
  suffix: (operand) => partMistakes("suffix", operand),
  "equals-ignore-case": (operand) => textMistakes("equals-ignore-case", operand),
  wildcard: (operand) => wildcardMistakes("wildcard", operand),
  cidr: (operand) => {
    if (typeof operand !== "string") return textMistakes("cidr", operand);
    const read = readCidr(operand);
    return read.isValid ? [] : [read.mistake];
  },
  exists: (operand) => (typeof operand === "boolean" ? [] : [`got ${valueText(operand)} for exists; expected true or false`]),
  numeric: (operand) => numericMistakes(operand),
  "anything-but": (operand) => excludedMistakes(operand),
};

function textMistakes(operator: string, operand: unknown): string[] {
  if (typeof operand === "string") return [];
  const cure = Array.isArray(operand) ? "; write an operator for each" : "";
  return [`got ${valueText(operand)} for ${operator}; expected one text${cure}`];
}

function partMistakes(operator: string, operand: unknown): string[] {
  if (!isMapping(operand)) return textMistakes(operator, operand);
  const [[inner, text] = [undefined, undefined], ...more] = Object.entries(operand);
  if (inner === "equals-ignore-case" && more.length === 0) return textMistakes(`${operator} equals-ignore-case`, text);
  return [`got ${valueText(operand)} for ${operator}; expected a text, or {"equals-ignore-case": text}`];
}

function wildcardMistakes(operator: string, operand: unknown): string[] {
  if (typeof operand !== "string") return textMistakes(operator, operand);
  const read = readWildcard(operand);
  return read.isValid ? [] : [read.mistake];
}

function excludedMistakes(operand: unknown): string[] {
  if (!isMapping(operand)) {
    const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    const isOneType = values.every((value) => typeof value === "string") || values.every(isNumber);
    if (values.length > 0 && isOneType) return values.flatMap(numberMistakes);
    return [`got ${valueText(operand)} for anything-but; expected a text or a number, or a list of only texts or only numbers`];
  }
  const [[operator, excluded] = ["", undefined], ...more] = Object.entries(operand);
  if (!EXCLUDING.some((name) => name === operator) || more.length > 0) {
    return [`got ${valueText(operand)} for anything-but; expected a value, or one of the operators ${EXCLUDING.join(", ")}`];
  }
  const texts: readonly unknown[] = Array.isArray(excluded) ? excluded : [excluded];
  if (texts.length === 0) return [`got an empty list for anything-but ${operator}; expected at least one text`];
  const isPart = operator === "prefix" || operator === "suffix";
  return texts.flatMap((text) => {
    if (isPart && text === "") return [`got an empty text for anything-but ${operator}, which every text has; leave it out`];
    if (operator === "wildcard") return wildcardMistakes("anything-but wildcard", text);
    return typeof text === "string"
      ? []
      : [`got ${valueText(text)} for anything-but ${operator}; expected a text, or a list of texts`];
  });
}

const LOWER = [">", ">="];
const UPPER = ["<", "<="];

function numericMistakes(operand: unknown): string[] {
  const expected = `expected a sign of ${SIGNS.join(" ")} and a number, or a range with its lower end first, as in [">", 0, "<=", 5]`;
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4))
    return [`got ${valueText(operand)} for numeric; ${expected}`];
  const [sign, bound, secondSign, secondBound]: readonly unknown[] = operand;
  const isRange = operand.length === 4;
  const isSigned = isRange ? LOWER.some((s) => s === sign) && UPPER.some((s) => s === secondSign) : SIGNS.some((s) => s === sign);
  if (!isSigned || !isNumber(bound) || (isRange && !isNumber(secondBound)))
    return [`got ${valueText(operand)} for numeric; ${expected}`];
  if (isRange && isNumber(secondBound) && bound >= secondBound) {
    return [
      `got ${valueText(operand)} for numeric; expected the lower end below the upper one; write ["=", number] for a single number`,
    ];
  }
  return [bound, ...(isRange ? [secondBound] : [])].flatMap((number) =>
    isNumber(number) && Math.abs(number) > MAX_NUMBER ? [`got ${number} for numeric; expected -5e9 to 5e9`] : [],
  );
}

function numberMistakes(value: unknown): string[] {
  return typeof value === "number" && !Number.isFinite(value) ? [`got ${value}; expected a finite number`] : [];
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

function isValue(value: unknown): boolean {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

const MAX_VALUE_TEXT = 80;

/** A value as a message quotes it; of a long one, its beginning. */
export function valueText(value: unknown): string {
  const text = typeof value === "object" || typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length <= MAX_VALUE_TEXT ? text : `${text.slice(0, MAX_VALUE_TEXT)}…`;
}
