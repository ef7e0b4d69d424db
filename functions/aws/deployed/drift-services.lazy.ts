import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { requestFates } from "../../core/drift/episodes/request-fate";
import { readEnvironment } from "../../core/environment";
import { messagePlace } from "../../core/notices/message-place";
import { apiLimits, objectLimits } from "../adapters/call-limits";
import { dynamoDecisionLog } from "../adapters/dynamodb/decision-log";
import { explainedClient } from "../adapters/explained-client";
import { snsNotifier } from "../adapters/messaging/notifier";
import { sqsQualityQueue, sqsRejectedMessages, sqsRequestQueue } from "../adapters/messaging/queues";
import { s3ReportReader } from "../adapters/s3/report-reader";
import { sageMakerMonitorReader } from "../adapters/sagemaker/monitor-reader";

export const reports = s3ReportReader(new S3Client(objectLimits()));

export const monitors = sageMakerMonitorReader(new SageMakerClient(apiLimits()));

/** Read while a drift waits for the end of its training. */
export function fates() {
  const { state } = readEnvironment(process.env, ["state"]);
  return requestFates(dynamoDecisionLog(explainedClient(new DynamoDBClient(apiLimits())), state));
}

export function requestQueue() {
  return sqsRequestQueue(explainedClient(new SQSClient(apiLimits())), readEnvironment(process.env, ["requests"]).requests);
}

export function qualityQueue() {
  return sqsQualityQueue(explainedClient(new SQSClient(apiLimits())), readEnvironment(process.env, ["requests"]).requests);
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
