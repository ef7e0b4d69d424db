import * as z from "zod/mini";
import { driftHistorySchema } from "../core/drift/drift-history";
import type { DriftState } from "../core/drift/drift-state";
import { DRIFT_SEVERITIES } from "../core/drift/severity";
import { amountSchema, ordinalSchema, timeSchema } from "../core/quantities";
import { trainingRequestSchema } from "../core/training-request";
import { fromDeflatedJson, toDeflatedJson } from "./deflated-json";

const actionSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("record"), severity: z.enum(DRIFT_SEVERITIES), why: z.string() }),
  z.strictObject({ type: z.literal("request"), request: trainingRequestSchema }),
  z.strictObject({ type: z.literal("notify"), subject: z.string(), text: z.string() }),
]);

/** Strict: a field of a newer program may be one that a drift is judged by, so an older one must neither ignore nor erase it. */
const stateSchema = z.strictObject({
  history: driftHistorySchema,
  outbox: z.array(
    z.strictObject({
      number: ordinalSchema,
      reportId: z.string(),
      requestId: z.exactOptional(z.string()),
      action: actionSchema,
    }),
  ),
  actions: amountSchema,
  evaluatedAt: z.exactOptional(timeSchema),
});

/**
 * A model's drift history, and what its reports left to do, as deflated JSON.
 * @throws Error when it is too large, or could not be read back: that would stop the model's evaluations for good
 */
export function encodeDriftState(model: string, state: DriftState): Uint8Array {
  const data = toDeflatedJson(`the drift history of ${model}`, state);
  const readBack = stateSchema.safeParse(fromDeflatedJson(data));
  if (readBack.success) return data;
  throw new Error(`the new drift history of ${model} is not valid and was not saved: ${z.prettifyError(readBack.error)}`);
}

/** @throws Error when the bytes are not those of a drift history */
export function decodeDriftState(data: Uint8Array): DriftState {
  return stateSchema.parse(fromDeflatedJson(data));
}
