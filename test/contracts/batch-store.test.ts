import { dynamoBatchStore } from "../../functions/aws/adapters/dynamodb/batch-store";
import { firestoreBatchStore } from "../../functions/gcp/adapters/firestore/batch-store";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import { describeBatchStore } from "./batch-store.contract";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";

describeBatchStore({ name: "memory", create: memoryBatchStore });

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  let table = "";

  describeBatchStore({
    name: "DynamoDB",
    create: async () => {
      table = await dynamoDb().createTable();
      return dynamoBatchStore(dynamoDb().client, table);
    },
    reopen: () => dynamoBatchStore(dynamoDb().client, table),
  });
});

describeWithFirestore("Firestore", (firestore) => {
  describeBatchStore({
    name: "Firestore",
    create: () => firestoreBatchStore(firestore().createDatabase()),
    reopen: () => firestoreBatchStore(firestore().createClient()),
  });
});
