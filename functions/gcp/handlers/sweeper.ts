import { type SweeperPorts, sweepModels } from "../../core/sweep-models";

/** Handler of the tick. Rejects, after every model had its turn, when one failed. */
export function createSweeper(ports: SweeperPorts): () => Promise<void> {
  return () => sweepModels(ports);
}
