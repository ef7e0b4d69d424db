import type { Price } from "./price";

/** Region of AWS_PRICES. Others differ. */
export const AWS_PRICE_REGION = "us-east-1";

const CLOUDWATCH = { source: "https://aws.amazon.com/cloudwatch/pricing/", asOf: "2026-12-01" } as const;
const LAMBDA = { source: "https://aws.amazon.com/lambda/pricing/", asOf: "2026-12-01" } as const;
const DYNAMODB = { source: "https://aws.amazon.com/dynamodb/pricing/on-demand/", asOf: "2026-12-01" } as const;
const MILLION = 1_000_000;
const UNCONFIRMED = "not confirmed by any AWS page";

/** List prices of AWS_PRICE_REGION, of standard resources. */
export const AWS_PRICES = {
  /** A month. Prorated by the hour, and only for hours in which a value comes. */
  metric: { unit: "metrics", size: 1, usd: 0.3, beyond: { units: 10_000, usd: 0.1 }, dependsOnWatch: true, ...CLOUDWATCH },
  /** For each metric that an alarm looks at. */
  alarmMetric: { unit: "alarm metrics", size: 1, usd: 0.1, dependsOnWatch: true, ...CLOUDWATCH },
  compositeAlarm: { unit: "alarms", size: 1, usd: 0.5, dependsOnWatch: true, ...CLOUDWATCH, doubt: UNCONFIRMED },
  dashboard: { unit: "dashboards", size: 1, usd: 3, ...CLOUDWATCH },
  logs: { unit: "GB", size: 1e9, usd: 0.5, ...CLOUDWATCH },
  /** A month, before they are compressed. */
  logStorage: { unit: "GB", size: 1e9, usd: 0.03, ...CLOUDWATCH, doubt: UNCONFIRMED },
  key: { unit: "keys", size: 1, usd: 1, source: "https://aws.amazon.com/kms/pricing/", asOf: "2026-12-01" },
  schedulerInvocation: {
    unit: "million invocations",
    size: MILLION,
    usd: 1,
    source: "https://aws.amazon.com/eventbridge/pricing/",
    asOf: "2026-12-01",
    doubt: UNCONFIRMED,
  },
  lambdaRequest: { unit: "million requests", size: MILLION, usd: 0.2, ...LAMBDA },
  /** On Arm, which all functions run on. */
  lambdaSecond: { unit: "GB-seconds", size: 1, usd: 0.0000133334, ...LAMBDA },
  queueRequest: {
    unit: "million requests",
    size: MILLION,
    usd: 0.4,
    source: "https://aws.amazon.com/sqs/pricing/",
    asOf: "2026-12-01",
  },
  fifoQueueRequest: {
    unit: "million requests",
    size: MILLION,
    usd: 0.5,
    source: "https://aws.amazon.com/sqs/pricing/",
    asOf: "2026-12-01",
  },
  readUnit: { unit: "million read units", size: MILLION, usd: 0.125, ...DYNAMODB },
  writeUnit: { unit: "million write units", size: MILLION, usd: 0.625, ...DYNAMODB },
} as const satisfies Readonly<Record<string, Price>>;

/**
 * How often Lambda receives from an idle queue: five pollers, each of which waits the 20 seconds that SQS allows. AWS documents the
 * five, not the seconds; idle queues are reported with 15 empty receives a minute.
 * https://aws.amazon.com/blogs/aws/aws-lambda-adds-amazon-simple-queue-service-to-supported-event-sources/
 * https://github.com/getlift/lift/issues/132
 */
export const POLLS_A_MINUTE = 15;
