import type { Construct } from "constructs";
import { driftFolder } from "../../../functions/core/drift/report-identity";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { capturePrefix, objectUri } from "../../../functions/core/object-uri";
import { baselineUris, type CapturedModel, capturedModels, hourlyMinute } from "../../captured-models";
import { type PolicyStatement, sageMakerArns } from "../access/policy";
import type { AwsDeployment } from "../deployment";
import type { StateStore } from "../state-store";
import { type FunctionSchedule, ScheduledFunction } from "./scheduled-function";

/**
 * The longest that Lambda allows: a window may be gigabytes, which are read as a stream.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const TIMEOUT_SEC = 900;
const MEMORY_MB = 1024;
/** Spreads the models over this time, which delays no window by more. */
const SPREAD_MINUTES = 15;
/**
 * At the scheduler, and at Lambda again: with the spread and the run itself less than an hour, so that a model has one turn at a
 * time.
 */
const MAXIMUM_WAIT_SEC = 600;
const DELIVERY_RETRIES = 3;

export interface CaptureMonitorProps {
  readonly deployment: AwsDeployment;
  readonly state: StateStore;
  /** One at least. */
  readonly models: readonly CapturedModel[];
}

/**
 * Looks for drift in captured requests: one function, and a schedule for every model, each hour, soon after a window may be due. A
 * window that is not due, or has its report, costs a look; one that was missed is made up for, so that no turn is repeated.
 */
export class CaptureMonitor extends ScheduledFunction {
  constructor(scope: Construct, id: string, { deployment, state, models }: CaptureMonitorProps) {
    super(scope, id, {
      deployment,
      role: "drift-monitor",
      description: "Compares captured requests with their baseline, and writes the drift reports of windows that are due",
      models: models.map(({ settings }) => settings),
      statementsOf: (some) => [
        state.readSettings(),
        ...(capturedModels(some).some(({ capture }) => capture.reference === "last-training") ? readTrainings(state) : []),
        ...capturePermissions(deployment, capturedModels(some)),
      ],
      environment: { [ENVIRONMENT.state]: state.tableName },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: MEMORY_MB,
      schedulerRole: "drift-monitor-schedule",
      maximumWaitSec: MAXIMUM_WAIT_SEC,
      deliveryRetries: DELIVERY_RETRIES,
      schedules: models.map(scheduleOf),
    });
  }
}

/** When trainings began, and how they ended. */
function readTrainings(state: StateStore): PolicyStatement[] {
  return [state.query("decisions"), state.readMany("requests"), state.read("requests")];
}

function scheduleOf({ settings: { model }, capture }: CapturedModel): FunctionSchedule {
  return {
    id: `drift-monitor-${model}`,
    name: `drift-monitor-${model}`,
    description: `Looks for drift in the captured requests of ${model}`,
    expression: `cron(${hourlyMinute(capture.delayMs)} * * * ? *)`,
    timeZone: "UTC",
    spreadMinutes: SPREAD_MINUTES,
    input: JSON.stringify({ model }),
  };
}

/**
 * Lets the function read the models' captures, keep their reports and baselines, and look at the endpoints that they name; nothing
 * else of these buckets.
 */
function capturePermissions(deployment: AwsDeployment, models: readonly CapturedModel[]): PolicyStatement[] {
  const bucketArn = (bucket: string) => `arn:${deployment.partition}:s3:::${bucket}`;
  const captures = models.map(({ capture }) => capturePrefix(capture.location));
  const files = models.flatMap(({ settings, capture }) => [
    { bucket: settings.data.bucket, key: `${driftFolder(settings)}*` },
    ...baselineUris(capture).map(objectUri),
  ]);
  const fileBuckets = new Set(files.map(({ bucket }) => bucket));
  const endpoints = models.flatMap(({ capture: { endpoint } }) => endpoint ?? []);
  return [
    {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: distinct(captures.map(({ bucket, key }) => `${bucketArn(bucket)}/${key}*`)),
    },
    // One for each location: they are joined again, as far as a policy holds them.
    ...captures
      .filter(({ bucket }) => !fileBuckets.has(bucket))
      .map(
        ({ bucket, key }): PolicyStatement => ({
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: [bucketArn(bucket)],
          Condition: { StringLike: { "s3:prefix": [`${key}*`] } },
        }),
      ),
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: distinct(files.map(({ bucket, key }) => `${bucketArn(bucket)}/${key}`)),
    },
    // Without it, S3 answers 403 for a baseline that is not there yet, which looks like a fault; a request for one object has no
    // prefix that could be a condition. It reveals names, no content.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    { Effect: "Allow", Action: "s3:ListBucket", Resource: [...fileBuckets].map(bucketArn) },
    ...(endpoints.length === 0
      ? []
      : [
          {
            Effect: "Allow",
            Action: "sagemaker:DescribeEndpoint",
            Resource: sageMakerArns(deployment, "endpoint", endpoints),
          } as const,
        ]),
  ];
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
