import "./english";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { readEnvironment } from "../../core/environment";
import { dynamoModelSettings } from "../adapters/model-settings";
import { sageMakerPipelineLauncher } from "../adapters/pipeline-launcher";
import { dynamoStartLog } from "../adapters/start-log";
import { consoleReport } from "../console-report";
import { createCoordinator } from "../coordinator";

/** Longer than any queue keeps a message (14 days), so that no redelivery finds its start forgotten. */
const START_RETENTION_MS = 30 * 86_400_000;

const { state } = readEnvironment(process.env, ["state"]);
const dynamo = new DynamoDBClient({});

export const handler = createCoordinator({
  settings: dynamoModelSettings(dynamo, state, { maxAgeMs: 60_000, now: Date.now }),
  starts: dynamoStartLog(dynamo, state, START_RETENTION_MS),
  launcher: sageMakerPipelineLauncher(new SageMakerClient({})),
  report: consoleReport,
  now: Date.now,
});
