import "../../node/zod-locale";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readEnvironment } from "../../core/environment";
import { lazyPort } from "../../node/lazy-port";
import { dynamoDriftHistoryStore } from "../adapters/dynamodb/versioned-store";
import { createSweeper } from "../handlers/sweeper";
import { deployedPorts } from "./ports";

const dynamo = new DynamoDBClient({});
const { state } = readEnvironment(process.env, ["state"]);
const histories = dynamoDriftHistoryStore(dynamo, state);
const monitors = lazyPort(async () => (await import("./monitors.lazy.js")).monitors());

export const handler = createSweeper({ ...deployedPorts(dynamo), histories, monitors });
