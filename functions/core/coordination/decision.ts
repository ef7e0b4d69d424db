import type { TrainingRequest } from "../training-request";

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
  "adaptive",
  "approval-needed",
] as const;

export type CheckName = (typeof CHECKS)[number];

/** What would have changed a refusal: a time, an event, or an amount. */
export interface Cure {
  /** From then on this check would pass, if nothing else changes; epoch milliseconds. */
  readonly at?: number;
  readonly change: string;
}

/** One check with the numbers that it compared. `overridden`: refused, but the priority passes it. */
export interface CheckResult {
  readonly check: CheckName;
  readonly verdict: "passed" | "overridden" | "refused";
  readonly numbers: Readonly<Record<string, number | string>>;
  readonly cure?: Cure;
}

export type Outcome = "start" | "defer" | "merge" | "ask" | "reject" | "duplicate";

/** The record of a decision: why a request started, or why not, and what would have changed that. Times are epoch milliseconds. */
export interface Decision {
  readonly requestId: string;
  readonly model: string;
  readonly outcome: Outcome;
  readonly decidedAt: number;
  /** The check that decided, or why the request was rejected. */
  readonly reason: CheckName | "all-checks-passed" | RejectReason;
  readonly checks: readonly CheckResult[];
  /** The request as it was asked; with all that merged into it when it starts. */
  readonly request: TrainingRequest;
  /** Of a merge: the deferred request that it became part of. */
  readonly into?: string;
  /** Of a deferral: when it is asked again, unless an event comes first. */
  readonly dueAt?: number;
  /** Of a start: what was reserved, USD. */
  readonly reservedUsd?: number;
  readonly approvedBy?: readonly string[];
}

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
