import "../../node/zod-locale";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readEnvironment } from "../../core/environment";
import { lazyPort } from "../../node/lazy-port";
import { apiLimits } from "../adapters/call-limits";
import { dynamoModelSettings } from "../adapters/dynamodb/model-settings";
import { explainedClient } from "../adapters/explained-client";
import { createCaptureMonitor } from "../handlers/capture-monitor";
import { deployedLog } from "./console-log";

const { state } = readEnvironment(process.env, ["state"]);
const services = () => import("./drift-monitor-services.lazy.js");

const dynamo = explainedClient(new DynamoDBClient(apiLimits()));

export const handler = createCaptureMonitor({
  settings: dynamoModelSettings(dynamo, state, { now: Date.now }),
  captures: {
    async *list(prefix) {
      yield* (await services()).captures.list(prefix);
    },
    folders: async (prefix) => (await services()).captures.folders(prefix),
    async *lines(uri) {
      yield* (await services()).captures.lines(uri);
    },
  },
  files: lazyPort(async () => (await services()).files),
  trainings: lazyPort(async () => (await import("./training-starts.lazy.js")).trainings(dynamo, state)),
  endpoints: lazyPort(async () => (await services()).endpoints),
  log: deployedLog(),
  now: Date.now,
});
