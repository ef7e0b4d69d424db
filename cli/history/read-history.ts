import { plainLine } from "../../functions/core/plain-text";
import type { HistoryLine } from "../../functions/core/replay/history-line";
import type { Importer } from "../../functions/core/replay/importers/importer";
import { detectImporter, namedImporter } from "../../functions/core/replay/importers/registry";
import { parseHistoryLine } from "../../functions/core/replay/parse-history-line";
import { CommandError, UsageError } from "../command-error";
import { fileLines, type OpenedFile, openFile, wholeText } from "./history-file";
import { LineWindow, MAX_HELD } from "./line-window";
import { distinctLines, type LineBatches, mergedLines } from "./merged-lines";

/** A file of a history. */
export interface HistoryFile {
  readonly path: string;
  /** Name of its importer. @default - told by its beginning */
  readonly format?: string;
}

export interface HistoryOptions {
  /** Whose lines are of files that name no model. @default - the one model that the files name */
  readonly model?: string;
  /** Of times without an offset, minutes east of UTC. @default - such times are refused */
  readonly offsetMinutes?: number;
}

/** What was read of a file. */
export interface FileReading {
  readonly path: string;
  readonly format: string;
  readonly title: string;
  lines: number;
  /** What could not be used, and what the file cannot tell, as its importer says it. */
  problems: readonly string[];
  missing: readonly string[];
}

/** A history that is read once, line by line in the order of `at`. */
export interface OpenHistory extends AsyncIterable<HistoryLine> {
  /** Of each file, in their order; whole once all lines were read. */
  readonly files: readonly FileReading[];
  /** Lines that were left out as copies of others, so far. */
  readonly copies: number;
}

/** Formats that are not JSON Lines of our own are read as a whole, up to so much. */
const MAX_WHOLE_BYTES = 256 * 1024 * 1024;

/** What is wrong with a file of JSON Lines is told all at once, up to so many lines. */
const TOLD_PROBLEMS = 20;

const STREAMED = "history";

/**
 * Opens files of a history as one. Files of JSON Lines are streamed, however large; others are read as a whole. The lines are read
 * while they are iterated, which throws
 * - CommandError where a file cannot be read, has a line of JSON Lines that is none, or is further out of order than an hour;
 * - UsageError where its format is not known, or needs a model that neither the options nor the files name.
 */
export function openHistory(files: readonly HistoryFile[], options: HistoryOptions = {}): OpenHistory {
  const readings: FileReading[] = [];
  let copies = 0;
  async function* lines() {
    const sources: LineBatches[] = [];
    const all: { readonly opened: OpenedFile; readonly importer: Importer }[] = [];
    for (const file of files) {
      const opened = await openFile(file.path);
      all.push({ opened, importer: importerOf(file, opened.head) });
    }
    const model = options.model ?? soleModel(all);
    for (const { opened, importer } of all) {
      const { name: format, title } = importer;
      const { path } = opened;
      if (model === undefined && importer.namesModel !== true) throw unnamedModel(path, format);
      const reading: FileReading = { path, format, title, lines: 0, problems: [], missing: [] };
      readings.push(reading);
      const named = { ...options, ...(model !== undefined && { model }) };
      sources.push(
        counted(reading, format === STREAMED ? streamedLines(opened) : await importedLines(opened, importer, reading, named)),
      );
    }
    const onCopy = () => {
      copies++;
    };
    for await (const batch of distinctLines(mergedLines(sources), onCopy)) yield* batch;
  }
  return {
    files: readings,
    get copies() {
      return copies;
    },
    [Symbol.asyncIterator]: lines,
  };
}

/** @throws UsageError when it cannot be told */
function importerOf({ path, format }: HistoryFile, head: string): Importer {
  const { importer, problem } = format === undefined ? detectImporter(head) : namedImporter(format);
  const shown = plainLine(path, 300);
  if (problem !== undefined)
    throw new UsageError(format === undefined ? `${shown}: ${problem}` : `--format ${plainLine(format, 60)}: ${problem}`);
  return importer;
}

/**
 * The model of files that name none, where nobody says: the one of the lines that do, or what another tool calls what it trains.
 * Undefined where that is none, or several.
 */
function soleModel(all: readonly { readonly opened: OpenedFile; readonly importer: Importer }[]): string | undefined {
  const named = all.flatMap(({ opened, importer }) => (importer.name === STREAMED ? [firstLine(opened.head)?.model] : []));
  const suggested = all.map(({ opened, importer }) => importer.suggestModel?.(opened.head));
  const [known, ...others] = distinct(named);
  if (known !== undefined) return others.length === 0 ? known : undefined;
  const [sole, ...more] = distinct(suggested);
  return more.length === 0 ? sole : undefined;
}

function distinct(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}

function firstLine(head: string): HistoryLine | undefined {
  const text = head
    .replace(/^\uFEFF/, "")
    .split("\n")
    .find((line) => line.trim() !== "");
  return text === undefined ? undefined : parseHistoryLine(text).line;
}

function unnamedModel(path: string, format: string): UsageError {
  return new UsageError(`${plainLine(path, 300)}: ${format} does not name the model; say it with --model, as in retrigger.yaml`);
}

async function importedLines(
  opened: OpenedFile,
  importer: Importer,
  reading: FileReading,
  options: HistoryOptions,
): Promise<LineBatches> {
  const { model = "", offsetMinutes } = options;
  const text = await wholeText(opened, MAX_WHOLE_BYTES);
  const { lines, problems, missing } = importer.read(text, { model, ...(offsetMinutes !== undefined && { offsetMinutes }) });
  Object.assign(reading, { problems, missing });
  return one(lines);
}

async function* one(lines: readonly HistoryLine[]): AsyncGenerator<readonly HistoryLine[]> {
  yield lines;
}

async function* counted(reading: FileReading, batches: LineBatches): AsyncGenerator<readonly HistoryLine[]> {
  for await (const batch of batches) {
    reading.lines += batch.length;
    yield batch;
  }
}

/** The lines of a file of JSON Lines, put into order. After the first problem, only further problems are looked for. */
async function* streamedLines(file: OpenedFile): AsyncGenerator<readonly HistoryLine[]> {
  const window = new LineWindow();
  const problems: string[] = [];
  const place = plainLine(file.path, 300);
  let number = 0;
  for await (const texts of fileLines(file)) {
    for (const raw of texts) {
      const text = ++number === 1 ? raw.replace(/^\uFEFF/, "") : raw;
      if (text === "" || text.trim() === "") continue;
      const { line, problem } = parseHistoryLine(text);
      const newest = line && window.add(line);
      if (problem !== undefined) problems.push(`${place}:${number}: ${problem}`);
      else if (newest !== undefined) problems.push(`${place}:${number}: ${lateText(line.at, newest, window.size)}`);
      if (problems.length >= TOLD_PROBLEMS) throw new CommandError([...problems, "there may be more"].join("\n"));
    }
    const ready: HistoryLine[] = [];
    window.release(ready);
    if (problems.length === 0 && ready.length > 0) yield ready;
  }
  if (problems.length > 0) throw new CommandError(problems.join("\n"));
  yield window.rest();
}

function lateText(at: number, newest: number, held: number): string {
  const times = `got ${new Date(at).toISOString()} after ${new Date(newest).toISOString()}`;
  const most = held >= MAX_HELD ? `as many as ${MAX_HELD} lines stand within an hour, and they` : "lines";
  return `${times}; ${most} may be out of order by an hour at most: sort the file by at`;
}
