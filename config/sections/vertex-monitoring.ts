// The part of `monitoring` that Vertex AI knows.
import * as z from "zod";
import type { VertexMonitoring } from "../../functions/core/drift/monitoring-settings";
import { boundedText, durationMs, durationSchema, durationWithin, text } from "./fields";

const HOUR_MS = 3_600_000;

const thresholdSchema = z
  .number({ error: "expected a number above 0, such as 0.3" })
  .gt(0, { error: "expected a number above 0: Vertex AI watches no feature whose threshold is 0" });

const thresholdsSchema = z.record(boundedText(256, true), thresholdSchema).default({});

const trainingSchema = z
  .strictObject({
    uri: text(
      /^(?:gs:\/\/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]\/.{1,1024}|bq:\/\/[a-z0-9:.-]{1,128}\.\w{1,1024}\.[\w-]{1,1024})$/,
      "expected gs://bucket/object or bq://project.dataset.table",
    ).describe("What the model was trained on: an object of Cloud Storage, or a table of BigQuery"),
    format: z
      .enum(["csv", "jsonl", "tf-record"], { error: "expected csv, jsonl or tf-record" })
      .optional()
      .describe("Format of an object of Cloud Storage"),
    target: boundedText(256, true).describe("Column that the model predicts, which is not watched"),
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
      .describe("Share of the endpoint's requests that are looked at, above 0 and at most 1"),
    interval: durationWithin("1h", "90d", "6h")
      .refine((value) => !durationSchema.safeParse(value).success || durationMs(value) % HOUR_MS === 0, {
        error: "expected whole hours, to which Vertex AI rounds, such as 6h",
      })
      .default("24h")
      .describe("How often the requests since the last time are compared; whole hours"),
    skew: thresholdsSchema.describe(
      "By feature: how far requests may be from the training data; L-infinity of a category, Jensen-Shannon divergence of a number",
    ),
    drift: thresholdsSchema.describe("By feature: how far requests may be from those of the interval before, measured as skew is"),
    training: trainingSchema.optional().describe("What skew is measured from; needed with skew"),
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

/** Vertex AI's monitoring of the endpoint that a model answers at. */
export const vertexMonitoringSchema = z
  .strictObject({
    endpoint: text(
      /^(?:projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/locations\/[a-z]+-[a-z]+\d{1,2}\/endpoints\/)?[a-z0-9][a-z0-9-]{0,62}$/,
      'expected the id of an endpoint in quotes, such as "1234567890", or projects/<project>/locations/<region>/endpoints/<id>',
    ).describe(
      "Endpoint that the model answers at, its id, in quotes, or its whole name; the anomalies of any job on it are assessed",
    ),
    jobId: text(/^\d{1,20}$/, 'expected the id of a monitoring job in quotes, such as "4711"')
      .optional()
      .describe("Existing monitoring job, its id, in quotes; then its anomalies alone are assessed, and no others exported"),
    job: jobSchema
      .optional()
      .describe("A monitoring job that Retrigger creates on the endpoint and keeps as it is described here; not with jobId"),
  })
  .refine(({ jobId, job }) => jobId === undefined || job === undefined, {
    path: ["job"],
    error: "expected jobId for a job that exists, or job for one that Retrigger creates; remove one of them",
  });

export type VertexMonitoringConfig = z.output<typeof vertexMonitoringSchema>;

/** What the functions must know of it; `project` and `location` are of an endpoint that is named by its id alone. */
export function vertexMonitoring(
  { endpoint, jobId, job }: VertexMonitoringConfig,
  { project, location }: { readonly project: string; readonly location: string },
): VertexMonitoring {
  return {
    endpoint: endpoint.includes("/") ? endpoint : `projects/${project}/locations/${location}/endpoints/${endpoint}`,
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
