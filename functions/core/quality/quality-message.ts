import * as z from "zod/mini";
import { reportProblems } from "../drift/drift-report";
import { PoisonMessageError } from "../errors";
import { isMapping, ownValue } from "../json-path";
import { modelNameSchema } from "../model-settings";
import { amountSchema, momentSchema } from "../numbers";
import type { QualitySignal } from "./quality-signal";

/** The source that the message of a quality signal names. */
export const QUALITY_SOURCE = "retrigger.quality";

/** Epoch milliseconds are larger since 1973, epoch seconds smaller until the year 5138. */
const LEAST_MS = 1e11;

/** Of what a monitor names: who measured, what, and of which run. */
export const textSchema = z.string().check(z.minLength(1), z.maxLength(256));

const measuredTimeSchema = momentSchema.check(
  z.refine((at) => at >= LEAST_MS, {
    error: ({ input }) => `got ${input} ms, a time before 1973: multiply epoch seconds by 1000`,
  }),
);

/** The error of a model over a span of time, as a message to the queue of requests; docs/quality-signals.md. */
export const qualityMessageSchema = z
  .object({
    source: z.literal(QUALITY_SOURCE).check(z.describe("Tells the message from the others of the queue")),
    model: modelNameSchema.check(z.describe("The model's name in retrigger.yaml")),
    monitor: textSchema.check(z.describe("Who measured; the same in every message of one monitor")),
    metric: textSchema.check(z.describe("What was measured, such as accuracy or error-rate; policy.adaptive.metric picks by it")),
    from: measuredTimeSchema.check(z.describe("When the judged answers were given: epoch milliseconds, or ISO 8601 with offset")),
    to: measuredTimeSchema.check(z.describe("Their end, exclusive: epoch milliseconds, or ISO 8601 with offset")),
    error: z
      .number()
      .check(
        z.minimum(0),
        z.maximum(1),
        z.describe("Share of wrong answers, or another error from 0 to 1; lower is better; 1 - accuracy"),
      ),
    rows: z.exactOptional(amountSchema.check(z.describe("Labelled rows behind the error; tells how much of it is noise"))),
    run: z.exactOptional(textSchema.check(z.describe("The run or the version that gave the answers; without it the time tells"))),
  })
  .check(z.refine(({ from, to }) => from < to, { error: "to must be later than from", path: ["to"] }));

const fromMonitorSchema = z.object({ source: z.literal(QUALITY_SOURCE) });

const FORMAT = "the format is described in docs/quality-signals.md";

/**
 * The quality signal that a message is, undefined for a message of another source; unknown fields are left out.
 * @throws PoisonMessageError that tells every problem with its field, what was got and what is allowed
 */
export function parseQualityMessage(value: unknown): QualitySignal | undefined {
  if (!fromMonitorSchema.safeParse(value).success) return undefined;
  const parsed = qualityMessageSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => signalProblem(value, issue)).join("; ");
    throw new PoisonMessageError(`not a quality signal: ${problems}; ${FORMAT}`);
  }
  const { source: _source, ...signal } = parsed.data;
  return signal;
}

/** A signal as Retrigger itself sends it. */
export type QualityMessage = QualitySignal & { readonly source: typeof QUALITY_SOURCE };

/** The message of a signal. */
export function qualityMessageOf(signal: QualitySignal): QualityMessage {
  return { source: QUALITY_SOURCE, ...signal };
}

/** The fields that hold an error. */
const ERRORS: ReadonlySet<PropertyKey> = new Set(["error", "challenger", "champion"]);

/** What is wrong with a field of a message about quality, with a hint where it is no error from 0 to 1. */
export function signalProblem(value: unknown, issue: z.core.$ZodIssue): string {
  const problem = reportProblems(value, [issue]);
  const field = issue.path.at(-1);
  return field !== undefined && ERRORS.has(field) ? `${problem}: ${hintOf(value, issue.path)}` : problem;
}

function hintOf(value: unknown, path: readonly PropertyKey[]): string {
  const error = path.reduce<unknown>((found, key) => (isMapping(found) ? ownValue(found, String(key)) : undefined), value);
  const isPercentage = typeof error === "number" && error > 1 && error <= 100;
  return `an error is a number from 0 to 1; ${isPercentage ? "divide a percentage by 100" : "one without bounds, such as rmse, is none"}`;
}
