// The section `monitoring` of a model in retrigger.yaml: where its drift reports come from. Google Cloud's part is in a file of its own.
import * as z from "zod";
import type { MonitoringSettings } from "../functions/core/drift/monitoring-settings";
import { type CaptureOwner, captureSchema, captureSettings } from "./capture-config";
import { text } from "./config-fields";
import { modelMonitorSchema } from "./model-monitor-config";
import { vertexMonitoring, vertexMonitoringSchema } from "./vertex-monitoring-config";

const scheduleNameSchema = text(
  /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/,
  "expected the name of a monitoring schedule of SageMaker, not its ARN: 1 to 63 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends",
);

const folderSchema = text(
  /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w.=/@+-]{1,512}$/,
  "expected a folder of S3 below its bucket, such as s3://acme-monitoring/flight-delay/",
);

const alarmNameSchema = text(
  /^[^\s:](?:.{0,253}[^\s])?$/,
  "expected the name of a CloudWatch alarm, not its ARN: 1 to 255 characters",
);

const topicArnSchema = text(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]{1,32}:\d{12}:[A-Za-z0-9_-]{1,256}$/,
  "expected the ARN of an SNS topic, such as arn:aws:sns:eu-central-1:111122223333:drift-alarms",
);

const sageMakerSchema = z.strictObject({
  schedules: z
    .array(scheduleNameSchema)
    .default([])
    .describe("Existing monitoring schedules of Model Monitor, whose reports are taken as they are written"),
  folders: z
    .array(folderSchema)
    .default([])
    .describe("Folders of S3 with the reports and the baselines of these schedules; nothing else of them may be read"),
  modelMonitor: modelMonitorSchema
    .optional()
    .describe(
      "A data quality monitor that Retrigger creates on an endpoint; AWS offers Model Monitor only to accounts that used it before",
    ),
});

const cloudWatchSchema = z.strictObject({
  alarms: z
    .array(alarmNameSchema)
    .default([])
    .describe("Existing CloudWatch alarms on drift metrics, feature_baseline_drift_<feature>; heard by EventBridge"),
  topics: z
    .array(topicArnSchema)
    .default([])
    .describe("Existing SNS topics that such alarms notify; an alarm that comes by both ways counts once"),
});

/** Where a model's drift reports come from, beside messages. */
export const monitoringSchema = z.strictObject({
  prefix: text(
    /^[A-Za-z0-9._=-][A-Za-z0-9._=/-]{0,126}\/$/,
    "expected a key prefix that ends with /, at most 128 of A-Z, a-z, 0-9, ., _, =, - and /, such as drift/",
  )
    .default("drift/")
    .describe(
      "A report that lands under <prefix><model>/ of data.bucket is assessed; ends with /, outside every watched prefix and the manifests",
    ),
  sagemaker: sageMakerSchema.optional().describe("Monitors of SageMaker; for a model on AWS"),
  cloudwatch: cloudWatchSchema.optional().describe("Alarms of CloudWatch; for a model on AWS"),
  vertex: vertexMonitoringSchema.optional().describe("Monitoring of Vertex AI; for a model on Google Cloud"),
  capture: captureSchema
    .optional()
    .describe("A monitor of our own: compares what an endpoint was asked, as it was captured, with a baseline; on either cloud"),
});

export type MonitoringConfig = z.output<typeof monitoringSchema>;

/**
 * What the functions must know of where a model's drift reports come from; monitors that Terraform creates are not among it.
 * `runs` is of a model on Google Cloud.
 */
export function monitoringSettings(
  { prefix, sagemaker, cloudwatch, vertex, capture }: MonitoringConfig,
  of: CaptureOwner,
  runs?: Parameters<typeof vertexMonitoring>[1],
): MonitoringSettings {
  return {
    prefix,
    ...(sagemaker !== undefined && { sagemaker: { schedules: sagemaker.schedules } }),
    ...(cloudwatch !== undefined && { cloudwatch: { alarms: cloudwatch.alarms } }),
    ...(vertex !== undefined && runs !== undefined && { vertex: vertexMonitoring(vertex, runs) }),
    ...(capture !== undefined && { capture: captureSettings(capture, of) }),
  };
}
