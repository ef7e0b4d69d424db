import "../../node/english";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readEnvironment } from "../../core/environment";
import { lazyPort } from "../../node/lazy-port";
import { dynamoDriftHistoryStore } from "../adapters/drift-history-store";
import { createSweeper } from "../sweeper";
import { deployedPorts } from "./ports";

const dynamo = new DynamoDBClient({});
const { state } = readEnvironment(process.env, ["state"]);
const histories = dynamoDriftHistoryStore(dynamo, state);
const monitors = lazyPort(async () => (await import("./monitors.lazy.js")).monitors());

export const handler = createSweeper({ ...deployedPorts(dynamo), histories, monitors });
