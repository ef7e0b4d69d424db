// The section `monitoring` of a model: where its drift reports come from. Vertex AI and captured requests have files of their own.
import * as z from "zod";
import type { MonitoringSettings } from "../../functions/core/drift/monitoring-settings";
import { CLOUDS, type Cloud, type OneCloudKey } from "../model-cloud";
import { CAPTURE_CLOUD_KEYS, type CaptureOwner, captureSchema, captureSettings } from "./capture";
import { address, boundedText, durationMs, durationWithin, text } from "./fields";
import { vertexMonitoring, vertexMonitoringSchema } from "./vertex-monitoring";

const s3Uri = (what: string, example: string) =>
  address(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w.=/@+-]{1,512}$/, `expected ${what}, such as ${example}`);

const jsonFile = (file: string) =>
  s3Uri("a file of S3", `s3://acme-monitoring/baseline/${file}`).refine((uri) => uri.endsWith(".json"), {
    error: `expected a file of S3, such as s3://acme-monitoring/baseline/${file}`,
  });

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ScheduleConfig.html */
const SCHEDULE = /^(?:NOW|cron\(0 (?:\*|[01]?\d|2[0-3])(?:\/(?:[1-9]|1\d|2[0-4]))? \? \* \* \*\))$/;

const dimensionSchema = boundedText(255, true);

/** A data quality monitor to create. */
export const modelMonitorSchema = z.strictObject({
  endpoint: text(
    /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/,
    "expected the name of a SageMaker endpoint: 1 to 63 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends",
  ).describe("Name of the SageMaker endpoint; its data capture must capture inputs and outputs"),
  roleArn: text(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/,
    "expected the ARN of an IAM role, such as arn:aws:iam::111122223333:role/monitoring",
  ).describe("ARN of the IAM role that the monitoring jobs run as"),
  schedule: text(
    SCHEDULE,
    "expected cron(0 * ? * * *), hourly; cron(0 6 ? * * *), daily; cron(0 0/6 ? * * *), every so many hours; or NOW, once",
  )
    .default("cron(0 * ? * * *)")
    .describe(
      "When the monitor runs, in UTC: cron(0 * ? * * *) hourly, cron(0 6 ? * * *) daily, cron(0 0/6 ? * * *) every 6 hours, or NOW for once",
    ),
  baseline: z
    .strictObject({
      statistics: jsonFile("statistics.json").describe("Statistics of the baseline, s3://bucket/…/statistics.json"),
      constraints: jsonFile("constraints.json").describe("Constraints of the baseline, s3://bucket/…/constraints.json"),
    })
    .describe("Baseline that the requests of the endpoint are compared with"),
  reports: s3Uri("a folder of S3 below its bucket", "s3://acme-monitoring/reports/").describe(
    "Folder for the reports, s3://bucket/folder/",
  ),
  instanceType: text(/^ml\.[a-z0-9-]{1,24}\.[a-z0-9-]{1,24}$/, "expected a SageMaker instance type, such as ml.m5.xlarge")
    .default("ml.m5.xlarge")
    .describe("Instance type of each monitoring job"),
  volumeGb: z.int().min(1).max(512).default(20).describe("Disk size of that instance in GB; 1 to 512"),
  maxRuntime: durationWithin("1m", "1h", "50m")
    .default("50m")
    .describe("A job that runs for longer than this is stopped; 1m to 1h"),
  alarms: z
    .record(
      text(/^[A-Za-z0-9_.-]{1,200}$/, "expected the name of a feature, 1 to 200 of A-Z, a-z, 0-9, ., _ and -"),
      z.number({ error: "expected a distance of 0 to 1, such as 0.2" }).gt(0).max(1),
    )
    .default({})
    .describe("Thresholds by feature: distance from the baseline above which a CloudWatch alarm is raised; more than 0, up to 1"),
  metrics: z
    .strictObject({
      namespace: boundedText(255, true)
        .default("aws/sagemaker/Endpoints/data-metrics")
        .describe("CloudWatch namespace of the metrics of Model Monitor, without a leading slash; 1 to 255 bytes"),
      endpointDimension: dimensionSchema
        .default("Endpoint")
        .describe("Dimension that holds the name of the endpoint; 1 to 255 bytes"),
      scheduleDimension: dimensionSchema
        .default("MonitoringSchedule")
        .describe("Dimension that holds the name of the schedule; 1 to 255 bytes"),
    })
    .prefault({})
    .describe(
      "Where CloudWatch has the metrics of these alarms; the defaults follow the samples of AWS, since its documentation contradicts itself",
    ),
});

export type ModelMonitorConfig = z.output<typeof modelMonitorSchema>;

const scheduleNameSchema = text(
  /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/,
  "expected the name of a monitoring schedule of SageMaker, not its ARN: 1 to 63 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends",
);

const folderSchema = address(
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
    .describe("Names of existing monitoring schedules of Model Monitor, whose reports are assessed when they are written"),
  folders: z
    .array(folderSchema)
    .default([])
    .describe(
      "Folders with the reports and baselines of these schedules, s3://bucket/folder/; only these can be read; needed with schedules",
    ),
  modelMonitor: modelMonitorSchema
    .optional()
    .describe(
      "Data quality monitor that Retrigger creates on an endpoint; only for accounts that used Model Monitor before AWS closed it to new customers",
    ),
});

const cloudWatchSchema = z.strictObject({
  alarms: z
    .array(alarmNameSchema)
    .default([])
    .describe(
      "Names of existing CloudWatch alarms on drift metrics, feature_baseline_drift_<feature>, received through EventBridge; each 1 to 255 characters",
    ),
  topics: z
    .array(topicArnSchema)
    .default([])
    .describe("ARNs of existing SNS topics that these alarms notify; an alarm that arrives both ways counts once; needs alarms"),
});

/** Where a model's drift reports come from, in addition to messages to the drift queue. */
export const monitoringSchema = z.strictObject({
  prefix: text(
    /^[A-Za-z0-9._=-][A-Za-z0-9._=/-]{0,126}\/$/,
    "expected a key prefix that ends with /, at most 128 of A-Z, a-z, 0-9, ., _, =, - and /, such as drift/",
  )
    .default("drift/")
    .describe(
      "Reports are read from <prefix><model>/ in data.bucket; ends with /, up to 128 characters, outside every watched prefix and manifestPrefix",
    ),
  sagemaker: sageMakerSchema.optional().describe("Monitors of SageMaker; AWS only"),
  cloudwatch: cloudWatchSchema.optional().describe("Alarms of CloudWatch; AWS only"),
  vertex: vertexMonitoringSchema.optional().describe("Monitoring of Vertex AI; Google Cloud only"),
  capture: captureSchema
    .optional()
    .describe("Retrigger's own monitor, on either cloud: compares captured requests of an endpoint with a baseline"),
});

export type MonitoringConfig = z.output<typeof monitoringSchema>;

function monitorKey(cloud: Cloud, key: "sagemaker" | "cloudwatch" | "vertex"): OneCloudKey {
  return {
    path: ["monitoring", key],
    cloudOf: () => cloud,
    message: (_monitors, { on, of }) =>
      `got monitors of ${CLOUDS[of].name} for a pipeline on ${CLOUDS[on].name}; expected ${key} with pipeline.${CLOUDS[of].pipelineKey} alone; remove it`,
  };
}

/** Keys, and values of keys, of `monitoring` that belong to one cloud. */
export const MONITORING_CLOUD_KEYS: readonly OneCloudKey[] = [
  monitorKey("aws", "sagemaker"),
  monitorKey("aws", "cloudwatch"),
  monitorKey("gcp", "vertex"),
  ...CAPTURE_CLOUD_KEYS,
];

/** A data quality monitor as its construct takes it: the time that a job may run in seconds. */
export function modelMonitorSettings({ maxRuntime, ...same }: z.output<typeof modelMonitorSchema>) {
  return { ...same, maxRuntimeSec: Math.floor(durationMs(maxRuntime) / 1000) };
}

/**
 * What the functions must know of where a model's drift reports come from, without the monitors that Terraform creates.
 * @param owner the model, its bucket and its cloud
 * @param runs project and location of an endpoint that is named by its ID alone; needed on Google Cloud
 */
export function monitoringSettings(
  { prefix, sagemaker, cloudwatch, vertex, capture }: MonitoringConfig,
  owner: CaptureOwner,
  runs?: Parameters<typeof vertexMonitoring>[1],
): MonitoringSettings {
  return {
    prefix,
    ...(sagemaker !== undefined && { sagemaker: { schedules: sagemaker.schedules } }),
    ...(cloudwatch !== undefined && { cloudwatch: { alarms: cloudwatch.alarms } }),
    ...(vertex !== undefined && runs !== undefined && { vertex: vertexMonitoring(vertex, runs) }),
    ...(capture !== undefined && { capture: captureSettings(capture, owner) }),
  };
}
