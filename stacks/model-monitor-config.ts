// The section `monitoring.sagemaker.modelMonitor` of a model in retrigger.yaml.
import * as z from "zod";
import { boundedText, durationWithin, text } from "./config-fields";

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
