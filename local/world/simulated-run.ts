import { createHash } from "node:crypto";
import type { RunState } from "../../functions/core/coordination/ports";
import { renderParameters } from "../../functions/core/coordination/render-parameters";
import { configuredCost } from "../../functions/core/coordination/run-cost";
import type { ModelSettings, PipelineSettings } from "../../functions/core/model-settings";
import type { TrainingRequest } from "../../functions/core/training-request";
import { LANDING } from "../landing";
import { seededRandom } from "./seeded-random";

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
