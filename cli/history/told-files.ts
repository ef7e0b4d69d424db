import type { ToldFile } from "../../functions/core/replay/simulation-result";
import { formatCount } from "../../local/summary/text-table";
import { CommandError } from "../command-error";
import { type Paint, plainValues, typedText, wrapped } from "../printout";
import type { FileReading } from "./read-history";

/** Problems of a file that are told. */
const TOLD_PROBLEMS = 20;
/** Of a file, where nothing at all was read. */
const TOLD_REASONS = 3;

/** What files tell and do not tell, in plain texts, each with its first problems. */
export function toldFiles(files: readonly FileReading[]): ToldFile[] {
  return files.map(({ path, lines, problems, missing }) =>
    plainValues({
      path,
      lines,
      problems: problems.slice(0, TOLD_PROBLEMS),
      problemCount: problems.length,
      missing,
    }),
  );
}

/** That the first of so many problems of a file follow, beside how many of its lines were read. */
export function leftOutTitle({ path, lines, problems, problemCount }: ToldFile): string {
  const found = `${formatCount(problemCount)} ${problemCount === 1 ? "problem" : "problems"}`;
  const read = `${formatCount(lines)} ${lines === 1 ? "line" : "lines"} read`;
  return `${found} in ${path}, ${read}${problems.length < problemCount ? `; the first ${problems.length}` : ""}:`;
}

/** What was left out of files, and what they do not tell, each a part for a terminal; empty where there is nothing of it. */
export function filesText(files: readonly ToldFile[], paint: Paint): string[] {
  const leftOut = files
    .filter(({ problemCount }) => problemCount > 0)
    .flatMap((file) => [`  ${wrapped(leftOutTitle(file), 2)}`, ...file.problems.map((problem) => `  - ${wrapped(problem, 4)}`)]);
  const missing = files.flatMap(({ path, missing }) => missing.map((sentence) => `  - ${wrapped(`${path}: ${sentence}`, 4)}`));
  const part = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [[paint("yellow", title), ...lines].join("\n")];
  return [...part("Left out", leftOut), ...part("What the files do not tell", missing)];
}

/**
 * That files hold no line, or none of a model, with the first reasons that they give.
 * @param page which tells what a history is
 */
export function noLinesError(
  files: readonly FileReading[],
  { model, page }: { readonly model?: string; readonly page: string },
): CommandError {
  const of = model === undefined ? "" : ` of the model ${typedText(model)}`;
  const reasons = toldFiles(files).flatMap(({ path, problems, problemCount }) => {
    const more = problemCount - TOLD_REASONS;
    return [
      ...problems.slice(0, TOLD_REASONS).map((problem) => `${path}: ${problem}`),
      ...(more > 0 ? [`${path}: and ${formatCount(more)} more`] : []),
    ];
  });
  const paths = files.map(({ path }) => path).join(", ");
  return new CommandError([`no line${of} in ${paths}; expected a history, see ${page}`, ...reasons].join("\n"));
}
