import { stateTurns } from "../../core/log/model-state";
import { type SweeperPorts, sweepModels } from "../../core/sweep-models";

/** Handler of the tick. Rejects, after every model had its turn, when one failed. */
export function createSweeper(ports: SweeperPorts): () => Promise<void> {
  const turns = stateTurns();
  return () => sweepModels(ports, turns);
}
