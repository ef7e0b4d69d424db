import { plainLine } from "../../../plain-text";
import type { HistoryLine } from "../../history-line";
import type { Imported } from "../importer";

/** What cannot be used. Mistakes with the same `expected` are told once, with their number. */
export interface Mistake {
  readonly got: string;
  /** What is allowed, and what to do. */
  readonly expected: string;
}

/** What an importer has found of a file so far. */
export interface Findings {
  /** Takes a line; one whose `identity` was there before is left out, and told. */
  add(identity: string, line: HistoryLine): void;
  /** Tells of one that was there before, where what was told of it is put together first. */
  repeated(): void;
  /** Leaves out what is at `place`, such as `row 3`. */
  refuse(place: string, mistake: Mistake): void;
  /** A problem of the whole file, or of many of its lines. */
  tell(problem: string): void;
  /** What the file cannot tell: a sentence. */
  lack(sentence: string): void;
  /** True when no line was taken. */
  isEmpty(): boolean;
  /** Everything, its lines in the order of their times. */
  imported(): Imported;
}

/** Problems quote what others wrote, of whatever length. */
const MAX_PROBLEM_CHARS = 600;

/** Problems of a file that are told; a hostile one can have as many kinds as it likes. */
const MAX_PROBLEMS = 10_000;

interface Kind {
  readonly first: string;
  readonly mistake: Mistake;
  count: number;
  last: string;
}

/**
 * Starts to gather what a file says. What is wrong in the same way is told once, with the first place, the last, and how many there
 * are; of more than 10,000 problems, the first ones.
 * @param unit what lines are made of, in the plural, such as `rows`
 */
export function startFindings(unit: string): Findings {
  const lines = new Map<string, HistoryLine>();
  const kinds = new Map<string, Kind>();
  const told = new Set<string>();
  const missing = new Set<string>();
  let again = 0;
  const refuse = (place: string, mistake: Mistake) => {
    const kind = kinds.get(mistake.expected);
    if (kind === undefined) kinds.set(mistake.expected, { first: place, mistake, count: 1, last: place });
    else [kind.count, kind.last] = [kind.count + 1, place];
  };
  return {
    add(identity, line) {
      if (lines.has(identity)) again++;
      else lines.set(identity, line);
    },
    repeated() {
      again++;
    },
    refuse,
    tell: (problem) => told.add(problem),
    lack: (sentence) => missing.add(sentence),
    isEmpty: () => lines.size === 0,
    imported() {
      const problems = [...told, ...[...kinds.values()].map(problemOf)];
      if (again > 0)
        problems.push(`${unit} that are in the file more than once, as when a page is saved twice, count once: ${again} left out`);
      if (lines.size === 0 && problems.length === 0) problems.push(`the file has no ${unit}: is it the export that was meant?`);
      const left = problems.length - MAX_PROBLEMS;
      return {
        lines: [...lines.values()].sort((a, b) => a.at - b.at),
        problems: [
          ...problems.slice(0, MAX_PROBLEMS).map((problem) => plainLine(problem, MAX_PROBLEM_CHARS)),
          ...(left > 0 ? [`and ${left} more: correct these first`] : []),
        ],
        missing: [...missing],
      };
    },
  };
}

function problemOf({ first, mistake: { got, expected }, count, last }: Kind): string {
  const others = count === 1 ? "" : ` (and ${count - 1} more like it, the last at ${plainLine(last, 60)})`;
  return `${plainLine(first, 60)}: got ${plainLine(got, 150)}; expected ${expected}${others}`;
}

/** What is wrong, in words, where its place stands before it. */
export function mistakeText({ got, expected }: Mistake): string {
  return `got ${got}, expected ${expected}`;
}

/** Takes all lines of a file, copies too, and sentences of what it lacks. */
export function importedLines(findings: Findings, lines: readonly HistoryLine[], missing: readonly string[]): Imported {
  for (const [index, line] of lines.entries()) findings.add(String(index), line);
  for (const sentence of missing) findings.lack(sentence);
  return findings.imported();
}
