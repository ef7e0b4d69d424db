import * as z from "zod/mini";
import { modelNameSchema } from "../model-settings";
import { amountSchema, timeSchema } from "../numbers";
import type { Stored } from "../state-layout";

const textSchema = z.string().check(z.minLength(1), z.maxLength(256));

/** The error of a model over a span of time, as a monitor measured it once its labels were there. */
export const qualitySignalSchema = z.strictObject({
  model: modelNameSchema,
  /** Who measured it. */
  monitor: textSchema,
  /** What was measured, such as `accuracy`. */
  metric: textSchema,
  /** Of the answers that were judged, epoch milliseconds; `to` is exclusive. */
  from: timeSchema,
  to: timeSchema,
  /** Share of wrong answers, or another error from 0 to 1; lower is better. */
  error: z.number().check(z.minimum(0), z.maximum(1)),
  /** Labelled rows behind it; absent where nobody says. */
  rows: z.exactOptional(amountSchema),
  /** The run, or the version, that made the answers; absent where nobody says, and then the time tells. */
  run: z.exactOptional(textSchema),
});

export type QualitySignal = Stored<typeof qualitySignalSchema>;
