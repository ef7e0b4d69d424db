import * as z from "zod";

/**
 * When a batch is enough, and how long its traces are kept. Times are milliseconds.
 * `windowMs` runs from the first object of a batch, `quietPeriodMs` from the last; absent means "never".
 */
export const batchPolicySchema = z.object({
  batchSize: z.int().min(1).max(1_000_000),
  windowMs: z.int().positive().optional(),
  quietPeriodMs: z.int().positive().optional(),
  dedupeHorizonMs: z.int().nonnegative(),
  retentionMs: z.int().positive(),
});

export type BatchPolicy = z.infer<typeof batchPolicySchema>;
