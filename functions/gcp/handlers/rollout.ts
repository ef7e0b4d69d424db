import { type RolloutPorts, rolloutTurns } from "../../core/promotion/rollout/rollout-turns";

/** Handler of the tick that moves the traffic of endpoints. Rejects, after every model had its turn, when one failed. */
export function createRollout(ports: RolloutPorts): () => Promise<void> {
  return rolloutTurns(ports);
}
