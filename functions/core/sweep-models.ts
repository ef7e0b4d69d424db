import type { DataPorts } from "./batching/data-ports";
import { sweepBatches } from "./batching/sweep-batches";
import { sweepCoordination, type WatchingPorts } from "./coordination/sweep-coordination";
import { messageOf } from "./report";

export type SweeperPorts = DataPorts & WatchingPorts;

/**
 * Does what time alone asks for, model by model: batches, then requests and runs. One failure does not stop the rest.
 * @throws Error, after all had their turn, that names the models which failed, so that the invocation counts as failed
 */
export async function sweepModels(ports: SweeperPorts): Promise<void> {
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
}
