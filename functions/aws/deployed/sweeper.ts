import "../../node/zod-locale";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readEnvironment } from "../../core/environment";
import { lazyPort } from "../../node/lazy-port";
import { apiLimits } from "../adapters/call-limits";
import { dynamoDriftHistoryStore } from "../adapters/dynamodb/versioned-store";
import { explainedClient } from "../adapters/explained-client";
import { createSweeper } from "../handlers/sweeper";
import { deployedPorts } from "./ports";

const dynamo = explainedClient(new DynamoDBClient(apiLimits()));
const { state } = readEnvironment(process.env, ["state"]);
const histories = dynamoDriftHistoryStore(dynamo, state);
const missedRuns = lazyPort(async () => (await import("./missed-runs.lazy.js")).missedRuns());

export const handler = createSweeper({ ...deployedPorts(dynamo), histories, missedRuns });
