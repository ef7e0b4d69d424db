import type { CoordinatorPolicy } from "../../functions/core/coordination/policy";
import { DEFAULT_DRIFT_POLICY, type DriftPolicy } from "../../functions/core/drift/drift-policy";
import type { ModelSettings } from "../../functions/core/model-settings";
import { LANDING } from "../world/simulated-cloud";
import { awsCloud } from "./aws";
import { gcpCloud } from "./gcp";
import type { CloudName, LocalCloud } from "./local-cloud";

/** The clouds of the local run by name. */
export const LOCAL_CLOUDS: Readonly<Record<CloudName, LocalCloud>> = { aws: awsCloud, gcp: gcpCloud };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PARAMETERS = { InputManifest: "{manifestUri}", Objects: "{objects}", Reason: "{reason}", RequestId: "{requestId}" };

/** Tight on purpose: a month of flights runs into every limit. */
const POLICY: CoordinatorPolicy = {
  maxRuns: 1,
  cooldownMs: 6 * HOUR_MS,
  minNewObjects: 50,
  maxStartsPerDay: 2,
  budget: { dailyUsd: 60, monthlyUsd: 1_100 },
  cost: { baseUsd: 5, perGbUsd: 2, perObjectUsd: 0.08 },
  backoff: { afterFailures: 1, delayMs: 4 * HOUR_MS, maxDelayMs: DAY_MS },
  approval: {
    needed: "on-request",
    approvers: 1,
    expiresMs: [12 * HOUR_MS, DAY_MS, 2 * DAY_MS, 2 * DAY_MS, 3 * DAY_MS],
  },
  deferralExpiresMs: 3 * DAY_MS,
};

/** A delay counts from a smaller change on than by default, so that the flights of half a year show what follows from a drift. */
const DRIFT_POLICY: DriftPolicy = {
  ...DEFAULT_DRIFT_POLICY,
  features: { delay: { thresholds: { low: 0.05, medium: 0.1, high: 0.3, critical: 0.5 } } },
};

/**
 * The two models of the replay, on AWS. `flight-delay` learns from all flights: enough files by day, the end of its window at
 * night. `west-coast` learns from one region, whenever that has gone quiet, and has less money.
 */
const AWS_MODELS: readonly ModelSettings[] = [
  {
    model: "flight-delay",
    data: { bucket: LANDING.bucket, prefixes: ["flights/"], suffixes: [".csv"], manifestPrefix: "retrigger/" },
    batch: { batchSize: 100, windowMs: 8 * HOUR_MS, dedupeHorizonMs: 3 * DAY_MS, retentionMs: 14 * DAY_MS },
    pipeline: { name: "train-flight-delay", parameters: PARAMETERS },
    policy: POLICY,
    drift: DRIFT_POLICY,
    monitoring: { prefix: "drift/" },
  },
  {
    model: "west-coast",
    data: { bucket: LANDING.bucket, prefixes: ["flights/west/"], suffixes: [".csv"], manifestPrefix: "retrigger/" },
    batch: { batchSize: 60, quietPeriodMs: 2 * HOUR_MS, dedupeHorizonMs: 3 * DAY_MS, retentionMs: 14 * DAY_MS },
    pipeline: { name: "train-west-coast", parameters: PARAMETERS },
    policy: { ...POLICY, maxStartsPerDay: 1, budget: { dailyUsd: 30, monthlyUsd: 300 } },
    drift: DRIFT_POLICY,
    monitoring: { prefix: "drift/" },
  },
];

/** The model whose flights are looked at week by week. */
export const DRIFTING_MODEL = "flight-delay";

/** The models of the replay, as they are configured on a cloud. */
export const MODELS: Readonly<Record<CloudName, readonly ModelSettings[]>> = {
  aws: AWS_MODELS,
  gcp: AWS_MODELS.map((settings) => ({ ...settings, pipeline: { ...settings.pipeline, vertex: vertexOf(settings) } })),
};

function vertexOf({ pipeline }: ModelSettings): NonNullable<ModelSettings["pipeline"]["vertex"]> {
  const { project, location } = LANDING;
  return {
    project,
    location,
    template: `gs://flights-pipelines/${pipeline.name}.yaml`,
    outputDirectory: `gs://flights-runs/${pipeline.name}`,
    serviceAccount: `runner@${project}.iam.gserviceaccount.com`,
    caching: false,
  };
}
