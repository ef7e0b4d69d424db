import "../../node/zod-locale";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readEnvironment } from "../../core/environment";
import { apiLimits } from "../adapters/call-limits";
import { dynamoPromotionStore } from "../adapters/dynamodb/versioned-store";
import { explainedClient } from "../adapters/explained-client";
import { createCoordinator } from "../handlers/coordinator";
import { deployedPorts, deployedRejectedMessages } from "./ports";

const dynamo = explainedClient(new DynamoDBClient(apiLimits()));
const { state } = readEnvironment(process.env, ["state"]);

export const handler = createCoordinator({
  ...deployedPorts(dynamo),
  promotions: dynamoPromotionStore(dynamo, state),
  rejected: deployedRejectedMessages(),
});
