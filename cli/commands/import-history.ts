import { existsSync, type Stats } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { isError } from "../../functions/core/errors";
import { modelNameSchema } from "../../functions/core/model-settings";
import type { HistoryLine } from "../../functions/core/replay/history-line";
import { historyLineText } from "../../functions/core/replay/history-line-text";
import { listed } from "../../functions/core/replay/importers/registry";
import { type HistoryFold, type HistorySummary, summarizeHistory } from "../../functions/core/replay/summarize-history";
import { formatCount, textTable } from "../../local/summary/text-table";
import { CommandError, UsageError } from "../command-error";
import { STANDARD_INPUT } from "../history/history-file";
import { refuseOverwriting } from "../history/history-paths";
import { offsetOption } from "../history/offset-option";
import { type FileReading, type OpenHistory, openHistory } from "../history/read-history";
import { durationText, errorText, type Paint, type Printout, plainValues, timeText, typedText, wrapped } from "../printout";

/** As the command takes them. */
export interface ImportFlags {
  readonly format?: string;
  readonly model?: string;
  readonly timezone?: string;
  /** `-` for the standard output. */
  readonly output?: string;
}

const STANDARD_OUTPUT = "-";

/** Problems of a file that are printed; --json has more. */
const TOLD_PROBLEMS = 20;
const TOLD_GAPS = 5;

/**
 * Reads exports of tools as one history, tells what was understood, and writes it as JSON Lines where an output is named. Not done
 * when a file holds nothing that could be used.
 * @throws CommandError when a file cannot be read; UsageError when what was asked for cannot be done
 */
export async function importHistory(paths: readonly string[], flags: ImportFlags, paint: Paint): Promise<Printout> {
  const { format, model, output } = flags;
  if (model !== undefined && !modelNameSchema.safeParse(model).success)
    throw new UsageError(`--model ${typedText(model)}: expected 1 to 40 of a-z, 0-9 and -, starting with a letter`);
  if (paths.filter((path) => path === STANDARD_INPUT).length > 1)
    throw new UsageError("- stands for the standard input, which is read once; name it once");
  if (output === "") throw new UsageError("--output: got no name; name a file, or - for the standard output");
  if (output !== undefined && output !== STANDARD_OUTPUT) refuseOverwriting(output, paths);
  const files = paths.map((path) => ({ path, ...(format !== undefined && { format }) }));
  const offsetMinutes = flags.timezone === undefined ? undefined : offsetOption(flags.timezone);
  const history = openHistory(files, {
    ...(model !== undefined && { model }),
    ...(offsetMinutes !== undefined && { offsetMinutes }),
  });
  const fold = summarizeHistory();
  if (output === STANDARD_OUTPUT) return { data: [], text: "", lines: writtenLines(history, fold, paint) };
  if (output === undefined) for await (const line of history) fold.add(line);
  else await writeLines(output, history, fold);
  const summaries = fold.summaries();
  return {
    data: { files: history.files, copies: history.copies, models: summaries, ...(output !== undefined && { output }) },
    text: [summaryText(history, summaries, paint), ...(output === undefined ? [] : [`wrote ${typedText(output)}`])].join("\n\n"),
    isRefused: history.files.some(({ lines }) => lines === 0),
  };
}

/** The formats that are read, each with the command that writes such a file. */
export function historyFormats(): Printout {
  const rows = listed().split("\n");
  const text = rows.map((row) => {
    const [name = ""] = /^ +\S+ +/.exec(row) ?? [];
    return `${name}${wrapped(row.slice(name.length), name.length)}`;
  });
  return { data: rows, text: text.join("\n") };
}

/** The lines for the standard output; what was understood is told beside them. */
async function* writtenLines(history: OpenHistory, fold: HistoryFold, paint: Paint): AsyncGenerator<string> {
  for await (const line of history) {
    fold.add(line);
    yield historyLineText(line);
  }
  process.stderr.write(`${errorText(summaryText(history, fold.summaries(), paint))}\n`);
}

/** Under another name until it is whole, so that nobody takes a part for it. */
async function writeLines(output: string, history: AsyncIterable<HistoryLine>, fold: HistoryFold): Promise<void> {
  // A name of its own: a file of somebody else with the same name, which may even be read here, would be lost.
  const part = `${output}.${process.pid}.part`;
  const taken = existsSync(output) ? await stat(output) : undefined;
  // The rename at the end would put a file in the place of a device.
  if (taken?.isFile() === false)
    throw new CommandError(
      `--output ${typedText(output)}: it is no file but a ${kindOf(taken)}; name a file, or - for the standard output`,
    );
  const file = await open(part, "wx").catch((error: unknown) => {
    throw writingError(output, error);
  });
  try {
    await pipeline(writtenPieces(history, fold), file.createWriteStream());
    await rename(part, output);
  } catch (error) {
    await rm(part, { force: true });
    throw writingError(output, error);
  }
}

function kindOf(taken: Stats): string {
  return taken.isDirectory() ? "folder" : taken.isFIFO() || taken.isSocket() ? "pipe" : "device";
}

/** Characters that are written at once: a line at a time would take longer than to read it. */
const PIECE_CHARS = 64 * 1024;

async function* writtenPieces(history: AsyncIterable<HistoryLine>, fold: HistoryFold): AsyncGenerator<string> {
  let piece = "";
  for await (const line of history) {
    fold.add(line);
    piece += `${historyLineText(line)}\n`;
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

const WRITING: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder; make it, or name another file",
  ENOTDIR: "it names a file as a folder; name another file",
  EACCES: "may not be written; name another file",
  EROFS: "may not be written; name another file",
  ENOSPC: "the disk is full; nothing was kept of it",
};

function writingError(output: string, error: unknown): unknown {
  const told = isError(error) && "code" in error ? WRITING[String(error.code)] : undefined;
  return told === undefined ? error : new CommandError(`--output ${typedText(output)}: ${told}`);
}

function summaryText({ files, copies }: OpenHistory, summaries: readonly HistorySummary[], paint: Paint): string {
  const left =
    copies === 0
      ? []
      : [
          copies === 1
            ? "1 line was a copy of another, and left out"
            : `${formatCount(copies)} lines were copies of others, and left out`,
        ];
  return [
    ...plainValues(files).map((file) => fileText(file, paint)),
    ...left,
    ...plainValues(summaries).map((one) => modelText(one, paint)),
  ].join("\n\n");
}

function fileText({ path, format, lines, problems, missing }: FileReading, paint: Paint): string {
  const more = problems.length - TOLD_PROBLEMS;
  return [
    `${paint("bold", path)}: ${format}, ${formatCount(lines)} ${lines === 1 ? "line" : "lines"}`,
    ...problems.slice(0, TOLD_PROBLEMS).map((problem) => paint("yellow", `  left out: ${wrapped(problem, 12)}`)),
    ...(more > 0 ? [paint("yellow", `  left out: ${formatCount(more)} more`)] : []),
    ...missing.map((sentence) => `  not in it: ${wrapped(sentence, 13)}`),
  ].join("\n");
}

function modelText(summary: HistorySummary, paint: Paint): string {
  const { model, from, to, lines, objects, bytes, gaps, unknown, labelDelayMs } = summary;
  const counts = Object.entries(lines).map(([type, count]) => `${formatCount(count)} ${type}`);
  const told = gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, TOLD_GAPS);
  const moreGaps = gaps.length > told.length ? [`and ${gaps.length - told.length} shorter ones`] : [];
  const rows = [
    ["lines", counts.join(", ")],
    ["time", `${timeText(from)} to ${timeText(to)}, ${durationText(to - from)}`],
    ...(lines.landed === undefined
      ? []
      : [["landed", `${formatCount(objects)} ${objects === 1 ? "object" : "objects"}, ${formatCount(bytes)} bytes`]]),
    ["label delay", labelDelayMs === undefined ? "not known" : `${durationText(labelDelayMs)} (median)`],
    ["gaps", told.length === 0 ? "none that is ten times as long as usual" : [...told.map(gapText), ...moreGaps].join("; ")],
  ];
  const sentences = unknown.map((sentence) => `  not known: ${wrapped(sentence, 13)}`);
  return [paint("bold", model), textTable(rows), ...sentences].join("\n");
}

function gapText({ from, to }: { readonly from: number; readonly to: number }): string {
  return `${durationText(to - from)} from ${timeText(from)}`;
}
