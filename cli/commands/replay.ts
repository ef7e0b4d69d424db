import { readFile } from "node:fs/promises";
import { type Decision, decisionSchema } from "../../functions/core/coordination/decision";
import { plainLine } from "../../functions/core/plain-text";
import { type ReplayReport, replayRecord } from "../../functions/core/replay/replay-record";
import { CommandError } from "../command-error";
import type { Control } from "../control/control";
import { findModel } from "../find";
import { type Paint, type Printout, timeText, typedText } from "../printout";

/** Characters of a difference that are printed. */
const MAX_WHY = 400;

/** Decides again what is recorded of one model, or of all, and tells whether it comes out the same. */
export async function replay(control: Control, model: string | undefined, paint: Paint): Promise<Printout> {
  const models = model === undefined ? (await control.models()).map((one) => one.model) : [(await findModel(control, model)).model];
  const reports: [string, ReplayReport][] = [];
  for (const name of models) {
    const decisions: Decision[] = [];
    for await (const page of control.decisionsBetween(name, {})) decisions.push(...page);
    reports.push([name, replayRecord(decisions)]);
  }
  return printed(reports, paint);
}

/**
 * The same of a file that `decisions --export` wrote.
 * @throws CommandError when there is no such file, or a line of it is no decision
 */
export async function replayExport(path: string, model: string | undefined, paint: Paint): Promise<Printout> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${typedText(path)} could not be read: ${why}; retrigger decisions --export writes such a file`, {
      cause: error,
    });
  });
  const byModel = new Map<string, Decision[]>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const decision = decisionOf(line, `${typedText(path)}, line ${index + 1}`);
    if (model !== undefined && decision.model !== model) continue;
    byModel.set(decision.model, [...(byModel.get(decision.model) ?? []), decision]);
  }
  return printed(
    [...byModel].map(([name, decisions]) => [name, replayRecord(decisions)]),
    paint,
  );
}

function decisionOf(line: string, where: string): Decision {
  try {
    return decisionSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new CommandError(`${where} is not a decision; expected a line that retrigger decisions --export printed`, {
      cause: error,
    });
  }
}

function printed(reports: readonly (readonly [string, ReplayReport])[], paint: Paint): Printout {
  const data = reports.map(([model, report]) => ({ model, ...report }));
  const text = reports.map(([model, report]) => `${paint("bold", plainLine(model, MAX_WHY))}\n${reportText(report, paint)}`);
  const isRefused = reports.some(([, { differing }]) => differing > 0) || isNothingCompared(reports.map(([, report]) => report));
  return { data, text: text.join("\n\n") || "no decisions are recorded", isRefused };
}

/** Decisions are recorded, and nothing is known of any of them: that is no proof that the program decides as it did. */
function isNothingCompared(reports: readonly ReplayReport[]): boolean {
  return reports.some(({ decisions }) => decisions > 0) && reports.every((report) => judgedOf(report) === 0);
}

/** Decisions that could be decided again. */
function judgedOf({ decisions, unknown }: ReplayReport): number {
  return decisions - Object.values(unknown).reduce((sum, count) => sum + count, 0);
}

const NUMBER = new Intl.NumberFormat("en");

function reportText(report: ReplayReport, paint: Paint): string {
  const { decisions, same, unknown, differing, differences } = report;
  if (decisions === 0) return "no decisions are recorded";
  const judged = judgedOf(report);
  const verdict = `${NUMBER.format(same)} of ${NUMBER.format(judged)} decisions come out the same`;
  const colour = differing > 0 ? "red" : judged < decisions ? "yellow" : "green";
  const head = judged === 0 ? paint("yellow", "no decision can be decided again, so nothing was compared") : paint(colour, verdict);
  const more = judged === 0 ? "" : " more";
  const left = Object.entries(unknown).map(([why, count]) => `${NUMBER.format(count)}${more} cannot be decided again: ${why}`);
  const listed = differences.map(
    ({ requestId, decidedAt, why }) => `${timeText(decidedAt)}  ${plainLine(requestId, MAX_WHY)}: ${plainLine(why, MAX_WHY)}`,
  );
  const unlisted = differing - listed.length;
  return [
    head,
    ...left,
    ...listed,
    ...(unlisted > 0 ? [`${NUMBER.format(unlisted)} more differences, which may follow from these`] : []),
  ].join("\n");
}
