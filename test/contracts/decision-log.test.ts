import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { firestoreDecisionLog } from "../../functions/gcp/adapters/firestore/decision-log";
import { memoryDecisionLog } from "../../functions/memory/coordination";
import { describeDecisionLog } from "./decision-log.contract";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";

const RETENTION_MS = 90 * 86_400_000;

describeDecisionLog({ name: "memory", create: memoryDecisionLog });

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  describeDecisionLog({
    name: "DynamoDB",
    create: async () => dynamoDecisionLog(dynamoDb().client, await dynamoDb().createTable(), RETENTION_MS),
  });
});

describeWithFirestore("Firestore", (firestore) => {
  describeDecisionLog({
    name: "Firestore",
    create: () => firestoreDecisionLog(firestore().createDatabase(), RETENTION_MS),
  });
});
