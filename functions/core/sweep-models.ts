import type { BatchHead } from "./batching/batch";
import type { DataPorts } from "./batching/ports";
import { sweepBatches } from "./batching/publish-batches";
import { sweepUndecided } from "./batching/undecided-batches";
import type { CoordinatorState } from "./coordination/coordinator-state";
import { sweepState, UnknownRunsError, type WatchingPorts } from "./coordination/sweep-coordination";
import { type DriftState, INITIAL_DRIFT_STATE } from "./drift/drift-state";
import type { MissedRunFinder, MonitoringJobKeeper } from "./drift/ports";
import { messageOf } from "./log/log";
import { modelState, type SeenModel, type StateTurns, stateTurns } from "./log/model-state";
import { limitsLog } from "./log/passed-limits";
import type { ModelSettings } from "./model-settings";
import { inParallel, type Look, pacedLooks } from "./pacing";
import type { HeartbeatStore } from "./schedules/heartbeats";
import { catchMissedFires } from "./schedules/heartbeats";
import type { Versioned, VersionedStore } from "./versioned-store";

export type SweeperPorts = DataPorts &
  WatchingPorts & {
    /** @default - every monitoring job is somebody else's to keep */
    readonly monitoringJobs?: MonitoringJobKeeper;
    /** @default - a monitoring run whose end no event told of is lost */
    readonly missedRuns?: MissedRunFinder;
    /** @default - a fire of a schedule that nobody heard of is lost */
    readonly heartbeats?: HeartbeatStore;
    /** What is known of the models' drift, to tell of it. @default - nothing is told of it */
    readonly histories?: Pick<VersionedStore<DriftState>, "loadAll">;
    /** Models that are worked on at once. @default 8 */
    readonly parallelModels?: number;
  };

/** Models whose records are in memory at once; so many are read by one call of either cloud. */
const PAGE_MODELS = 100;

const PARALLEL_MODELS = 8;

/** A model with what was read of it for this sweep, or why it could not be. */
interface ReadModel {
  readonly settings: ModelSettings;
  readonly head: PromiseSettledResult<BatchHead>;
  readonly state: PromiseSettledResult<Versioned<CoordinatorState> | undefined>;
}

/**
 * Does what time alone asks for, for each model: batches, then requests and runs, then the monitor; and last, for all of them, the
 * schedules. Models are read many at a time, so that one with nothing to do costs no call of its own, and some are worked on at
 * once. One failure does not stop the rest. Tells how those models stand in the end whose turn it is.
 * @param turns what is known from the sweeps before; @default - it is the first one
 * @param look what paces the looks for requests that a restored state does not know; @default - it is the first one
 * @throws Error, after all had their turn, that names the models which failed, so that the invocation counts as failed
 */
export async function sweepModels(
  ports: SweeperPorts,
  turns: StateTurns = stateTurns(),
  look: Look = pacedLooks(ports.now),
): Promise<void> {
  const startedAt = ports.now();
  const models = await ports.settings.list();
  const failed = new Set<string>();
  for (const { model, why } of models.unreadable ?? []) {
    failed.add(model);
    ports.log({ level: "error", event: "handler-failed", function: "sweeper", model, error: why });
  }
  for (let from = 0; from < models.length; from += PAGE_MODELS) {
    const page = await readModels(ports, models.slice(from, from + PAGE_MODELS));
    const seen = new Map<ModelSettings, SeenModel>();
    await inParallel(page, ports.parallelModels ?? PARALLEL_MODELS, async (read) => {
      const { settings } = read;
      const found = await sweepModel(ports, read, () => failed.add(settings.model));
      seen.set(settings, found);
      await sweepUndecided(ports, settings, { newest: found.head?.lastPublished, recentIds: found.state?.recentIds ?? [] }, look);
      await keepMonitor(ports, settings);
    });
    const told = page.flatMap(({ settings }, index) => {
      const model = { settings, seen: seen.get(settings) ?? {} };
      const place = { position: from + index, of: models.length, at: startedAt };
      return turns.isDue(settings, model.seen.state, place) ? [model] : [];
    });
    await tellStates({ ...ports, log: limitsLog(ports.log, models) }, told);
  }
  await keepSchedules(ports, models);
  const durationMs = Math.max(0, ports.now() - startedAt);
  ports.log({ level: "info", event: "swept", models: models.length, failed: failed.size, durationMs });
  if (failed.size > 0) throw new Error(`the sweep failed for ${[...failed].sort().join(", ")}; the next tick tries again`);
}

async function readModels(ports: SweeperPorts, models: readonly ModelSettings[]): Promise<ReadModel[]> {
  const names = models.map(({ model }) => model);
  const [heads, states] = await Promise.all([
    readEach(names, (all) => ports.batches.readHeads(all)),
    readEach(names, (all) => ports.states.loadAll(all)),
  ]);
  return models.map((settings, index) => ({ settings, head: heads[index] ?? UNREAD, state: states[index] ?? UNREAD }));
}

const UNREAD = { status: "rejected", reason: new Error("the store left it out of its answer") } as const;

/** What keeps a store from answering at all is told of each model. */
async function readEach<T>(
  models: readonly string[],
  read: (models: readonly string[]) => Promise<readonly PromiseSettledResult<T>[]>,
): Promise<readonly PromiseSettledResult<T>[]> {
  try {
    return await read(models);
  } catch (reason) {
    return models.map(() => ({ status: "rejected", reason }));
  }
}

function readValue<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

/** Resolves to what the sweep found of the model. */
async function sweepModel(ports: SweeperPorts, read: ReadModel, failed: () => void): Promise<SeenModel> {
  const { settings } = read;
  function fail(error: unknown): undefined {
    failed();
    const about = { function: "sweeper", model: settings.model, error: messageOf(error) };
    ports.log({ level: "error", event: "handler-failed", ...about });
  }
  const sweptHead = async () => await sweepBatches(ports, settings, ports.now(), readValue(read.head));
  const sweptState = async () => await sweepState(ports, settings, readValue(read.state)?.state);
  const head = await sweptHead().catch(fail);
  const state = await sweptState().catch((error: unknown) => {
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
async function tellStates(ports: SweeperPorts, told: readonly { settings: ModelSettings; seen: SeenModel }[]): Promise<void> {
  const { histories, log } = ports;
  const names = told.map(({ settings }) => settings.model);
  const drifts = histories && names.length > 0 ? await readEach(names, (all) => histories.loadAll(all)) : [];
  for (const [index, { settings, seen }] of told.entries()) {
    const { model } = settings;
    const read = drifts[index];
    if (read?.status === "rejected") log({ level: "error", event: "model-state-untold", model, error: messageOf(read.reason) });
    const drift = read?.status === "fulfilled" ? (read.value?.state ?? INITIAL_DRIFT_STATE) : undefined;
    log({ level: "info", event: "model-state", model, ...modelState(settings, { ...seen, drift }, ports.now()) });
  }
}
