import type { DataPorts } from "./batching/data-ports";
import { sweepBatches } from "./batching/sweep-batches";
import { sweepCoordination, type WatchingPorts } from "./coordination/sweep-coordination";
import type { MonitoringReconciler } from "./drift/monitoring-reconciler";
import type { ModelSettings } from "./model-settings";
import { messageOf } from "./report";
import { catchMissedFires } from "./schedules/catch-missed-fires";
import type { HeartbeatStore } from "./schedules/heartbeats";

export type SweeperPorts = DataPorts &
  WatchingPorts & {
    /** @default - every monitor is somebody else's to keep */
    readonly monitors?: MonitoringReconciler;
    /** @default - a fire of a schedule that nobody heard of is lost */
    readonly heartbeats?: HeartbeatStore;
  };

/**
 * Does what time alone asks for, model by model: batches, then requests and runs, then the monitor; and last, for all of them,
 * the schedules. One failure does not stop the rest.
 * @throws Error, after all had their turn, that names the models which failed, so that the invocation counts as failed
 */
export async function sweepModels(ports: SweeperPorts): Promise<void> {
  const failed = new Set<string>();
  const models = await ports.settings.list();
  for (const settings of models) {
    const sweeps = [() => sweepBatches(ports, settings, ports.now()), () => sweepCoordination(ports, settings)];
    for (const sweep of sweeps) {
      try {
        await sweep();
      } catch (error) {
        failed.add(settings.model);
        ports.report({ level: "error", event: "sweep-failed", model: settings.model, error: messageOf(error) });
      }
    }
    await keepMonitor(ports, settings);
  }
  await keepSchedules(ports, models);
  if (failed.size > 0) throw new Error(`the sweep failed for ${[...failed].join(", ")}; the next tick tries again`);
}

/** A monitor that cannot be kept does not fail the sweep, which its failure would have repeated for everything else. */
async function keepMonitor({ monitors, report }: SweeperPorts, settings: ModelSettings): Promise<void> {
  const { model, monitoring } = settings;
  const isKept = monitoring.vertex?.job !== undefined || (monitoring.sagemaker?.schedules.length ?? 0) > 0;
  if (monitors === undefined || !isKept) return;
  try {
    const { outcome, monitor } = await monitors.reconcile(settings);
    if (outcome === "created" || outcome === "updated") report({ level: "info", event: `monitor-${outcome}`, model, monitor });
  } catch (error) {
    report({ level: "error", event: "monitor-not-kept", model, error: messageOf(error) });
  }
}

/** As with monitors; the next sweep looks again. */
async function keepSchedules(ports: SweeperPorts, models: readonly ModelSettings[]): Promise<void> {
  const { heartbeats, report } = ports;
  if (heartbeats === undefined) return;
  try {
    await catchMissedFires({ ...ports, heartbeats }, models);
  } catch (error) {
    report({ level: "error", event: "schedules-not-watched", error: messageOf(error) });
  }
}
