import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../../core/environment";
import type { Reporter } from "../../core/report";
import { dynamoInstancePrices } from "../adapters/instance-prices";
import { s3ManifestStore } from "../adapters/manifest-store";
import { snsNotifier } from "../adapters/notifier";
import { sageMakerPipelineLauncher } from "../adapters/pipeline-launcher";
import { sqsRequestQueue } from "../adapters/request-queue";
import { sageMakerRunWatcher } from "../adapters/run-watcher";

const PRICES_MAX_AGE_MS = 3_600_000;

const sageMaker = new SageMakerClient({});

export const manifests = s3ManifestStore(new S3Client({}));

export const launcher = sageMakerPipelineLauncher(sageMaker);

export function requestQueue() {
  return sqsRequestQueue(new SQSClient({}), readEnvironment(process.env, ["requests"]).requests);
}

export function notifier() {
  return snsNotifier(new SNSClient({}), readEnvironment(process.env, ["topic"]).topic);
}

export function watcher(report: Reporter) {
  const { state } = readEnvironment(process.env, ["state"]);
  return sageMakerRunWatcher(sageMaker, dynamoInstancePrices(new DynamoDBClient({}), state, PRICES_MAX_AGE_MS, Date.now), report);
}
