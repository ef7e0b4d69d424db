import { spawnSync } from "node:child_process";
import * as z from "zod/mini";
import { plainLine } from "../../functions/core/plain-text";
import type { SurveyedHistory } from "../../functions/core/replay/simulation/history-survey";
import { CommandError } from "../command-error";

/** What the command prints: an error, 0 to 1, for each step that it was asked for, or null where it has no labels. */
const answerSchema = z.strictObject({
  errors: z.array(z.nullable(z.number().check(z.minimum(0), z.maximum(1)))),
});

const MAX_CAUSE = 500;
const MAX_ANSWER_BYTES = 64e6;

/**
 * Errors of models that a command trains. It is called once for each step that a model would serve from, with `{model,
 * trainedUntil, steps: [{from, to}]}` on its standard input, all times ISO 8601, and prints `{"errors": […]}`, one for each
 * step. What it said is kept, so that no training is done twice.
 * @throws CommandError, from the function, when the command fails or prints something else
 */
export function trainCommand(
  command: string,
  { history, originMs, stepMs, steps }: Pick<SurveyedHistory, "history" | "originMs" | "stepMs" | "steps">,
): (servesFrom: number, step: number) => number {
  const rows = new Map<number, readonly (number | null)[]>();
  const timeOf = (step: number) => new Date(originMs + step * stepMs).toISOString();
  const asked = Array.from({ length: steps }, (_, step) => ({ from: timeOf(step), to: timeOf(step + 1) }));
  return (servesFrom, step) => {
    const known =
      rows.get(servesFrom) ?? trained(command, { model: history.model, trainedUntil: timeOf(servesFrom), steps: asked });
    rows.set(servesFrom, known);
    return known[step] ?? Number.NaN;
  };
}

interface Question {
  readonly model: string;
  readonly trainedUntil: string;
  readonly steps: readonly { readonly from: string; readonly to: string }[];
}

function trained(command: string, question: Question): readonly (number | null)[] {
  const ran = spawnSync(command, {
    shell: true,
    input: JSON.stringify(question),
    encoding: "utf8",
    maxBuffer: MAX_ANSWER_BYTES,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const of = `--train, trained until ${question.trainedUntil}`;
  if (ran.error !== undefined) throw new CommandError(`${of}: ${ran.error.message}`);
  if (ran.status !== 0) throw new CommandError(`${of}: the command ended with ${ran.status ?? ran.signal}; expected 0`);
  const parsed = answerSchema.safeParse(parsedJson(ran.stdout));
  if (!parsed.success) {
    const got = plainLine(ran.stdout.slice(0, 200), MAX_CAUSE);
    throw new CommandError(`${of}: got ${got}; expected {"errors": [0.12, null, …]}, each from 0 to 1 or null`);
  }
  const { errors } = parsed.data;
  if (errors.length === question.steps.length) return errors;
  throw new CommandError(`${of}: got ${errors.length} errors for ${question.steps.length} steps; expected one for each`);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
