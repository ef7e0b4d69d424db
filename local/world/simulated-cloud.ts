import { createHash } from "node:crypto";
import type { PipelineRun, RunState, RunWatcher } from "../../functions/core/coordination/ports";
import { renderParameters } from "../../functions/core/coordination/render-parameters";
import { configuredCost } from "../../functions/core/coordination/run-cost";
import type { ModelSettings, PipelineSettings } from "../../functions/core/model-settings";
import type { TrainingRequest } from "../../functions/core/training-request";
import { type SeededRandom, seededRandom, type VirtualClock } from "./time-and-chance";

/** Who tells of ends does so on a best-effort basis, as EventBridge does: some are never told. */
const LOST_RATIO = 0.15;

/** The cloud of the replay: starts runs, lets them end on the clock, and tells of most ends, if it tells of any. */
export interface SimulatedCloud {
  start(request: TrainingRequest): PipelineRun;
  readonly watcher: RunWatcher;
  /** In the order of their starts. */
  readonly runs: () => readonly SimulatedRun[];
  readonly counts: { readonly endsWithoutEvent: number };
}

/**
 * Like the clouds, it answers a repeated request id with the run that it started. `announce` puts word of a run's end into the
 * request queue; false where the cloud has none. `ended` does what the run itself does last. @default - nothing
 */
export function simulatedCloud(
  clock: VirtualClock,
  models: readonly ModelSettings[],
  seed: number,
  announce: (run: SimulatedRun, random: SeededRandom) => boolean,
  ended: (run: SimulatedRun) => Promise<void> = async () => {},
): SimulatedCloud {
  const runs = new Map<string, SimulatedRun>();
  const byId = new Map<string, SimulatedRun>();
  const random = seededRandom(seed, "eventbridge");
  const counts = { endsWithoutEvent: 0 };

  async function end(run: SimulatedRun): Promise<void> {
    await ended(run);
    if (random.chance(LOST_RATIO) || !announce(run, random)) counts.endsWithoutEvent += 1;
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

const HOUR_MS = 3_600_000;
const DURATION = { leastMs: 2 * HOUR_MS, spreadMs: 2 * HOUR_MS } as const;
const FAILED_RATIO = 0.08;

/** Actual over estimated cost. */
const COST = { least: 0.75, spread: 0.6 } as const;

/** A run as `runs.jsonl` keeps it, one a line: all of its course is drawn when it starts. Times are virtual, ISO 8601. */
export interface SimulatedRun {
  readonly runId: string;
  readonly requestId: string;
  readonly model: string;
  readonly pipeline: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly startedAt: string;
  /** When it ends, and how, and what it will have cost by then. */
  readonly endsAt: string;
  readonly status: "succeeded" | "failed";
  readonly actualUsd: number;
}

/** The ARN of a SageMaker pipeline of the replay. */
export function pipelineArn(name: string): string {
  return `arn:aws:sagemaker:${LANDING.region}:${LANDING.account}:pipeline/${name.toLowerCase()}`;
}

/** A run as its cloud names it. */
function runIdOf({ name, vertex }: PipelineSettings, run: string): string {
  if (vertex === undefined) return `${pipelineArn(name)}/execution/${run}`;
  return `projects/${vertex.project}/locations/${vertex.location}/pipelineJobs/retrigger-${run}`;
}

/** The run that the replay's cloud starts for a request; the same for the same seed. */
export function simulatedRun(
  { model, pipeline, policy }: ModelSettings,
  request: TrainingRequest,
  startedAt: number,
  seed: number,
): SimulatedRun {
  const random = seededRandom(seed, `run of ${request.id}`);
  const costFactor = COST.least + (COST.spread * random.below(1_000)) / 1_000;
  const name = createHash("sha256").update(`${seed}/${request.id}`).digest("hex").slice(0, 12);
  const parameters = Object.entries(renderParameters(pipeline.parameters, request));
  return {
    runId: runIdOf(pipeline, name),
    requestId: request.id,
    model,
    pipeline: pipeline.name,
    // a map of DynamoDB comes back in any order
    parameters: Object.fromEntries(parameters.sort(([a], [b]) => (a < b ? -1 : 1))),
    startedAt: new Date(startedAt).toISOString(),
    endsAt: new Date(startedAt + DURATION.leastMs + random.below(DURATION.spreadMs)).toISOString(),
    status: random.chance(FAILED_RATIO) ? "failed" : "succeeded",
    actualUsd: Math.round(configuredCost(policy, request) * costFactor * 100) / 100,
  };
}

/** What the cloud says of a run at `now`. */
export function runState({ endsAt, status, actualUsd }: SimulatedRun, now: number): RunState {
  const endedAt = Date.parse(endsAt);
  return now < endedAt ? { status: "running" } : { status, endedAt, actualUsd };
}

/** The bucket that the flights land in, its account or project, and their region; none of them exists. */
export const LANDING = {
  bucket: "flights-landing",
  account: "123456789012",
  region: "us-east-1",
  project: "flights-project",
  location: "us-east1",
} as const;
