import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { DataPorts } from "../../core/batching/data-ports";
import { readEnvironment } from "../../core/environment";
import { dynamoBatchStore } from "../adapters/batch-store";
import { s3ManifestStore } from "../adapters/manifest-store";
import { dynamoModelSettings } from "../adapters/model-settings";
import { sqsRequestQueue } from "../adapters/request-queue";
import { consoleReport } from "../console-report";

/** The deployed adapters of the data path. */
export function dataPorts(): DataPorts {
  const { state, requests } = readEnvironment(process.env, ["state", "requests"]);
  const dynamo = new DynamoDBClient({});
  return {
    settings: dynamoModelSettings(dynamo, state, { maxAgeMs: 60_000, now: Date.now }),
    batches: dynamoBatchStore(dynamo, state),
    manifests: s3ManifestStore(new S3Client({})),
    requests: sqsRequestQueue(new SQSClient({}), requests),
    report: consoleReport,
    now: Date.now,
  };
}
