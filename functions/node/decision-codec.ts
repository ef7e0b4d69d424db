import * as z from "zod/mini";
import type { CheckName, Decision } from "../core/coordination/decision";
import { timeSchema } from "../core/quantities";
import { trainingRequestSchema } from "../core/training-request";
import { fromDeflatedJson, toDeflatedJson } from "./deflated-json";

/** Records outlive the program: a check or a reason that it no longer knows must not make them unreadable. */
const isName = (value: unknown) => typeof value === "string" && value !== "";

const checkSchema = z.object({
  check: z.custom<CheckName>(isName),
  verdict: z.enum(["passed", "overridden", "refused"]),
  numbers: z.record(z.string(), z.union([z.number(), z.string()])),
  cure: z.exactOptional(z.object({ at: z.exactOptional(z.number()), change: z.string() })),
});

export const decisionSchema = z.object({
  requestId: z.string(),
  model: z.string(),
  outcome: z.enum(["start", "defer", "merge", "ask", "reject", "duplicate"]),
  decidedAt: timeSchema,
  reason: z.custom<Decision["reason"]>(isName),
  checks: z.array(checkSchema),
  request: trainingRequestSchema,
  into: z.exactOptional(z.string()),
  dueAt: z.exactOptional(timeSchema),
  reservedUsd: z.exactOptional(z.number()),
  approvedBy: z.exactOptional(z.array(z.string())),
});

export function encodeDecision(decision: Decision): Uint8Array {
  return toDeflatedJson(`the decision on ${decision.requestId}`, decision);
}

/** @throws Error when the bytes are not those of a decision */
export function decodeDecision(data: Uint8Array): Decision {
  return decisionSchema.parse(fromDeflatedJson(data));
}
