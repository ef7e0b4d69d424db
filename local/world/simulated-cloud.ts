import type { PipelineRun, RunWatcher } from "../../functions/core/coordination/ports";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { TrainingRequest } from "../../functions/core/training-request";
import { type SeededRandom, seededRandom } from "./seeded-random";
import { runState, type SimulatedRun, simulatedRun } from "./simulated-run";
import type { VirtualClock } from "./virtual-clock";

/** Who tells of ends does so on a best-effort basis, as EventBridge does: some are never told. */
const LOST_RATIO = 0.15;

/** The cloud of the replay: starts runs, lets them end on the clock, and tells of most ends, if it tells of any. */
export interface SimulatedCloud {
  start(request: TrainingRequest): PipelineRun;
  readonly watcher: RunWatcher;
  /** In the order of their starts. */
  readonly runs: () => readonly SimulatedRun[];
  readonly counts: { readonly endsUntold: number };
}

/**
 * Like the clouds, it answers a repeated request id with the run that it started. `announce` puts word of a run's end into the
 * request queue; false where the cloud has none.
 */
export function simulatedCloud(
  clock: VirtualClock,
  models: readonly ModelSettings[],
  seed: number,
  announce: (run: SimulatedRun, random: SeededRandom) => boolean,
): SimulatedCloud {
  const runs = new Map<string, SimulatedRun>();
  const byId = new Map<string, SimulatedRun>();
  const random = seededRandom(seed, "eventbridge");
  const counts = { endsUntold: 0 };

  function end(run: SimulatedRun): void {
    if (random.chance(LOST_RATIO) || !announce(run, random)) counts.endsUntold += 1;
  }

  return {
    counts,
    runs: () => [...runs.values()],
    start(request) {
      const known = runs.get(request.id);
      if (known !== undefined) return { runId: known.runId };
      const settings = models.find(({ model }) => model === request.model);
      if (settings === undefined) throw new Error(`the replay has no pipeline for the model ${request.model}`);
      const run = simulatedRun(settings, request, clock.now(), seed);
      runs.set(request.id, run);
      byId.set(run.runId, run);
      clock.at(Date.parse(run.endsAt), () => end(run));
      return { runId: run.runId };
    },
    watcher: {
      async describe(runId) {
        const run = byId.get(runId);
        if (run === undefined) throw new Error(`the replay has started no run ${runId}`);
        return runState(run, clock.now());
      },
    },
  };
}
