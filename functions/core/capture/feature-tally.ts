import type { DriftKind } from "../drift/drift-report";
import type { QuantileSketch } from "./ports";

/** How a feature's values are taken; `empty` when the baseline holds none of them. */
export type FeatureType = "numbers" | "categories" | "empty";

/** Larger magnitudes count as this: the edges of a report must bear being squared. */
const MOST = 1e149;

/** The key that readers of JSON leave out of objects, for their safety; it counts with the other names. */
const UNNAMEABLE = "__proto__";

/** Longest name of a category that a report takes; the rest of a longer one is cut off. */
const LONGEST_CATEGORY = 256;

const SPACE = 32;
const LARGE_N = 78;
const SMALL_N = 110;
const DIGIT_0 = 48;
const DIGIT_9 = 57;

/** Distinct names that one feature counts while its type is open. */
const MAX_NAMES = 2_000;

/** What is known of one feature in one window. Values that are neither here nor misfits were missing. */
export interface FeatureTally {
  readonly name: string;
  readonly kind: DriftKind;
  /** Undefined in a window without a baseline, where most of the values decide in the end. */
  readonly type: FeatureType | undefined;
  /** Numbers are names, such as codes. */
  readonly isCode: boolean;
  /** No names are counted but those that are there already: the baseline's. */
  readonly isClosed: boolean;
  readonly names: Map<string, { count: number }>;
  /** Undefined before the first number. */
  sketch: QuantileSketch | undefined;
  /** Values in the sketch. */
  numbers: number;
  /** Values that are names, counted in `names` or not. */
  texts: number;
  /** Values that are in the sketch and also in `names`: numbers as CSV writes them, which may be names. */
  numericTexts: number;
  /** Values that fit no type, or not the feature's: a text among numbers, a list, a number without end. */
  misfits: number;
  /** The row that the newest value is of. */
  lastRow: number;
}

/** What all tallies of a window share. */
export interface TallyContext {
  readonly newSketch: () => QuantileSketch;
  /** Names that may still be added, over all features: what keeps the memory bounded. */
  namesLeft: number;
}

/**
 * Counts a value: null, the empty text and `NaN` are missing values. An untyped text, of CSV, is a number when it reads as one and
 * the feature is not of names; blanks are missing values there.
 */
export function countValue(tally: FeatureTally, value: unknown, isTyped: boolean, context: TallyContext): void {
  switch (typeof value) {
    case "number":
      if (tally.isCode) countText(tally, String(value), context);
      else countNumber(tally, value, context);
      return;
    case "string":
      if (isNaNText(value) || (isTyped ? value === "" : isBlank(value))) return;
      if (isTyped || tally.type === "categories") countText(tally, value, context);
      else countUntyped(tally, value, context);
      return;
    case "boolean":
      countText(tally, value ? "true" : "false", context);
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

function countUntyped(tally: FeatureTally, text: string, context: TallyContext): void {
  const number = numberOf(text);
  if (number === undefined) {
    countText(tally, text, context);
    return;
  }
  countNumber(tally, number, context);
  if (tally.type !== undefined) return;
  tally.numericTexts++;
  countName(tally, text, context);
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

function countNumber(tally: FeatureTally, value: number, { newSketch }: TallyContext): void {
  if (tally.type === "categories" || !Number.isFinite(value)) {
    tally.misfits++;
    return;
  }
  tally.numbers++;
  if (tally.type === "empty") return;
  tally.sketch ??= newSketch();
  tally.sketch.add(Math.abs(value) > MOST ? Math.sign(value) * MOST : value);
}

function countText(tally: FeatureTally, text: string, context: TallyContext): void {
  if (tally.type === "numbers") {
    tally.misfits++;
    return;
  }
  tally.texts++;
  if (tally.type !== "empty") countName(tally, text, context);
}

function countName(tally: FeatureTally, text: string, context: TallyContext): void {
  const name = text.length > LONGEST_CATEGORY ? text.slice(0, LONGEST_CATEGORY) : text;
  const known = tally.names.get(name);
  if (known !== undefined) known.count++;
  else if (!tally.isClosed && name !== UNNAMEABLE && tally.names.size < MAX_NAMES && context.namesLeft > 0) {
    context.namesLeft--;
    tally.names.set(detached(name), { count: 1 });
  }
}

/** A copy: a part of a text keeps the whole alive, here a line of captured requests. */
function detached(text: string): string {
  return [...text].join("");
}
