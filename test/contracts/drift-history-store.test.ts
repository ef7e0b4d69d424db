import { dynamoDriftHistoryStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { firestoreDriftHistoryStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { memoryDriftHistoryStore } from "../../functions/memory/drift";
import { describeDriftHistoryStore } from "./drift-history-store.contract";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";

describeDriftHistoryStore({ name: "memory", create: memoryDriftHistoryStore });

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  let table = "";

  describeDriftHistoryStore({
    name: "DynamoDB",
    create: async () => {
      table = await dynamoDb().createTable();
      return dynamoDriftHistoryStore(dynamoDb().client, table);
    },
    reopen: () => dynamoDriftHistoryStore(dynamoDb().client, table),
  });
});

describeWithFirestore("Firestore", (firestore) => {
  describeDriftHistoryStore({
    name: "Firestore",
    create: () => firestoreDriftHistoryStore(firestore().createDatabase()),
    reopen: () => firestoreDriftHistoryStore(firestore().createClient()),
  });
});
