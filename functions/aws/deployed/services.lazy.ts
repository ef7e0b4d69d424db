import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../../core/environment";
import type { Log } from "../../core/log/log";
import { messagePlace } from "../../core/notices/message-place";
import { apiLimits, objectLimits } from "../adapters/call-limits";
import { dynamoInstancePrices } from "../adapters/dynamodb/model-settings";
import { explainedClient } from "../adapters/explained-client";
import { snsNotifier } from "../adapters/messaging/notifier";
import { sqsRejectedMessages, sqsRequestQueue } from "../adapters/messaging/queues";
import { s3ManifestStore } from "../adapters/s3/manifest-store";
import { sageMakerPipelineLauncher } from "../adapters/sagemaker/pipeline-launcher";
import { sageMakerRunWatcher } from "../adapters/sagemaker/run-watcher";

const PRICES_MAX_AGE_MS = 3_600_000;

const sageMaker = new SageMakerClient(apiLimits());

export const manifests = s3ManifestStore(new S3Client(objectLimits()));

export const launcher = sageMakerPipelineLauncher(sageMaker);

export function requestQueue() {
  return sqsRequestQueue(explainedClient(new SQSClient(apiLimits())), readEnvironment(process.env, ["requests"]).requests);
}

export function rejectedMessages() {
  return sqsRejectedMessages(
    explainedClient(new SQSClient(apiLimits())),
    readEnvironment(process.env, ["deadLetters"]).deadLetters,
  );
}

export function notifier() {
  return snsNotifier(
    explainedClient(new SNSClient(apiLimits())),
    readEnvironment(process.env, ["topic"]).topic,
    messagePlace(process.env),
  );
}

export function watcher(log: Log) {
  const { state } = readEnvironment(process.env, ["state"]);
  return sageMakerRunWatcher(
    sageMaker,
    dynamoInstancePrices(explainedClient(new DynamoDBClient(apiLimits())), state, PRICES_MAX_AGE_MS, Date.now),
    log,
  );
}
