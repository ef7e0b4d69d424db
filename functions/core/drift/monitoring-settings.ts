import * as z from "zod/mini";
import { captureSettingsSchema } from "../capture/capture-settings";
import { ordinalSchema } from "../numbers";

const nameSchema = z.string().check(z.minLength(1));

/**
 * By feature: from this distance on, which is L-infinity of a category and Jensen-Shannon divergence of a number, it is an anomaly.
 */
const thresholdsSchema = z.record(z.string(), z.number().check(z.gt(0)));

/** What the model was trained on, which skew is a distance from. */
const trainingSchema = z.object({
  /** `gs://bucket/object`, or `bq://project.dataset.table`. */
  uri: nameSchema,
  /** Of the objects of Cloud Storage. */
  format: z.exactOptional(z.enum(["csv", "jsonl", "tf-record"])),
  /** The column that the model predicts. */
  target: nameSchema,
});

/** The monitoring job that Retrigger keeps on an endpoint. */
const keptJobSchema = z.object({
  /** Share of the endpoint's requests that are looked at. */
  samplingRatio: z.number().check(z.gt(0), z.maximum(1)),
  intervalMs: ordinalSchema,
  skew: thresholdsSchema,
  drift: thresholdsSchema,
  /** Present where there are thresholds of skew. */
  training: z.exactOptional(trainingSchema),
});

/** The monitor of a model on Vertex AI. */
const vertexMonitoringSchema = z.object({
  /** Endpoint that the model answers at, `projects/<project>/locations/<location>/endpoints/<endpoint>`. */
  endpoint: nameSchema,
  /** Id of the one monitoring job whose anomalies count; without it those of any job on the endpoint do. */
  jobId: z.exactOptional(nameSchema),
  job: z.exactOptional(keptJobSchema),
});

export type VertexMonitoring = z.infer<typeof vertexMonitoringSchema>;
export type KeptMonitoringJob = z.infer<typeof keptJobSchema>;

/** Whose reports are a model's: the part of its settings that tells where they come from. */
export const monitoringSettingsSchema = z.object({
  /** Reports of the model lie under `<prefix><model>/` of its data bucket. */
  prefix: z.string().check(z.minLength(1)),
  /** Monitoring schedules of SageMaker. */
  sagemaker: z.exactOptional(z.object({ schedules: z.array(z.string()) })),
  /** Alarms of CloudWatch on drift metrics, by name. */
  cloudwatch: z.exactOptional(z.object({ alarms: z.array(z.string()) })),
  /** The monitor on Vertex AI. */
  vertex: z.exactOptional(vertexMonitoringSchema),
  /** The capture monitor, on either cloud. */
  capture: z.exactOptional(captureSettingsSchema),
});

export type MonitoringSettings = z.infer<typeof monitoringSettingsSchema>;
