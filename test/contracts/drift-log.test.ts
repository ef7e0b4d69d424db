import { dynamoDriftLog } from "../../functions/aws/adapters/dynamodb/drift-log";
import { firestoreDriftLog } from "../../functions/gcp/adapters/firestore/drift-log";
import { memoryDriftLog } from "../../functions/memory/drift";
import { describeDriftLog } from "./drift-log.contract";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";

const RETENTION_MS = 90 * 86_400_000;

describeDriftLog({ name: "memory", create: memoryDriftLog });

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  describeDriftLog({
    name: "DynamoDB",
    create: async () => dynamoDriftLog(dynamoDb().client, await dynamoDb().createTable(), RETENTION_MS),
  });
});

describeWithFirestore("Firestore", (firestore) => {
  describeDriftLog({ name: "Firestore", create: () => firestoreDriftLog(firestore().createDatabase(), RETENTION_MS) });
});
