import { styleText } from "node:util";
import { plainLine, plainLines } from "../functions/core/plain-text";

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

/** `1 model`, `1,024 objects` */
export function counted(count: number, name: string): string {
  return `${count.toLocaleString("en-US")} ${name}${count === 1 ? "" : "s"}`;
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

/** Columns that sentences and tables take. */
export const TEXT_WIDTH = 120;

/**
 * A text without colours in lines of at most 120 columns, the further ones indented; a word that is longer has a line of its own.
 * @param text or the parts of a list, of which none is torn apart
 * @param indent columns of each further line, and of what stands before the text in the first one
 * @param width columns of a line, where it is not 120
 */
export function wrapped(text: string | readonly string[], indent: number, width = TEXT_WIDTH): string {
  // A unit stays with its number.
  const words =
    typeof text === "string" ? text.split(/ (?!%)/) : text.map((part, at) => (at < text.length - 1 ? `${part},` : part));
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}

/** Sequences with which `painter` colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
const COLOURED = /(\u001b\[\d{1,2}m)/;

/** Longest run of characters without a space in an error, such as a mistyped id, and longest line of one. */
const MAX_WORD = 300;
const MAX_LINE = 2_000;

/** What an error says as a terminal may get it: lines of bounded length, and nothing that it would obey. */
export function errorText(message: string): string {
  const lines = plainLines(message)
    .replace(/\S+/g, (word) => plainLine(word, MAX_WORD))
    .split("\n");
  return lines.map((line) => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1).toWellFormed()}…` : line)).join("\n");
}

/** What a person typed, such as an id that is unknown, as a message quotes it. */
export function typedText(text: string): string {
  return plainLine(text, MAX_WORD);
}

/**
 * A text of a command as a terminal may get it: lines, its own colours, and nothing else that it would obey.
 * @param isColoured as its painter is; where it is not, no colour is its own
 */
export function terminalText(text: string, isColoured: boolean): string {
  if (!isColoured) return plainLines(text);
  return text
    .split(COLOURED)
    .map((part, index) => (index % 2 === 1 ? part : plainLines(part)))
    .join("");
}

/** JSON that a terminal may get: what it would obey is escaped, as JSON allows, so that the values stay as they are. */
export function jsonText(data: unknown): string {
  return plainLines(JSON.stringify(data, null, 2));
}

/**
 * A copy of data from outside, such as a decision, whose texts are each one line without anything that a terminal obeys: between
 * them a command's own lines and colours can be told from theirs.
 */
export function plainValues<T>(data: T): T {
  return plainValue(data) as T;
}

function plainValue(value: unknown): unknown {
  if (typeof value === "string") return plainLine(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [plainLine(name), plainValue(one)]));
}
