import type { DataPorts } from "./batching/ports";
import { sweepBatches } from "./batching/publish-batches";
import { sweepCoordination, UnknownRunsError, type WatchingPorts } from "./coordination/sweep-coordination";
import { type DriftState, INITIAL_DRIFT_STATE } from "./drift/drift-state";
import type { MissedRunFinder, MonitoringJobKeeper } from "./drift/ports";
import { messageOf } from "./log/log";
import { modelState, type SeenModel } from "./log/model-state";
import type { ModelSettings } from "./model-settings";
import type { HeartbeatStore } from "./schedules/heartbeats";
import { catchMissedFires } from "./schedules/heartbeats";
import type { VersionedStore } from "./versioned-store";

export type SweeperPorts = DataPorts &
  WatchingPorts & {
    /** @default - every monitoring job is somebody else's to keep */
    readonly monitoringJobs?: MonitoringJobKeeper;
    /** @default - a monitoring run whose end no event told of is lost */
    readonly missedRuns?: MissedRunFinder;
    /** @default - a fire of a schedule that nobody heard of is lost */
    readonly heartbeats?: HeartbeatStore;
    /** What is known of the models' drift, to tell of it. @default - nothing is told of it */
    readonly histories?: Pick<VersionedStore<DriftState>, "load">;
  };

/**
 * Does what time alone asks for, model by model: batches, then requests and runs, then the monitor; and last, for all of them,
 * the schedules. One failure does not stop the rest. Tells in the end how each model stands.
 * @throws Error, after all had their turn, that names the models which failed, so that the invocation counts as failed
 */
export async function sweepModels(ports: SweeperPorts): Promise<void> {
  const startedAt = ports.now();
  const models = await ports.settings.list();
  const failed = new Set<string>();
  for (const settings of models) {
    const seen = await sweepModel(ports, settings, () => failed.add(settings.model));
    await keepMonitor(ports, settings);
    await reportState(ports, settings, seen);
  }
  await keepSchedules(ports, models);
  const durationMs = Math.max(0, ports.now() - startedAt);
  ports.log({ level: "info", event: "swept", models: models.length, failed: failed.size, durationMs });
  if (failed.size > 0) throw new Error(`the sweep failed for ${[...failed].join(", ")}; the next tick tries again`);
}

/** Resolves to what the sweep read of the model. */
async function sweepModel(ports: SweeperPorts, settings: ModelSettings, failed: () => void): Promise<SeenModel> {
  function fail(error: unknown): undefined {
    failed();
    const about = { function: "sweeper", model: settings.model, error: messageOf(error) };
    ports.log({ level: "error", event: "handler-failed", ...about });
  }
  const head = await sweepBatches(ports, settings, ports.now()).catch(fail);
  const state = await sweepCoordination(ports, settings).catch((error: unknown) => {
    fail(error);
    return error instanceof UnknownRunsError ? error.state : undefined;
  });
  return { head, state };
}

/** A monitor that cannot be kept does not fail the sweep, which its failure would have repeated for everything else. */
async function keepMonitor({ monitoringJobs, missedRuns, log }: SweeperPorts, settings: ModelSettings): Promise<void> {
  const { model, monitoring } = settings;
  try {
    if ((monitoring.sagemaker?.schedules.length ?? 0) > 0) await missedRuns?.resendMissedRuns(settings);
    if (monitoring.vertex?.job === undefined || monitoringJobs === undefined) return;
    const { outcome, monitor } = await monitoringJobs.keepJob(settings);
    if (outcome === "created" || outcome === "updated") log({ level: "info", event: `monitor-${outcome}`, model, monitor });
  } catch (error) {
    log({ level: "error", event: "monitor-not-kept", model, error: messageOf(error) });
  }
}

/** As with monitors; the next sweep looks again. */
async function keepSchedules(ports: SweeperPorts, models: readonly ModelSettings[]): Promise<void> {
  const { heartbeats, log } = ports;
  if (heartbeats === undefined) return;
  try {
    await catchMissedFires({ ...ports, heartbeats }, models);
  } catch (error) {
    log({ level: "error", event: "schedules-not-watched", error: messageOf(error) });
  }
}

/** What cannot be read fails nothing, and is not told. */
async function reportState(ports: SweeperPorts, settings: ModelSettings, seen: SeenModel): Promise<void> {
  const { model } = settings;
  const drift = await readDrift(ports, model).catch((error: unknown) => {
    ports.log({ level: "error", event: "model-state-untold", model, error: messageOf(error) });
    return undefined;
  });
  ports.log({ level: "info", event: "model-state", model, ...modelState(settings, { ...seen, drift }, ports.now()) });
}

async function readDrift({ histories }: SweeperPorts, model: string): Promise<DriftState | undefined> {
  return histories && ((await histories.load(model))?.state ?? INITIAL_DRIFT_STATE);
}
