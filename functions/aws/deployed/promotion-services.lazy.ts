import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { readEnvironment } from "../../core/environment";
import { messagePlace } from "../../core/notices/message-place";
import { apiLimits, objectLimits } from "../adapters/call-limits";
import { explainedClient } from "../adapters/explained-client";
import { snsNotifier } from "../adapters/messaging/notifier";
import { s3EvaluationFiles } from "../adapters/s3/evaluation-files";
import { sageMakerModelRegistry } from "../adapters/sagemaker/model-registry";

export const registry = sageMakerModelRegistry(new SageMakerClient(apiLimits()));

export const evaluations = s3EvaluationFiles(new S3Client(objectLimits()));

export function notifier() {
  return snsNotifier(
    explainedClient(new SNSClient(apiLimits())),
    readEnvironment(process.env, ["topic"]).topic,
    messagePlace(process.env),
  );
}
