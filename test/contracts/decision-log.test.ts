import { dynamoDecisionLog } from "../../functions/aws/adapters/decision-log";
import { memoryDecisionLog } from "../../functions/memory/decision-log";
import { describeDecisionLog } from "./decision-log.contract";
import { describeWithDynamoDb } from "./dynamodb-endpoint";

describeDecisionLog({ name: "memory", create: memoryDecisionLog });

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  describeDecisionLog({
    name: "DynamoDB",
    create: async () => dynamoDecisionLog(dynamoDb().client, await dynamoDb().createTable(), 90 * 86_400_000),
  });
});
