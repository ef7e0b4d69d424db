import { dynamoHeartbeatStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { firestoreHeartbeatStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { memoryHeartbeatStore } from "../../functions/memory/versioned-store";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";
import { describeHeartbeatStore } from "./heartbeat-store.contract";

describeHeartbeatStore({ name: "memory", create: memoryHeartbeatStore });

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  let table = "";

  describeHeartbeatStore({
    name: "DynamoDB",
    create: async () => {
      table = await dynamoDb().createTable();
      return dynamoHeartbeatStore(dynamoDb().client, table);
    },
    reopen: () => dynamoHeartbeatStore(dynamoDb().client, table),
  });
});

describeWithFirestore("Firestore", (firestore) => {
  describeHeartbeatStore({
    name: "Firestore",
    create: () => firestoreHeartbeatStore(firestore().createDatabase()),
    reopen: () => firestoreHeartbeatStore(firestore().createClient()),
  });
});
