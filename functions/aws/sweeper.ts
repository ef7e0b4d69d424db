import type { DataPorts } from "../core/batching/data-ports";
import { sweepBatches } from "../core/batching/sweep-batches";
import { messageOf } from "../core/report";

/**
 * Handler of the tick: does what time alone asks for, model by model. One model's failure does not stop the others.
 * @throws Error, after all models had their turn, that names those which failed, so that the invocation counts as failed
 */
export function createSweeper(ports: DataPorts): () => Promise<void> {
  return async () => {
    const failed: string[] = [];
    for (const settings of await ports.settings.list()) {
      try {
        await sweepBatches(ports, settings, ports.now());
      } catch (error) {
        failed.push(settings.model);
        ports.report({ level: "error", event: "sweep-failed", model: settings.model, error: messageOf(error) });
      }
    }
    if (failed.length > 0) throw new Error(`the sweep failed for ${failed.join(", ")}; the next tick tries again`);
  };
}
