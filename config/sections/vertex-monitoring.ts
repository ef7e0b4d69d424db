// The section `monitoring.vertex` of a model: the monitoring of its endpoint by Vertex AI.
import * as z from "zod";
import type { VertexMonitoring } from "../../functions/core/drift/monitoring-settings";
import { address, boundedText, durationMs, durationSchema, durationWithin, text } from "./fields";
import type { VertexRuns } from "./pipeline";

const HOUR_MS = 3_600_000;

const thresholdSchema = z
  .number({ error: "expected a number above 0, such as 0.3" })
  .gt(0, { error: "expected a number above 0: Vertex AI watches no feature whose threshold is 0" });

const thresholdsSchema = z.record(boundedText(256, true), thresholdSchema).default({});

const trainingSchema = z
  .strictObject({
    uri: address(
      /^(?:gs:\/\/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]\/.{1,1024}|bq:\/\/[a-z0-9:.-]{1,128}\.\w{1,1024}\.[\w-]{1,1024})$/,
      "expected gs://bucket/object or bq://project.dataset.table",
    ).describe("Training data of the model: gs://bucket/object of Cloud Storage, or bq://project.dataset.table of BigQuery"),
    format: z
      .enum(["csv", "jsonl", "tf-record"], { error: "expected csv, jsonl or tf-record" })
      .optional()
      .describe("Format of the object in Cloud Storage: csv, jsonl or tf-record; not for a table of BigQuery"),
    target: boundedText(256, true).describe("Column that the model predicts, which is not monitored; 1 to 256 bytes"),
  })
  .refine(({ uri, format }) => uri.startsWith("gs:") === (format !== undefined), {
    path: ["format"],
    error: "expected format for an object of Cloud Storage, csv, jsonl or tf-record, and none for a table of BigQuery",
  });

const jobSchema = z
  .strictObject({
    samplingRate: z
      .number()
      .gt(0, { error: "expected a number above 0, at most 1" })
      .max(1, { error: "expected a number above 0, at most 1" })
      .default(0.1)
      .describe("Share of the requests that are sampled; more than 0, up to 1"),
    interval: durationWithin("1h", "90d", "6h")
      .refine((value) => !durationSchema.safeParse(value).success || durationMs(value) % HOUR_MS === 0, {
        error: "expected whole hours, to which Vertex AI rounds, such as 6h",
      })
      .default("24h")
      .describe("How often the requests since the last comparison are compared, in whole hours; 1h to 90d"),
    skew: thresholdsSchema.describe(
      "Thresholds by feature: distance of requests from the training data, L-infinity for a category, Jensen-Shannon divergence for a number; more than 0",
    ),
    drift: thresholdsSchema.describe(
      "Thresholds by feature: distance of requests from those of the previous interval, measured as for skew; more than 0",
    ),
    training: trainingSchema.optional().describe("Training data that skew is measured from; needed with skew, and only with it"),
  })
  .refine(({ skew, drift }) => Object.keys(skew).length + Object.keys(drift).length > 0, {
    error: "expected skew or drift with the threshold of one feature at least, such as drift: {age: 0.3}",
  })
  .refine(({ skew, training }) => training !== undefined || Object.keys(skew).length === 0, {
    path: ["skew"],
    error: "expected training beside skew, which is measured from it; add training: {uri, target}",
  })
  .refine(({ skew, training }) => training === undefined || Object.keys(skew).length > 0, {
    path: ["training"],
    error: "expected skew beside training, which serves nothing else; add skew, or remove training",
  });

/** An endpoint of Vertex AI by its full name. */
export function vertexEndpointName(endpoint: string, { project, location }: Pick<VertexRuns, "project" | "location">): string {
  return endpoint.includes("/") ? endpoint : `projects/${project}/locations/${location}/endpoints/${endpoint}`;
}

/** Vertex AI's monitoring of the endpoint that a model answers at. */
export const vertexMonitoringSchema = z
  .strictObject({
    endpoint: text(
      /^(?:projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/locations\/[a-z]+-[a-z]+\d{1,2}\/endpoints\/)?[a-z0-9][a-z0-9-]{0,62}$/,
      'expected the id of an endpoint in quotes, such as "1234567890", or projects/<project>/locations/<region>/endpoints/<id>',
    ).describe(
      "Endpoint of the model, its ID in quotes or its full name; without jobId, anomalies of any monitoring job on it are assessed",
    ),
    jobId: text(/^\d{1,20}$/, 'expected the id of a monitoring job in quotes, such as "4711"')
      .optional()
      .describe("ID, in quotes, of an existing monitoring job; only its anomalies are then exported and assessed; not with job"),
    job: jobSchema
      .optional()
      .describe("Monitoring job that Retrigger creates on the endpoint and keeps in this configuration; not with jobId"),
  })
  .refine(({ jobId, job }) => jobId === undefined || job === undefined, {
    path: ["job"],
    error: "expected jobId for a job that exists, or job for one that Retrigger creates; remove one of them",
  });

export type VertexMonitoringConfig = z.output<typeof vertexMonitoringSchema>;

/** What the functions must know of it; an endpoint that is named by its ID alone is in `project` and `location`. */
export function vertexMonitoring(
  { endpoint, jobId, job }: VertexMonitoringConfig,
  runs: Pick<VertexRuns, "project" | "location">,
): VertexMonitoring {
  return {
    endpoint: vertexEndpointName(endpoint, runs),
    ...(jobId !== undefined && { jobId }),
    ...(job !== undefined && { job: keptJob(job) }),
  };
}

function keptJob({ samplingRate, interval, skew, drift, training }: NonNullable<VertexMonitoringConfig["job"]>) {
  return {
    samplingRatio: samplingRate,
    intervalMs: durationMs(interval),
    skew,
    drift,
    ...(training !== undefined && {
      training: {
        uri: training.uri,
        target: training.target,
        ...(training.format !== undefined && { format: training.format }),
      },
    }),
  };
}
