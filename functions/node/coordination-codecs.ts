import * as z from "zod/mini";
import { CATCH_UPS, type CoordinatorState } from "../core/coordination/coordinator-state";
import type { CheckName, Decision } from "../core/coordination/decision";
import { amountSchema, timeSchema } from "../core/numbers";
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

const namesSchema = z.array(z.string());

const runSchema = z.object({
  requestId: z.string(),
  runId: z.exactOptional(z.string()),
  startedAt: timeSchema,
  previousStartAt: z.exactOptional(timeSchema),
  reservedUsd: z.number(),
  estimatedUsd: z.number(),
});

const effectSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("start"),
    number: amountSchema,
    request: trainingRequestSchema,
    approvedBy: z.exactOptional(namesSchema),
  }),
  z.object({ type: z.literal("record"), number: amountSchema, decision: decisionSchema }),
  z.object({ type: z.literal("notify"), number: amountSchema, subject: z.string(), decision: decisionSchema }),
]);

/** Strict: a field of a newer program may be one that forbids to start, so an older one must neither ignore nor erase it. */
const stateSchema = z.strictObject({
  runs: z.array(runSchema),
  lastStartAt: z.exactOptional(timeSchema),
  day: z.object({ date: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)), starts: amountSchema, spentUsd: z.number() }),
  month: z.object({ date: z.string().check(z.regex(/^\d{4}-\d{2}$/)), spentUsd: z.number() }),
  parked: z.array(
    z.object({
      request: trainingRequestSchema,
      parkedAt: timeSchema,
      dueAt: z.exactOptional(timeSchema),
      approvedBy: z.exactOptional(namesSchema),
    }),
  ),
  approval: z.exactOptional(
    z.object({ request: trainingRequestSchema, askedAt: timeSchema, expiresAt: timeSchema, approvedBy: namesSchema }),
  ),
  paused: z.exactOptional(z.object({ by: z.string(), why: z.string(), at: timeSchema })),
  resumed: z.exactOptional(z.object({ by: z.string(), catchUp: z.enum(CATCH_UPS), at: timeSchema })),
  blocked: z.exactOptional(z.object({ requestId: z.string(), at: timeSchema })),
  failures: z.object({ inRow: amountSchema, lastAt: z.exactOptional(timeSchema) }),
  costRatio: z.number(),
  usualRunMs: z.exactOptional(z.number().check(z.positive())),
  recentIds: namesSchema,
  outbox: z.array(effectSchema),
  effects: amountSchema,
});

/**
 * A model's state as deflated JSON.
 * @throws Error when it is too large, or could not be read back: that would stop the model for good
 */
export function encodeState(model: string, state: CoordinatorState): Uint8Array {
  const data = toDeflatedJson(`the coordinator's state of ${model}`, state);
  const readBack = stateSchema.safeParse(fromDeflatedJson(data));
  if (readBack.success) return data;
  throw new Error(`the coordinator's new state of ${model} is not valid and was not saved: ${z.prettifyError(readBack.error)}`);
}

/** @throws Error when the bytes are not those of a state */
export function decodeState(data: Uint8Array): CoordinatorState {
  return stateSchema.parse(fromDeflatedJson(data));
}
