import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSRecord } from "aws-lambda";
import { deploymentId } from "../../core/deployment-id";
import { readEnvironment } from "../../core/environment";
import { promotionAnswers } from "../../core/promotion/take-candidate";
import type { RejectedMessages } from "../../core/rejected-message";
import type { SweeperPorts } from "../../core/sweep-models";
import { newDeploymentId } from "../../node/hashes";
import { lazyPort } from "../../node/lazy-port";
import { apiLimits } from "../adapters/call-limits";
import { dynamoBatchStore } from "../adapters/dynamodb/batch-store";
import { dynamoDecisionLog } from "../adapters/dynamodb/decision-log";
import { dynamoModelSettings } from "../adapters/dynamodb/model-settings";
import {
  dynamoCoordinatorStore,
  dynamoDeploymentStore,
  dynamoHeartbeatStore,
  dynamoPromotionStore,
} from "../adapters/dynamodb/versioned-store";
import { explainedClient } from "../adapters/explained-client";
import { deployedLog } from "./console-log";

/**
 * The deployed adapters of every port. Most invocations need DynamoDB alone, so the file with the other clients is loaded by the
 * first call that needs one: it would double the cold start of all others.
 */
export function deployedPorts(dynamo = explainedClient(new DynamoDBClient(apiLimits()))): SweeperPorts {
  const { state } = readEnvironment(process.env, ["state"]);
  const log = deployedLog();
  const services = () => import("./services.lazy.js");
  return {
    settings: dynamoModelSettings(dynamo, state, { now: Date.now }),
    batches: dynamoBatchStore(dynamo, state),
    states: dynamoCoordinatorStore(dynamo, state),
    decisions: dynamoDecisionLog(dynamo, state),
    heartbeats: dynamoHeartbeatStore(dynamo, state),
    candidateAnswers: promotionAnswers({ promotions: dynamoPromotionStore(dynamo, state), now: Date.now }),
    deployment: deploymentId(dynamoDeploymentStore(dynamo, state), newDeploymentId),
    manifests: lazyPort(async () => (await services()).manifests),
    requests: lazyPort(async () => (await services()).requestQueue()),
    launcher: lazyPort(async () => (await services()).launcher),
    notifier: lazyPort(async () => (await services()).notifier()),
    watcher: lazyPort(async () => (await services()).watcher(log)),
    log,
    now: Date.now,
  };
}

/** The dead letters of the function's own queue. */
export function deployedRejectedMessages(): RejectedMessages<SQSRecord> {
  return lazyPort(async () => (await import("./services.lazy.js")).rejectedMessages());
}
