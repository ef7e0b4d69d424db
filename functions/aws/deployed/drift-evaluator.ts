import "../../node/zod-locale";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readEnvironment } from "../../core/environment";
import { lazyPort } from "../../node/lazy-port";
import { apiLimits } from "../adapters/call-limits";
import { dynamoDriftLog } from "../adapters/dynamodb/drift-log";
import { dynamoModelSettings } from "../adapters/dynamodb/model-settings";
import { dynamoDriftHistoryStore } from "../adapters/dynamodb/versioned-store";
import { explainedClient } from "../adapters/explained-client";
import { createDriftEvaluator, type DriftEvaluatorPorts } from "../handlers/drift-evaluator";
import { deployedLog } from "./console-log";

/**
 * The deployed adapters of the drift evaluator's ports; apart from those of the other functions, which need none of the readers.
 */
function deployedDriftPorts(): DriftEvaluatorPorts {
  const { state } = readEnvironment(process.env, ["state"]);
  const dynamo = explainedClient(new DynamoDBClient(apiLimits()));
  const services = () => import("./drift-services.lazy.js");
  return {
    settings: dynamoModelSettings(dynamo, state, { now: Date.now }),
    histories: dynamoDriftHistoryStore(dynamo, state),
    drifts: dynamoDriftLog(dynamo, state),
    reports: lazyPort(async () => (await services()).reports),
    monitors: lazyPort(async () => (await services()).monitors),
    requests: lazyPort(async () => (await services()).requestQueue()),
    qualities: lazyPort(async () => (await services()).qualityQueue()),
    rejected: lazyPort(async () => (await services()).rejectedMessages()),
    fates: lazyPort(async () => (await services()).fates()),
    notifier: lazyPort(async () => (await services()).notifier()),
    log: deployedLog(),
    now: Date.now,
  };
}

export const handler = createDriftEvaluator(deployedDriftPorts());
