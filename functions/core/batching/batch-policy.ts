import * as z from "zod/mini";
import { amountSchema, ordinalSchema } from "../quantities";

/**
 * When a batch is enough, and how long its traces are kept. Times are milliseconds.
 * `windowMs` runs from the first object of a batch, `quietPeriodMs` from the last; absent means "never".
 */
export const batchPolicySchema = z.object({
  batchSize: ordinalSchema.check(z.maximum(100_000)),
  windowMs: z.optional(ordinalSchema),
  quietPeriodMs: z.optional(ordinalSchema),
  dedupeHorizonMs: amountSchema,
  retentionMs: ordinalSchema,
});

export type BatchPolicy = z.infer<typeof batchPolicySchema>;
