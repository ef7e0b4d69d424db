import type { DataPorts } from "../core/batching/data-ports";
import { sweepBatches } from "../core/batching/sweep-batches";
import { sweepCoordination, type WatchingPorts } from "../core/coordination/sweep-coordination";
import { messageOf } from "../core/report";

export type SweeperPorts = DataPorts & WatchingPorts;

/**
 * Handler of the tick: does what time alone asks for, model by model: batches, then requests and runs. One failure does not stop
 * the rest.
 * @throws Error, after all had their turn, that names the models which failed, so that the invocation counts as failed
 */
export function createSweeper(ports: SweeperPorts): () => Promise<void> {
  return async () => {
    const failed = new Set<string>();
    for (const settings of await ports.settings.list()) {
      const sweeps = [() => sweepBatches(ports, settings, ports.now()), () => sweepCoordination(ports, settings)];
      for (const sweep of sweeps) {
        try {
          await sweep();
        } catch (error) {
          failed.add(settings.model);
          ports.report({ level: "error", event: "sweep-failed", model: settings.model, error: messageOf(error) });
        }
      }
    }
    if (failed.size > 0) throw new Error(`the sweep failed for ${[...failed].join(", ")}; the next tick tries again`);
  };
}
