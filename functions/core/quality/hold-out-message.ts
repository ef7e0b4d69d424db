import * as z from "zod/mini";
import { PoisonMessageError } from "../errors";
import { isMapping, ownValue } from "../json-path";
import { modelNameSchema } from "../model-settings";
import { QUALITY_SOURCE, signalProblem, textSchema } from "./quality-message";

const errorSchema = z.number().check(z.minimum(0), z.maximum(1));

/** Errors on labels that a training was not trained on. */
export const holdOutErrorsSchema = z.object({
  challenger: errorSchema.check(z.describe("Error of the model that the run trained; from 0 to 1, lower is better")),
  champion: z.exactOptional(errorSchema.check(z.describe("Error, on the same rows, of the model that serves meanwhile"))),
});

/** What the evaluation step of a run tells, as a message to the queue of requests; docs/quality-signals.md. */
export const holdOutMessageSchema = z.object({
  source: z.literal(QUALITY_SOURCE).check(z.describe("Tells the message from the others of the queue")),
  model: modelNameSchema.check(z.describe("The model's name in retrigger.yaml")),
  run: textSchema.check(z.describe("The run that trained the model, or the id of the request that it was started for")),
  holdOut: holdOutErrorsSchema,
});

/** The errors of a run's model, and of the one that it may replace, on the hold-out of its training. */
export type HoldOutReport = Omit<z.infer<typeof holdOutMessageSchema>, "source">;

const FORMAT = "the format is described in docs/quality-signals.md";

/**
 * What a run's evaluation tells, undefined for any message without a `holdOut`, or of another source; unknown fields are left out.
 * @throws PoisonMessageError that tells every problem with its field, what was got and what is allowed
 */
export function parseHoldOutMessage(value: unknown): HoldOutReport | undefined {
  if (!isMapping(value) || ownValue(value, "source") !== QUALITY_SOURCE) return undefined;
  if (ownValue(value, "holdOut") === undefined) return undefined;
  const parsed = holdOutMessageSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => signalProblem(value, issue)).join("; ");
    throw new PoisonMessageError(`not the hold-out of a run: ${problems}; ${FORMAT}`);
  }
  const { source: _source, ...report } = parsed.data;
  return report;
}
