import { dynamoDecisionLog } from "../../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoModelSettings } from "../../../functions/aws/adapters/dynamodb/model-settings";
import {
  dynamoCoordinatorStore,
  dynamoDriftHistoryStore,
  dynamoHeartbeatStore,
  dynamoPromotionStore,
} from "../../../functions/aws/adapters/dynamodb/versioned-store";
import { LOG_RETENTION_MS } from "../../../functions/core/state-layout";
import type { Check } from "../finding";
import { lookAtRows } from "../rows";
import type { AwsAccount } from "./account";

/** What is kept in the state table. */
export const storedRows: Check<AwsAccount> = {
  asks: "Are the settings of all models deployed, and can this version read what is stored?",
  permissions: ["dynamodb:Query", "dynamodb:BatchGetItem"],
  isOfDeployment: true,
  async look({ clients: { dynamo }, stateTable: table, coordinated, now, deployCommand }, report) {
    const rows = {
      settings: dynamoModelSettings(dynamo, table, { now }),
      states: dynamoCoordinatorStore(dynamo, table),
      histories: dynamoDriftHistoryStore(dynamo, table),
      promotions: dynamoPromotionStore(dynamo, table),
      heartbeats: dynamoHeartbeatStore(dynamo, table),
      decisions: (leftOut: (problem: unknown) => void) => dynamoDecisionLog(dynamo, table, LOG_RETENTION_MS, leftOut),
    };
    const models = coordinated.map(([model]) => model);
    await lookAtRows(rows, { models, permission: "dynamodb:Query and dynamodb:BatchGetItem", deployCommand }, report);
  },
};
