import type { DriftKind } from "../drift/drift-report";
import type { NameSink, NumberSink } from "./counters";

/** How a feature's values are taken; `empty` when the baseline holds none of them. */
export type FeatureType = "numbers" | "categories" | "empty";

/** Larger magnitudes count as this: the edges of a report must bear being squared. */
const MOST = 1e149;

/** Longest name of a category that a report takes; the rest of a longer one is cut off. */
const LONGEST_CATEGORY = 256;

const SPACE = 32;
const LARGE_N = 78;
const SMALL_N = 110;
const DIGIT_0 = 48;
const DIGIT_9 = 57;

/** What is known of one feature in one window. Values that are neither here nor misfits were missing. */
export interface FeatureTally {
  readonly name: string;
  readonly kind: DriftKind;
  /** Undefined before there is a baseline, where most of the values decide in the end. */
  readonly type: FeatureType | undefined;
  /** Numbers are names, such as codes. */
  readonly isCode: boolean;
  readonly numbersInto: NumberSink;
  readonly namesInto: NameSink;
  /** Values that are numbers. */
  numbers: number;
  /** Values that are names. */
  texts: number;
  /** Numbers that also went in as names: as CSV writes them, they may be names. */
  numericTexts: number;
  /** Values that fit no type, or not the feature's: a text among numbers, a list, a number without end. */
  misfits: number;
  /** The row that the newest value is of. */
  lastRow: number;
}

/** A tally without any value yet. */
export function emptyTally(
  of: Pick<FeatureTally, "name" | "kind" | "type" | "isCode">,
  into: Pick<FeatureTally, "numbersInto" | "namesInto">,
): FeatureTally {
  const { name, kind, type, isCode } = of;
  return { name, kind, type, isCode, ...into, numbers: 0, texts: 0, numericTexts: 0, misfits: 0, lastRow: 0 };
}

/**
 * Counts a value: null, the empty text and `NaN` are missing values. An untyped text, of CSV, is a number when it reads as one and
 * the feature is not of names; blanks are missing values there.
 */
export function countValue(tally: FeatureTally, value: unknown, isTyped: boolean): void {
  switch (typeof value) {
    case "number":
      if (tally.isCode) countText(tally, String(value));
      else countNumber(tally, value);
      return;
    case "string":
      if (isNaNText(value) || (isTyped ? value === "" : isBlank(value))) return;
      if (isTyped || tally.type === "categories") countText(tally, value);
      else countUntyped(tally, value);
      return;
    case "boolean":
      countText(tally, value ? "true" : "false");
      return;
    default:
      if (value !== null && value !== undefined) tally.misfits++;
  }
}

/** What a feature is: where nobody said so, what more of its values are; numbers when there are as many texts. */
export function typeOf({ type, texts, numbers }: FeatureTally): FeatureType {
  return type ?? (texts > numbers ? "categories" : "numbers");
}

/** Values that count as missing, since they are not of the feature's type. */
export function misfitsOf(tally: FeatureTally): number {
  if (tally.type !== undefined) return tally.misfits;
  return tally.misfits + (typeOf(tally) === "numbers" ? tally.texts : tally.numbers - tally.numericTexts);
}

function countUntyped(tally: FeatureTally, text: string): void {
  const number = numberOf(text);
  if (number === undefined) {
    countText(tally, text);
    return;
  }
  countNumber(tally, number);
  if (tally.type !== undefined) return;
  tally.numericTexts++;
  countName(tally, text);
}

function isBlank(text: string): boolean {
  return text === "" || (text.charCodeAt(0) <= SPACE && text.trim() === "");
}

/** True for what numpy and pandas write for no number, in any case and with blanks around it. */
function isNaNText(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first <= SPACE || first === SMALL_N || first === LARGE_N) && /^\s*nan\s*$/i.test(text);
}

/** The number that a text is, as JSON and CSV write it; undefined for any other, and for one too large. */
function numberOf(text: string): number | undefined {
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  // Number() also reads 0x1F, 0b1 and 0o7.
  return text.charCodeAt(0) === DIGIT_0 && text.charCodeAt(1) > DIGIT_9 && !/^0e/i.test(text) ? undefined : number;
}

function countNumber(tally: FeatureTally, value: number): void {
  if (tally.type === "categories" || !Number.isFinite(value)) {
    tally.misfits++;
    return;
  }
  tally.numbers++;
  if (tally.type === "empty") return;
  // A sum with 0 is never -0, which no bin tells from 0.
  tally.numbersInto.add(Math.abs(value) > MOST ? Math.sign(value) * MOST : value + 0);
}

function countText(tally: FeatureTally, text: string): void {
  if (tally.type === "numbers") {
    tally.misfits++;
    return;
  }
  tally.texts++;
  if (tally.type !== "empty") countName(tally, text);
}

function countName(tally: FeatureTally, text: string): void {
  tally.namesInto.add(text.length > LONGEST_CATEGORY ? text.slice(0, LONGEST_CATEGORY) : text);
}
