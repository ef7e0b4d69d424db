// The section `policy` of a model: the limits that its trainings must keep. The defaults are strict: one run at a time, four starts
// and 1000 USD a day.
import * as z from "zod";
import type { CoordinatorPolicy } from "../../functions/core/coordination/policy";
import { adaptivePolicy, adaptiveSchema } from "./adaptive";
import { durationMs, durationWithin, usd } from "./fields";

/** A wait longer than a month of budget is better expressed by pausing the model. */
const LONGEST_WAIT = "30d";

const EXPIRES_EXPECTATION = "expected five durations, of priority 1 to 5, such as [1h, 4h, 24h, 72h, 72h]";

const costSchema = z.strictObject({
  baseUsd: usd(150).default(150).describe("Cost of any run, in USD; 0 or more"),
  perGbUsd: usd(1.5).default(1.5).describe("Cost of each GB of new data, in USD, where a GB is 1,000,000,000 bytes; 0 or more"),
  perObjectUsd: usd(0.01).default(0).describe("Cost of each new object, in USD; 0 or more"),
});

const backoffSchema = z.strictObject({
  afterFailures: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe("Number of failed runs in a row from which the next start is delayed; 1 to 100"),
  delay: durationWithin("0s", LONGEST_WAIT, "1h")
    .default("1h")
    .describe("The first delay; each further failure doubles it; 0s to 30d, at most maxDelay"),
  maxDelay: durationWithin("0s", LONGEST_WAIT, "24h").default("24h").describe("The longest delay; 0s to 30d"),
});

const approvalExpirySchema = durationWithin("1m", LONGEST_WAIT, "4h");

const approvalSchema = z.strictObject({
  needed: z
    .enum(["never", "on-request", "always"], { error: "expected never, on-request or always" })
    .default("on-request")
    .describe("When a person must approve a start: never, on-request (only if the request asks for approval), or always"),
  approvers: z.int().min(1).max(2).default(1).describe("Number of different people who must approve; 1 or 2"),
  expires: z
    .tuple(
      [approvalExpirySchema, approvalExpirySchema, approvalExpirySchema, approvalExpirySchema, approvalExpirySchema],
      EXPIRES_EXPECTATION,
    )
    .default(["1h", "4h", "24h", "72h", "72h"])
    .describe("How long a request waits for approval: five durations, for priority 1 (highest) to priority 5; each 1m to 30d"),
});

const volumeSchema = z.strictObject({
  objects: z.int().min(1).max(100_000_000).describe("Number of new objects that is worth a training by itself; 1 to 100,000,000"),
  age: durationWithin("1m", "3650d", "7d").describe("Time since the last start that is worth a training by itself; 1m to 3650d"),
});

/** The limits that the coordinator holds a model's trainings to. */
export const policySchema = z.strictObject({
  maxRuns: z.int().min(1).max(100).default(1).describe("Number of runs at the same time; 1 to 100"),
  cooldown: durationWithin("0s", LONGEST_WAIT, "6h")
    .default("6h")
    .describe("Shortest time between two starts, ignored for drift of priority 1 or 2; 0s to 30d"),
  minNewObjects: z
    .int()
    .min(0)
    .max(100_000_000)
    .default(0)
    .describe("Fewest new objects for a training that new data alone asks for; 0 to 100,000,000"),
  maxStartsPerDay: z
    .int()
    .min(1)
    .max(1000)
    .default(4)
    .describe("Most starts in a UTC day, ignored for priority 1 and 2; 1 to 1000"),
  dailyBudgetUsd: usd(1000)
    .default(1000)
    .describe("Most that the starts of a UTC day may cost, in USD, ignored for priority 1; 0 or more"),
  monthlyBudgetUsd: usd(10_000)
    .default(10_000)
    .describe("Most that the starts of a UTC month may cost, in USD, ignored for priority 1; 0 or more"),
  cost: costSchema
    .prefault({})
    .describe("How the cost of a run is estimated; the actual cost of earlier runs corrects the estimate"),
  backoff: backoffSchema.prefault({}).describe("How failed runs in a row delay the next start"),
  approval: approvalSchema.prefault({}).describe("When a person must approve a start"),
  deferralExpires: durationWithin("1h", "90d", "7d")
    .default("7d")
    .describe(
      "How long a deferred request may wait before it ends, with a record; 1h to 90d, at least the cooldown and backoff.maxDelay",
    ),
  volume: volumeSchema
    .optional()
    .describe(
      "Trains only when new data and the model's age together are worth it, which takes more as the day's budget is spent; ignored for priority 1; off by default",
    ),
  adaptive: adaptiveSchema.optional(),
});

export type PolicyConfig = z.output<typeof policySchema>;

/**
 * The policy that the coordinator decides by: durations in milliseconds, amounts in USD.
 * @param isPromoted whether the model's candidates are promoted by Retrigger
 */
export function coordinatorPolicy(section: PolicyConfig, isPromoted: boolean): CoordinatorPolicy {
  const { maxRuns, minNewObjects, maxStartsPerDay, cost, backoff, approval, volume, adaptive } = section;
  const [first, second, third, fourth, fifth] = approval.expires;
  return {
    maxRuns,
    cooldownMs: durationMs(section.cooldown),
    minNewObjects,
    maxStartsPerDay,
    budget: { dailyUsd: section.dailyBudgetUsd, monthlyUsd: section.monthlyBudgetUsd },
    cost,
    backoff: {
      afterFailures: backoff.afterFailures,
      delayMs: durationMs(backoff.delay),
      maxDelayMs: durationMs(backoff.maxDelay),
    },
    approval: {
      needed: approval.needed,
      approvers: approval.approvers,
      expiresMs: [durationMs(first), durationMs(second), durationMs(third), durationMs(fourth), durationMs(fifth)],
    },
    deferralExpiresMs: durationMs(section.deferralExpires),
    ...(volume !== undefined && { volume: { objects: volume.objects, ageMs: durationMs(volume.age) } }),
    ...(adaptive !== undefined && { adaptive: adaptivePolicy(adaptive, isPromoted) }),
  };
}
