import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { extname } from "node:path";
import * as z from "zod/mini";
import { jsonValue } from "../../functions/core/outside-json";
import { plainLine } from "../../functions/core/plain-text";
import type { SurveyedHistory } from "../../functions/core/replay/simulation/history-survey";
import { CommandError } from "../command-error";
import { openTrainModule } from "./train-module";

/** What the command prints: an error, 0 to 1, for each step that it was asked for, or null where it has no labels. */
const answerSchema = z.strictObject({
  errors: z.array(z.nullable(z.number().check(z.minimum(0), z.maximum(1)))),
});

const MAX_CAUSE = 500;
const MAX_ANSWER_BYTES = 64e6;

/** A file with such an ending is a module, and no command. */
const MODULE_ENDINGS: ReadonlySet<string> = new Set([".mjs", ".cjs", ".js"]);

/**
 * Errors of models that a command trains, or a JavaScript module. It is asked once for each step that a model would serve from,
 * with `{model, trainedUntil, steps: [{from, to}]}`, all times ISO 8601, and answers `{"errors": […]}`, one for each step: a
 * command by its standard input and output, a module by the function `train` that it exports. What it said is kept, so that no
 * training is done twice.
 * @throws CommandError, from the function, when it fails or answers something else
 */
export function trainCommand(
  command: string,
  { history, originMs, stepMs, steps }: Pick<SurveyedHistory, "history" | "originMs" | "stepMs" | "steps">,
): (servesFrom: number, step: number) => number {
  const rows = new Map<number, readonly (number | null)[]>();
  const timeOf = (step: number) => new Date(originMs + step * stepMs).toISOString();
  const asked = Array.from({ length: steps }, (_, step) => ({ from: timeOf(step), to: timeOf(step + 1) }));
  const ask = isModule(command) ? moduleAsked(command) : (question: Question) => commandAsked(command, question);
  return (servesFrom, step) => {
    const question = { model: history.model, trainedUntil: timeOf(servesFrom), steps: asked };
    const known = rows.get(servesFrom) ?? errorsIn(ask(question), question);
    rows.set(servesFrom, known);
    return known[step] ?? Number.NaN;
  };
}

interface Question {
  readonly model: string;
  readonly trainedUntil: string;
  readonly steps: readonly { readonly from: string; readonly to: string }[];
}

/** What was answered, and as it was written. */
interface Answer {
  readonly value: unknown;
  readonly text: string;
}

/** A name without blanks and with the ending of a module is one. @throws CommandError where there is no such file */
function isModule(command: string): boolean {
  if (!MODULE_ENDINGS.has(extname(command))) return false;
  if (statSync(command, { throwIfNoEntry: false })?.isFile() === true) return true;
  // With a blank it is a command, such as node train.mjs.
  if (/\s/.test(command)) return false;
  throw new CommandError(`--train ${plainLine(command, MAX_CAUSE)}: no such module; name a file that is there, or a command`);
}

function placeOf({ trainedUntil }: Question): string {
  return `--train, trained until ${trainedUntil}`;
}

function moduleAsked(file: string): (question: Question) => Answer {
  const ask = openTrainModule(file);
  return (question) => {
    const answer = ask(question);
    if ("failed" in answer) throw new CommandError(`${placeOf(question)}: ${file}: ${plainLine(answer.failed, MAX_CAUSE)}`);
    return { value: answer.returned, text: String(JSON.stringify(answer.returned)) };
  };
}

function commandAsked(command: string, question: Question): Answer {
  const ran = spawnSync(command, {
    shell: true,
    input: JSON.stringify(question),
    encoding: "utf8",
    maxBuffer: MAX_ANSWER_BYTES,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const of = placeOf(question);
  // A command that does not read what it is told may answer all the same.
  const isUnread = ran.error !== undefined && "code" in ran.error && ran.error.code === "EPIPE";
  if (ran.error !== undefined && !isUnread) throw new CommandError(`${of}: ${ran.error.message}`);
  if (ran.status !== 0) throw new CommandError(`${of}: the command ended with ${ran.status ?? ran.signal}; expected 0`);
  return { value: jsonValue(ran.stdout), text: ran.stdout };
}

function errorsIn({ value, text }: Answer, question: Question): readonly (number | null)[] {
  const of = placeOf(question);
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success) {
    const got = plainLine(text.slice(0, 200), MAX_CAUSE);
    throw new CommandError(`${of}: got ${got}; expected {"errors": [0.12, null, …]}, each from 0 to 1 or null`);
  }
  const { errors } = parsed.data;
  if (errors.length === question.steps.length) return errors;
  throw new CommandError(`${of}: got ${errors.length} errors for ${question.steps.length} steps; expected one for each`);
}
