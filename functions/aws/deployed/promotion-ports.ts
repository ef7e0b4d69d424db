import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readEnvironment } from "../../core/environment";
import type { PromotionPorts } from "../../core/promotion/promote-model";
import { fileDigest } from "../../node/hashes";
import { lazyPort } from "../../node/lazy-port";
import { apiLimits } from "../adapters/call-limits";
import { dynamoCandidateLog } from "../adapters/dynamodb/candidate-log";
import { dynamoDecisionLog } from "../adapters/dynamodb/decision-log";
import { dynamoModelSettings } from "../adapters/dynamodb/model-settings";
import { dynamoCoordinatorStore, dynamoPromotionStore } from "../adapters/dynamodb/versioned-store";
import { explainedClient } from "../adapters/explained-client";
import type { PromoterPorts } from "../handlers/promoter";
import { deployedLog } from "./console-log";

/**
 * The deployed adapters of promotion. Most turns need DynamoDB alone, so the file with the other clients is loaded when one is
 * needed.
 */
export function promotionPorts(mayPerform: PromotionPorts["mayPerform"]): PromoterPorts {
  const dynamo = explainedClient(new DynamoDBClient(apiLimits()));
  const { state } = readEnvironment(process.env, ["state"]);
  const services = () => import("./promotion-services.lazy.js");
  return {
    settings: dynamoModelSettings(dynamo, state, { now: Date.now }),
    promotions: dynamoPromotionStore(dynamo, state),
    candidates: dynamoCandidateLog(dynamo, state),
    states: dynamoCoordinatorStore(dynamo, state),
    decisions: dynamoDecisionLog(dynamo, state),
    registry: lazyPort(async () => (await services()).registry),
    evaluations: lazyPort(async () => (await services()).evaluations),
    notifier: lazyPort(async () => (await services()).notifier()),
    sha256: fileDigest,
    mayPerform,
    log: deployedLog(),
    now: Date.now,
  };
}
