import { stripVTControlCharacters, styleText } from "node:util";

/** What a command says: `data` with --json, else `text`. */
export interface Printout {
  readonly data: unknown;
  readonly text: string;
  /** Printed one by one instead of both, as they come. */
  readonly lines?: AsyncIterable<string>;
  /** True when what was asked for was not done. */
  readonly isRefused?: boolean;
}

type Colour = "green" | "yellow" | "red" | "cyan" | "dim" | "bold";
/** Colours a text, or leaves it as it is where the output is no terminal. */
export type Paint = (colour: Colour, text: string) => string;

export function painter(isColoured: boolean): Paint {
  return (colour, text) => (isColoured ? styleText(colour, text, { validateStream: false }) : text);
}

/** `2001-01-31 15:00:00` */
export function timeText(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}

/** `2 d 3 h`, `6 h`, `5 min`, `12 s` */
export function durationText(ms: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1_000],
  ] as const;
  let rest = Math.max(0, Math.round(ms / 1_000) * 1_000);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

export function usdText(usd: number): string {
  return `${usd.toFixed(2)} USD`;
}

/** Controls, line ends, and what turns the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/** A text that may be hostile, in one line of at most `most` characters, without what a terminal would obey. */
export function printable(text: string, most: number): string {
  const start = stripVTControlCharacters(text.slice(0, 4 * most))
    .replace(UNPRINTABLE, " ")
    .trim();
  return (start.length <= most && text.length <= 4 * most ? start : `${start.slice(0, most - 1)}…`).toWellFormed();
}
