import { inClassOrder, numberNamed } from "./class-order";
import { GrowingColumn } from "./growing-column";
import type { Outcome } from "./prediction-line";

/** Labels and predictions, row by row: numbers, or with `classes` places in them. */
export interface Outcomes {
  readonly labels: Float64Array;
  readonly predictions: Float64Array;
  readonly classes?: readonly string[];
}

/** Classes of one classification. */
export const MAX_CLASSES = 1_000;

/** Whole numbers with more different labels than this are quantities, not classes. */
export const MOST_NUMBERED_CLASSES = 20;

/** How outcomes are written. Numbers as texts, `"1"`, are classes and may stand beside numbers: 1 and "1" are one class. */
const KINDS = { number: "numbers", digits: "numbers as texts", word: "texts", truth: "true or false" } as const;
type Kind = keyof typeof KINDS;

const MIXABLE: ReadonlySet<string> = new Set(["number digits", "digits number", "digits word", "word digits"]);

/**
 * Collects labels and predictions, and tells whether they are classes or quantities. Texts, true and false are classes. Numbers
 * alone are quantities when one of them is no whole number, or when the labels have more than `MOST_NUMBERED_CLASSES` values.
 */
export class OutcomeColumns {
  private readonly labels = new GrowingColumn((length) => new Float64Array(length));
  private readonly predictions = new GrowingColumn((length) => new Float64Array(length));
  /** Line that first had an outcome of this kind. */
  private readonly firstLines = new Map<Kind, number>();
  /** Once there is a text, true or false: the classes' codes, as they came. Until then numbers stand for themselves. */
  private codes: Map<string | number, number> | undefined;

  /** A text that says what is wrong with the line, from 1, or with what came before. */
  add(label: Outcome, prediction: Outcome, line: number): string | undefined {
    const conflict = this.noteKind(label, line) ?? this.noteKind(prediction, line);
    if (conflict !== undefined) return conflict;
    if (this.codes === undefined && (typeof label !== "number" || typeof prediction !== "number")) {
      this.encode();
    }
    this.labels.push(this.stored(label));
    this.predictions.push(this.stored(prediction));
    return this.codes !== undefined && this.codes.size > MAX_CLASSES ? tooManyClasses(this.codes.size) : undefined;
  }

  /** A text that says what is wrong with all of them. */
  finish(): Outcomes | string {
    if (this.codes === undefined) {
      const [labels, predictions] = [this.labels.values(), this.predictions.values()];
      const isWhole = labels.every(Number.isInteger);
      const odd = predictions.findIndex((value) => !Number.isInteger(value));
      if (odd !== -1 && labels.every(isBit) && predictions.every((value) => value >= 0 && value <= 1)) {
        return `got labels of 0 and 1, and ${predictions[odd]} as prediction in line ${odd + 1}: write the class as prediction, and what it was decided by as score`;
      }
      if (!isWhole || odd !== -1 || hasMoreValues(labels, MOST_NUMBERED_CLASSES)) return { labels, predictions };
    }
    const codes = this.codes ?? this.encode();
    if (codes.size > MAX_CLASSES) return tooManyClasses(codes.size);
    const codeByName = new Map([...codes].map(([key, code]) => [String(key), code]));
    const classes = inClassOrder(codeByName.keys());
    const places = new Float64Array(codes.size);
    for (const [place, name] of classes.entries()) places[codeByName.get(name) ?? 0] = place;
    const placed = (column: GrowingColumn<Float64Array>) => column.values().map((code) => places[code] ?? 0);
    return { labels: placed(this.labels), predictions: placed(this.predictions), classes };
  }

  private noteKind(outcome: Outcome, line: number): string | undefined {
    const kind = kindOf(outcome);
    if (this.firstLines.has(kind)) return undefined;
    this.firstLines.set(kind, line);
    const other = [...this.firstLines].find(([seen]) => seen !== kind && !MIXABLE.has(`${seen} ${kind}`));
    if (other === undefined) return undefined;
    const told = `${KINDS[other[0]]} in line ${other[1]} and ${KINDS[kind]} in line ${line}`;
    return `got labels and predictions that are ${told}: write all of them in one form`;
  }

  /** From now on outcomes are codes of classes; those that there are become codes. */
  private encode(): Map<string | number, number> {
    const codes = new Map<string | number, number>();
    this.codes = codes;
    for (const column of [this.labels.values(), this.predictions.values()]) {
      // Of more classes than there may be no more are looked for: quantities are as many as rows.
      for (let row = 0; row < column.length && codes.size <= MAX_CLASSES; row++) column[row] = codeOf(codes, column[row] ?? 0);
    }
    return codes;
  }

  private stored(outcome: Outcome): number {
    if (this.codes !== undefined) return codeOf(this.codes, keyOf(outcome));
    return typeof outcome === "number" ? outcome : Number.NaN;
  }
}

function kindOf(outcome: Outcome): Kind {
  if (typeof outcome === "number") return "number";
  if (typeof outcome === "boolean") return "truth";
  return typeof keyOf(outcome) === "number" ? "digits" : "word";
}

/** What a class is told from others by: numbers by their value, also those that are written as texts. */
function keyOf(outcome: Outcome): string | number {
  if (typeof outcome === "number") return outcome;
  if (typeof outcome === "boolean") return String(outcome);
  return numberNamed(outcome) ?? outcome;
}

function codeOf(codes: Map<string | number, number>, key: string | number): number {
  const code = codes.get(key);
  if (code !== undefined) return code;
  codes.set(key, codes.size);
  return codes.size - 1;
}

function isBit(value: number): boolean {
  return value === 0 || value === 1;
}

function hasMoreValues(values: Float64Array, most: number): boolean {
  const different = new Set<number>();
  return values.some((value) => different.add(value).size > most);
}

function tooManyClasses(count: number): string {
  return `got ${count} classes or more, expected at most ${MAX_CLASSES}: write quantities as numbers, and classes as what they are called`;
}
