import * as z from "zod/mini";
import type { KeptMonitoringJob } from "../../../core/drift/monitoring-settings";
import type { MonitoringJobs } from "../../../core/drift/ports";
import { fnv1a } from "../../../core/request-ids";
import { type GoogleRest, jsonAnswer } from "../google-rest";

const JOB_NAME = /^projects\/[a-z0-9-]+\/locations\/([a-z0-9-]+)\/modelDeploymentMonitoringJobs\/\d+$/;

const jobSchema = z.object({ endpoint: z.string() });

/** The address of Vertex AI in a region. */
export function vertexAddress(location: string): string {
  return `https://${location}-aiplatform.googleapis.com`;
}

/**
 * `MonitoringJobs` of Vertex AI; a job's endpoint never changes, so each is asked for once. `addressOf` is another one than its
 * own.
 */
export function vertexMonitoringJobs(rest: GoogleRest, addressOf: (location: string) => string = vertexAddress): MonitoringJobs {
  const known = new Map<string, string>();
  return {
    async endpointOf(job) {
      const location = JOB_NAME.exec(job)?.[1];
      if (location === undefined) return undefined;
      const cached = known.get(job);
      if (cached !== undefined) return cached;
      const url = `${addressOf(location)}/v1/${job}`;
      const what = `reading ${job}`;
      const { status, body } = await rest({ what, method: "GET", url, answers: [404] });
      if (status === 404) return undefined;
      const { endpoint } = jsonAnswer(what, jobSchema, body);
      known.set(job, endpoint);
      return endpoint;
    },
  };
}

/** Label of the hash of what a job was made from. */
export const CONFIG_LABEL = "retrigger-config";

/**
 * The fields of a wanted job that Vertex AI can change:
 * https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.modelDeploymentMonitoringJobs/patch
 */
export const UPDATED_FIELDS = [
  "labels",
  "modelDeploymentMonitoringObjectiveConfigs",
  "modelDeploymentMonitoringScheduleConfig",
  "loggingSamplingStrategy",
  "modelMonitoringAlertConfig",
] as const;

/** The longest display name. */
const MAX_DISPLAY_NAME = 128;

type Thresholds = KeptMonitoringJob["skew"];

/**
 * The `ModelDeploymentMonitoringJob` of an endpoint as it is wanted, in the words of
 * https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.modelDeploymentMonitoringJobs
 * @param deployedModels ids of the models at the endpoint, each of which is watched alike; sorted
 */
export function wantedJob(
  name: string,
  model: string,
  endpoint: string,
  deployedModels: readonly string[],
  job: KeptMonitoringJob,
) {
  const objectiveConfig = objectiveOf(job);
  const wanted = {
    displayName: `Retrigger ${name}`.slice(0, MAX_DISPLAY_NAME),
    endpoint,
    modelDeploymentMonitoringObjectiveConfigs: deployedModels.map((deployedModelId) => ({ deployedModelId, objectiveConfig })),
    modelDeploymentMonitoringScheduleConfig: { monitorInterval: `${Math.ceil(job.intervalMs / 1000)}s` },
    loggingSamplingStrategy: { randomSampleConfig: { sampleRate: job.samplingRatio } },
    // Without it an anomaly reaches nobody:
    // https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/model-monitoring/using-model-monitoring
    modelMonitoringAlertConfig: { enableLogging: true },
  };
  const labels: Record<string, string> = {
    "managed-by": "retrigger",
    "retrigger-model": model,
    [CONFIG_LABEL]: fnv1a(JSON.stringify(wanted)),
  };
  return { ...wanted, labels };
}

function objectiveOf({ skew, drift, training }: KeptMonitoringJob) {
  return {
    ...(training !== undefined && {
      trainingDataset: trainingDataset(training),
      trainingPredictionSkewDetectionConfig: { skewThresholds: thresholdConfigs(skew) },
    }),
    ...(Object.keys(drift).length > 0 && { predictionDriftDetectionConfig: { driftThresholds: thresholdConfigs(drift) } }),
  };
}

function trainingDataset({ uri, format, target }: NonNullable<KeptMonitoringJob["training"]>) {
  const source = uri.startsWith("bq://") ? { bigquerySource: { inputUri: uri } } : { gcsSource: { uris: [uri] } };
  return { ...source, ...(format !== undefined && { dataFormat: format }), targetField: target };
}

/** In an order of their own: neither Firestore nor a reordered configuration changes the hash. */
function thresholdConfigs(thresholds: Thresholds): Record<string, { readonly value: number }> {
  const entries = Object.entries(thresholds).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([feature, value]) => [feature, { value }]));
}
