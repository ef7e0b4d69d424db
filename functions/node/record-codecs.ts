import * as z from "zod/mini";
import { type CoordinatorState, coordinatorStateSchema } from "../core/coordination/coordinator-state";
import { type Decision, decisionSchema } from "../core/coordination/decision";
import { type Deployment, deploymentSchema } from "../core/deployment-id";
import { type Telling, tellingSchema } from "../core/notices/chats/telling";
import { type Heartbeats, heartbeatsSchema } from "../core/schedules/schedule-settings";
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

/**
 * The record of the watched schedules as deflated JSON.
 * @throws Error when it is too large, or could not be read back
 */
export function encodeHeartbeats(_key: string, heartbeats: Heartbeats): Uint8Array {
  const readBack = heartbeatsSchema.safeParse(heartbeats);
  if (readBack.success) return toDeflatedJson("the record of the watched schedules", readBack.data);
  throw new Error(`the record of the watched schedules is not valid and was not saved: ${z.prettifyError(readBack.error)}`);
}

/** @throws Error when the bytes are not those of such a record */
export function decodeHeartbeats(data: Uint8Array): Heartbeats {
  return heartbeatsSchema.parse(fromDeflatedJson(data));
}

/** The record of the deployment's id as deflated JSON. */
export function encodeDeployment(_key: string, deployment: Deployment): Uint8Array {
  return toDeflatedJson("the record of the deployment", deploymentSchema.parse(deployment));
}

/** @throws Error when the bytes are not those of such a record */
export function decodeDeployment(data: Uint8Array): Deployment {
  return deploymentSchema.parse(fromDeflatedJson(data));
}

/** The record of a telling as deflated JSON. */
export function encodeTelling(_key: string, telling: Telling): Uint8Array {
  return toDeflatedJson("the record of a telling", tellingSchema.parse(telling));
}

/** @throws Error when the bytes are not those of such a record */
export function decodeTelling(data: Uint8Array): Telling {
  return tellingSchema.parse(fromDeflatedJson(data));
}
