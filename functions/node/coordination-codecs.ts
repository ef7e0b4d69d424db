import * as z from "zod/mini";
import { type CoordinatorState, coordinatorStateSchema } from "../core/coordination/coordinator-state";
import { type Decision, decisionSchema } from "../core/coordination/decision";
import { fromDeflatedJson, toDeflatedJson } from "./deflated-json";

/**
 * A decision as deflated JSON.
 * @throws Error when it is too large
 */
export function encodeDecision(decision: Decision): Uint8Array {
  return toDeflatedJson(`the decision on ${decision.requestId}`, decision);
}

/** @throws Error when the bytes are not those of a decision */
export function decodeDecision(data: Uint8Array): Decision {
  return decisionSchema.parse(fromDeflatedJson(data));
}

/**
 * A model's state as deflated JSON.
 * @throws Error when it is too large, or could not be read back: that would stop the model for good
 */
export function encodeState(model: string, state: CoordinatorState): Uint8Array {
  const data = toDeflatedJson(`the coordinator's state of ${model}`, state);
  const readBack = coordinatorStateSchema.safeParse(fromDeflatedJson(data));
  if (readBack.success) return data;
  throw new Error(`the coordinator's new state of ${model} is not valid and was not saved: ${z.prettifyError(readBack.error)}`);
}

/** @throws Error when the bytes are not those of a state */
export function decodeState(data: Uint8Array): CoordinatorState {
  return coordinatorStateSchema.parse(fromDeflatedJson(data));
}
