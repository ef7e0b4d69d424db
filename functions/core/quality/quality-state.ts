import * as z from "zod/mini";
import { amountSchema, ordinalSchema, timeSchema } from "../numbers";
import type { Stored } from "../state-layout";
import { breakEvenStateSchema } from "./break-even";

const errorSchema = z.number().check(z.minimum(0), z.maximum(1));

/** Labels of a step that has not ended, pooled by rows. */
const openStepSchema = z.strictObject({
  /** Epoch milliseconds. */
  from: timeSchema,
  /** End of the newest window that counts, epoch milliseconds: one that begins before it is another copy, or came late. */
  until: timeSchema,
  /** Time that the windows cover, milliseconds. */
  coveredMs: ordinalSchema,
  /** Sum of error times rows, and of rows; a signal without rows counts as one. */
  wrong: z.number().check(z.nonnegative()),
  rows: z.number().check(z.nonnegative()),
  /** One of the signals did not say how many rows it has. */
  isUncounted: z.exactOptional(z.literal(true)),
});

/** What the coordinator knows of how well a model serves. Strict, as the state that holds it. */
export const qualityStateSchema = z.strictObject({
  breakEven: breakEvenStateSchema,
  /** The length of a step when it was written, milliseconds: with another one, nothing of it can be compared. */
  stepMs: ordinalSchema,
  /** Promotion says what serves; absent where a run that succeeded serves from its end. */
  isPromoted: z.exactOptional(z.literal(true)),
  /** Since when the model in service serves, epoch milliseconds; absent before the first of which anything is known. */
  servingSince: z.exactOptional(timeSchema),
  /** The request of its training, the run that made it, and its address in the registry, where they are known. */
  servingRequest: z.exactOptional(z.string()),
  servingRun: z.exactOptional(z.string()),
  servingVersion: z.exactOptional(z.string()),
  /** A training that was started and neither serves nor failed to: until then no other is worth its price. */
  awaited: z.exactOptional(
    z.strictObject({
      requestId: z.string(),
      startedAt: timeSchema,
      /** Of a run that ended, where promotion says what serves. */
      runId: z.exactOptional(z.string()),
      /** What its run told of both models on its hold-out. */
      challenger: z.exactOptional(errorSchema),
      champion: z.exactOptional(errorSchema),
    }),
  ),
  /** End of the newest observed step. */
  labelledUntil: z.exactOptional(timeSchema),
  /** Labelled rows of the newest observed step; absent where nobody said. */
  rows: z.exactOptional(amountSchema),
  /** Usual time from the end of a step to its labels, smoothed, milliseconds. */
  labelDelayMs: z.exactOptional(z.number().check(z.nonnegative())),
  openStep: z.exactOptional(openStepSchema),
  /** Begin of the newest step in which the clock asked for a training; once is enough. */
  askedStep: z.exactOptional(timeSchema),
  /** Starts in the UTC month, by which a price follows from trainings a month. */
  month: z.strictObject({ date: z.string(), starts: amountSchema }),
});

export type QualityState = Stored<typeof qualityStateSchema>;
