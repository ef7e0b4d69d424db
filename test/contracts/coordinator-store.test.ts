import { dynamoCoordinatorStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { firestoreCoordinatorStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { memoryCoordinatorStore } from "../../functions/memory/coordination";
import { describeCoordinatorStore } from "./coordinator-store.contract";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";

describeCoordinatorStore({ name: "memory", create: memoryCoordinatorStore });

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  let table = "";

  describeCoordinatorStore({
    name: "DynamoDB",
    create: async () => {
      table = await dynamoDb().createTable();
      return dynamoCoordinatorStore(dynamoDb().client, table);
    },
    reopen: () => dynamoCoordinatorStore(dynamoDb().client, table),
  });
});

describeWithFirestore("Firestore", (firestore) => {
  describeCoordinatorStore({
    name: "Firestore",
    create: () => firestoreCoordinatorStore(firestore().createDatabase()),
    reopen: () => firestoreCoordinatorStore(firestore().createClient()),
  });
});
