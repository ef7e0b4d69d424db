import * as z from "zod/mini";
import { amountSchema, timeSchema } from "../../../numbers";
import type { Stored } from "../../../state-layout";

/** Length of a window, milliseconds: five minutes that begin at a multiple of five minutes of the epoch. */
export const WINDOW_MS = 300_000;

/**
 * A closed window of a rollout, the unit of evidence: what both models answered in it, counted and never inferred from the share
 * that is configured. A is the champion, B the candidate.
 */
export const countedWindowSchema = z.object({
  /** Its beginning, epoch milliseconds. */
  at: timeSchema,
  /** Requests. */
  nA: amountSchema,
  nB: amountSchema,
  /** Requests that ended with an error of the model. */
  xA: amountSchema,
  xB: amountSchema,
  /** Requests above the champion's frozen 95th percentile of latency; absent where latency is not compared. */
  lA: z.exactOptional(amountSchema),
  lB: z.exactOptional(amountSchema),
  /** Sums of the business value; absent where none is compared. */
  bA: z.exactOptional(z.number()),
  bB: z.exactOptional(z.number()),
});

export type CountedWindow = Stored<typeof countedWindowSchema>;
