// The section `monitoring` of a model in retrigger.yaml: where its drift reports come from. Google Cloud's part is in a file of its own.
import * as z from "zod";
import type { MonitoringSettings } from "../../functions/core/drift/monitoring-settings";
import { type CaptureOwner, captureSchema, captureSettings } from "./capture";
import { boundedText, durationWithin, text } from "./fields";
import { vertexMonitoring, vertexMonitoringSchema } from "./vertex-monitoring";

// The section `monitoring.sagemaker.modelMonitor` of a model in retrigger.yaml.

const s3Uri = (what: string, example: string) =>
  text(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w.=/@+-]{1,512}$/, `expected ${what}, such as ${example}`);

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
  ).describe("Endpoint that the model answers at; its data capture must take inputs and outputs"),
  roleArn: text(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/,
    "expected the ARN of an IAM role, such as arn:aws:iam::111122223333:role/monitoring",
  ).describe("IAM role that the monitoring jobs run as"),
  schedule: text(
    SCHEDULE,
    "expected cron(0 * ? * * *), hourly; cron(0 6 ? * * *), daily; cron(0 0/6 ? * * *), every so many hours; or NOW, once",
  )
    .default("cron(0 * ? * * *)")
    .describe(
      "When the monitor looks, UTC: cron(0 * ? * * *) hourly, cron(0 6 ? * * *) daily, cron(0 0/6 ? * * *) every 6 hours, NOW",
    ),
  baseline: z
    .strictObject({
      statistics: jsonFile("statistics.json").describe("statistics.json of the baseline, s3://bucket/key"),
      constraints: jsonFile("constraints.json").describe("constraints.json of the baseline, s3://bucket/key"),
    })
    .describe("What the endpoint's data is compared with"),
  reports: s3Uri("a folder of S3 below its bucket", "s3://acme-monitoring/reports/").describe(
    "Folder of S3 that the reports are written to",
  ),
  instanceType: text(/^ml\.[a-z0-9-]{1,24}\.[a-z0-9-]{1,24}$/, "expected a SageMaker instance type, such as ml.m5.xlarge")
    .default("ml.m5.xlarge")
    .describe("Instance that each monitoring job runs on"),
  volumeGb: z.int().min(1).max(512).default(20).describe("Disk of that instance, GB; 1 to 512"),
  maxRuntime: durationWithin("1m", "1h", "50m").default("50m").describe("A job that runs for longer is stopped; 1m to 1h"),
  alarms: z
    .record(
      text(/^[A-Za-z0-9_.-]{1,200}$/, "expected the name of a feature, 1 to 200 of A-Z, a-z, 0-9, ., _ and -"),
      z.number({ error: "expected a distance of 0 to 1, such as 0.2" }).gt(0).max(1),
    )
    .default({})
    .describe("By feature: the distance from its baseline, 0 to 1, above which a CloudWatch alarm is raised"),
  metrics: z
    .strictObject({
      namespace: boundedText(255, true)
        .default("aws/sagemaker/Endpoints/data-metrics")
        .describe("Namespace that Model Monitor writes its metrics to; without a slash at its start"),
      endpointDimension: dimensionSchema.default("Endpoint").describe("Dimension that holds the endpoint's name"),
      scheduleDimension: dimensionSchema.default("MonitoringSchedule").describe("Dimension that holds the schedule's name"),
    })
    .prefault({})
    .describe("Where the metrics of the alarms are; Amazon's pages contradict each other, these are what its samples use"),
});

export type ModelMonitorConfig = z.output<typeof modelMonitorSchema>;

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
