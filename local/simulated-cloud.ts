import type { PipelineRun } from "../functions/core/coordination/pipeline-launcher";
import type { RunWatcher } from "../functions/core/coordination/run-watcher";
import type { ModelSettings } from "../functions/core/model-settings";
import type { TrainingRequest } from "../functions/core/training-request";
import { LANDING } from "./s3-events";
import { type SeededRandom, seededRandom } from "./seeded-random";
import { pipelineArn, runState, type SimulatedRun, simulatedRun } from "./simulated-run";
import type { VirtualClock } from "./virtual-clock";

/** EventBridge delivers these events on a best-effort basis: some never come. */
const LOST_RATIO = 0.15;

/** The cloud of the replay: starts runs, lets them end on the clock, and tells of most ends. */
export interface SimulatedCloud {
  start(request: TrainingRequest): PipelineRun;
  readonly watcher: RunWatcher;
  /** In the order of their starts. */
  readonly runs: () => readonly SimulatedRun[];
  readonly counts: { readonly eventsLost: number };
}

/**
 * Like the clouds, it answers a repeated request id with the run that it started. `announce` takes the event of a run's end as
 * EventBridge puts it into the request queue.
 */
export function simulatedCloud(
  clock: VirtualClock,
  models: readonly ModelSettings[],
  seed: number,
  announce: (event: ReturnType<typeof pipelineEvent>) => void,
): SimulatedCloud {
  const runs = new Map<string, SimulatedRun>();
  const byId = new Map<string, SimulatedRun>();
  const random = seededRandom(seed, "eventbridge");
  const counts = { eventsLost: 0 };

  function end(run: SimulatedRun): void {
    if (random.chance(LOST_RATIO)) counts.eventsLost += 1;
    else announce(pipelineEvent(run, random));
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

/** https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html */
function pipelineEvent({ pipeline, runId, status, startedAt, endsAt }: SimulatedRun, random: SeededRandom) {
  return {
    version: "0",
    id: random.uuid(),
    "detail-type": "SageMaker Model Building Pipeline Execution Status Change",
    source: "aws.sagemaker",
    account: LANDING.account,
    time: endsAt,
    region: LANDING.region,
    resources: [pipelineArn(pipeline), runId],
    detail: {
      pipelineArn: pipelineArn(pipeline),
      pipelineExecutionArn: runId,
      previousPipelineExecutionStatus: "Executing",
      currentPipelineExecutionStatus: status === "failed" ? "Failed" : "Succeeded",
      executionStartTime: startedAt,
      executionEndTime: endsAt,
    },
  };
}
