import * as z from "zod/mini";
import { isMapping } from "../json-path";
import { amountSchema, ordinalSchema } from "../numbers";
import { adaptivePolicySchema } from "../quality/adaptive-policy";

const usdSchema = z.number().check(z.nonnegative());

/** How long an approval is waited for, by priority: the first for priority 1, the last for priority 5. */
const expirySchema = z.tuple([ordinalSchema, ordinalSchema, ordinalSchema, ordinalSchema, ordinalSchema]);

const policySchema = z.object({
  /** Runs at the same time. */
  maxRuns: ordinalSchema,
  /** Least time from one start to the next. */
  cooldownMs: amountSchema,
  /** Fewer new objects than this are no reason to train, unless a person, a schedule or drift asks. */
  minNewObjects: amountSchema,
  maxStartsPerDay: ordinalSchema,
  budget: z.object({ dailyUsd: usdSchema, monthlyUsd: usdSchema }),
  /** The estimate of a run's cost, before the model's own history corrects it. */
  cost: z.object({ baseUsd: usdSchema, perGbUsd: usdSchema, perObjectUsd: usdSchema }),
  /** After so many failures in a row the next start waits, twice as long after each further failure. */
  backoff: z.object({ afterFailures: ordinalSchema, delayMs: amountSchema, maxDelayMs: amountSchema }),
  approval: z.object({
    needed: z.enum(["never", "on-request", "always"]),
    approvers: z.int().check(z.minimum(1), z.maximum(2)),
    expiresMs: expirySchema,
  }),
  /** A deferred request that could not start for this long ends, with a record. */
  deferralExpiresMs: ordinalSchema,
  /** Starts when new data and age together are worth it, the more so the more of the day's budget is left. */
  volume: z.optional(z.object({ objects: ordinalSchema, ageMs: ordinalSchema })),
  /** Starts when the error that a training would have saved has cost as much as the training. */
  adaptive: z.optional(adaptivePolicySchema),
});

/** What the coordinator holds a model's trainings to. Times are milliseconds, money is USD, days and months are those of UTC. */
export const coordinatorPolicySchema = z.pipe(z.transform(withVolume), policySchema);

/** A row that was written while `volume` was called `adaptive` keeps its meaning. */
function withVolume(written: unknown): unknown {
  if (!isMapping(written) || !isMapping(written.adaptive) || !("objects" in written.adaptive)) return written;
  const { adaptive, ...others } = written;
  return { ...others, volume: adaptive };
}

export type CoordinatorPolicy = z.infer<typeof coordinatorPolicySchema>;
