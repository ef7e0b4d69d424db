import * as z from "zod/mini";
import { amountSchema, timeSchema } from "../numbers";
import { isStoredName, type Stored } from "../state-layout";
import { trainingRequestSchema } from "../training-request";

/** The checks, in the order in which they decide. */
export const CHECKS = [
  "duplicate",
  "paused",
  "blocked-by-drift",
  "waiting-for-approval",
  "run-in-progress",
  "failure-back-off",
  "cooldown",
  "minimum-new-data",
  "daily-limit",
  "daily-budget",
  "monthly-budget",
  "volume",
  "adaptive",
  "approval-needed",
] as const;

export type CheckName = (typeof CHECKS)[number];

export const REJECT_REASONS = {
  "estimate-over-budget": "the estimated cost is more than the whole budget",
  "backlog-full": "as many requests wait as the model's state can hold, and it fits into none of them",
  expired: "it could not start for as long as the policy lets a request wait",
  "approval-expired": "nobody approved it in time",
  "not-approved": "a person refused it",
  skipped: "a person left it out when the model was resumed",
  "unknown-model": "no model of this name is configured",
  "priority-out-of-range": "its priority is not one of 1 to 5",
  "from-the-future": "it is dated more than a day ahead",
  "foreign-manifest": "its manifest is not in the model's bucket",
} as const;

export type RejectReason = keyof typeof REJECT_REASONS;

/** Why a request was rejected that people are not told of: who refused it knows. */
export const UNTOLD_REASON = "not-approved" satisfies RejectReason;

export function isRejectReason(reason: string): reason is RejectReason {
  return Object.hasOwn(REJECT_REASONS, reason);
}

/** Of a merge of what was set aside: a training takes the data along. */
export const TAKEN_ALONG = "taken-along";

/** One check with the numbers that it compared. */
const checkResultSchema = z.object({
  check: z.custom<CheckName>(isStoredName),
  /** `overridden`: refused, but the priority passes it. */
  verdict: z.enum(["passed", "overridden", "refused"]),
  numbers: z.record(z.string(), z.union([z.number(), z.string()])),
  /** What would have changed a refusal: a time, an event, or an amount. */
  cure: z.exactOptional(
    z.object({
      /** From then on this check would pass, if nothing else changes; epoch milliseconds. */
      at: z.exactOptional(z.number()),
      change: z.string(),
    }),
  ),
});

/** What a model's state took in, as replay/recorded-input.ts has it; a type that only a later program knows is kept as it is. */
export const storedInputSchema = z.custom<{ readonly type: string }>(
  (value) => typeof value === "object" && value !== null && "type" in value && isStoredName(value.type),
);

/** The record of a decision: why a request started, or why not, and what would have changed that. Times are epoch milliseconds. */
export const decisionSchema = z.object({
  requestId: z.string(),
  model: z.string(),
  outcome: z.enum(["start", "defer", "merge", "ask", "reject", "duplicate"]),
  decidedAt: timeSchema,
  /** The check that decided, or why the request was rejected. */
  reason: z.custom<CheckName | "all-checks-passed" | typeof TAKEN_ALONG | RejectReason>(isStoredName),
  checks: z.array(checkResultSchema),
  /** The request as it was asked; with all that merged into it when it starts. */
  request: trainingRequestSchema,
  /** Of a merge: the deferred request that it became part of. */
  into: z.exactOptional(z.string()),
  /** Of a deferral: when it is asked again, unless an event comes first. */
  dueAt: z.exactOptional(timeSchema),
  /** Of a start: what was reserved, USD. */
  reservedUsd: z.exactOptional(z.number()),
  approvedBy: z.exactOptional(z.array(z.string())),
  /** Of a question to people: when an earlier start of it was taken back, which makes it be asked again rather than expire. */
  withdrawnAt: z.exactOptional(timeSchema),
  /** Its place among all effects of its model: the order in which the state took decisions, whatever the clocks said. */
  number: z.exactOptional(amountSchema),
  /** What the state took in since the decision before, oldest first. */
  inputs: z.exactOptional(z.array(storedInputSchema)),
});

export type CheckResult = Stored<typeof checkResultSchema>;
export type Cure = NonNullable<CheckResult["cure"]>;
export type Decision = Stored<typeof decisionSchema>;
export type Outcome = Decision["outcome"];
