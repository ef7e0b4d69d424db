// The section `policy` of a model in retrigger.yaml. Its defaults are strict: one run at a time, four a day, 1000 USD a day.
import * as z from "zod";
import { durationWithin, usd } from "./fields";

/** No wait is longer than a month of budget: what waits longer is better switched off. */
const LONGEST_WAIT = "30d";

const EXPIRES_EXPECTATION = "expected five durations, of priority 1 to 5, such as [1h, 4h, 24h, 72h, 72h]";

const costSchema = z.strictObject({
  baseUsd: usd(150).default(150).describe("What any run costs, USD"),
  perGbUsd: usd(1.5).default(1.5).describe("What each GB of new data adds, USD; a GB is 1,000,000,000 bytes"),
  perObjectUsd: usd(0.01).default(0).describe("What each new object adds, USD"),
});

const backoffSchema = z.strictObject({
  afterFailures: z.int().min(1).max(100).default(3).describe("Failed runs in a row after which the next start waits; 1 to 100"),
  delay: durationWithin("0s", LONGEST_WAIT, "1h")
    .default("1h")
    .describe("How long it waits first; each further failure doubles it; at most 30d"),
  maxDelay: durationWithin("0s", LONGEST_WAIT, "24h").default("24h").describe("The longest that it waits; at most 30d"),
});

const approvalExpirySchema = durationWithin("1m", LONGEST_WAIT, "4h");

const approvalSchema = z.strictObject({
  needed: z
    .enum(["never", "on-request", "always"], { error: "expected never, on-request or always" })
    .default("on-request")
    .describe("Whether a person must approve: never; on-request, when the request asks for it; or always"),
  approvers: z.int().min(1).max(2).default(1).describe("How many different people must approve; 1 or 2"),
  expires: z
    .tuple(
      [approvalExpirySchema, approvalExpirySchema, approvalExpirySchema, approvalExpirySchema, approvalExpirySchema],
      EXPIRES_EXPECTATION,
    )
    .default(["1h", "4h", "24h", "72h", "72h"])
    .describe("How long an approval is waited for, five times: for priority 1, the highest, to priority 5; 1m to 30d each"),
});

const adaptiveSchema = z.strictObject({
  objects: z.int().min(1).max(100_000_000).describe("So many new objects alone are worth a training"),
  age: durationWithin("1m", "3650d", "7d").describe("So long since the last start alone is worth a training: 12h, 7d"),
});

/** What the coordinator holds a model's trainings to. */
export const policySchema = z.strictObject({
  maxRuns: z.int().min(1).max(100).default(1).describe("Runs at the same time; 1 to 100"),
  cooldown: durationWithin("0s", LONGEST_WAIT, "6h")
    .default("6h")
    .describe("Least time from one start to the next; drift of priority 1 or 2 passes it; 0s to 30d"),
  minNewObjects: z
    .int()
    .min(0)
    .max(100_000_000)
    .default(0)
    .describe("Fewer new objects than this are no reason to train, unless a person, a schedule or drift asks"),
  maxStartsPerDay: z.int().min(1).max(1000).default(4).describe("Starts of a UTC day; priority 1 and 2 pass it; 1 to 1000"),
  dailyBudgetUsd: usd(1000).default(1000).describe("What the starts of a UTC day may cost, USD; priority 1 passes it"),
  monthlyBudgetUsd: usd(10_000).default(10_000).describe("What the starts of a UTC month may cost, USD; priority 1 passes it"),
  cost: costSchema.prefault({}).describe("The estimate of a run's cost, which the cost of the model's earlier runs corrects"),
  backoff: backoffSchema.prefault({}).describe("How failures in a row hold back the next start"),
  approval: approvalSchema.prefault({}).describe("When a person must approve a start"),
  deferralExpires: durationWithin("1h", "90d", "7d")
    .default("7d")
    .describe("A request that could not start for this long ends, with a record; at least the cooldown and the longest back-off"),
  adaptive: adaptiveSchema
    .optional()
    .describe(
      "Starts when new data and age together are worth it, the less so the more of the day's budget is spent; off when left out",
    ),
});

export type PolicyConfig = z.output<typeof policySchema>;
