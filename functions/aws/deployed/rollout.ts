import "../../node/zod-locale";
import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readEnvironment } from "../../core/environment";
import { lazyPort } from "../../node/lazy-port";
import { apiLimits } from "../adapters/call-limits";
import { dynamoModelSettings } from "../adapters/dynamodb/model-settings";
import { dynamoPromotionStore } from "../adapters/dynamodb/versioned-store";
import { explainedClient } from "../adapters/explained-client";
import { createRollout } from "../handlers/rollout";
import { deployedLog } from "./console-log";

const dynamo = explainedClient(new DynamoDBClient(apiLimits()));
const { state } = readEnvironment(process.env, ["state"]);
// Most turns find no rollout, and need DynamoDB alone.
const services = () => import("./rollout-services.lazy.js");

export const handler = createRollout({
  settings: dynamoModelSettings(dynamo, state, { now: Date.now }),
  promotions: dynamoPromotionStore(dynamo, state),
  traffic: lazyPort(async () => (await services()).traffic),
  metrics: lazyPort(async () => (await services()).metrics),
  log: deployedLog(),
  now: Date.now,
  holder: randomUUID,
});
