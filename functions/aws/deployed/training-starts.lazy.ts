import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { TrainingStarts } from "../../core/capture/ports";
import { trainingStarts } from "../../core/capture/training-starts";
import { dynamoDecisionLog } from "../adapters/dynamodb/decision-log";

/** Loaded for models alone whose baseline follows their trainings. */
export function trainings(dynamo: DynamoDBClient, state: string): TrainingStarts {
  return trainingStarts(dynamoDecisionLog(dynamo, state));
}
