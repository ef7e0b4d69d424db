import { stateTurns } from "../../core/log/model-state";
import { pacedLooks } from "../../core/pacing";
import { type SweeperPorts, sweepModels } from "../../core/sweep-models";

/** Handler of the tick. Rejects, after every model had its turn, when one failed. */
export function createSweeper(ports: SweeperPorts): () => Promise<void> {
  const turns = stateTurns();
  const look = pacedLooks(ports.now);
  return () => sweepModels(ports, turns, look);
}
