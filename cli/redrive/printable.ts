import { stripVTControlCharacters } from "node:util";

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
