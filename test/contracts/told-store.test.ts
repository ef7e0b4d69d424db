import { Timestamp } from "@google-cloud/firestore";
import { dynamoToldStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { EXPIRY_ATTRIBUTE, EXPIRY_FIELD } from "../../functions/core/state-layout";
import { firestoreToldStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { memoryToldStore } from "../../functions/memory/versioned-store";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";
import { documentsOf, itemsOf } from "./stored-rows/load-rows";
import { describeToldStore } from "./told-store.contract";

describeToldStore({ name: "memory", create: memoryToldStore });

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  let table = "";

  describeToldStore({
    name: "DynamoDB",
    create: async () => {
      table = await dynamoDb().createTable();
      return dynamoToldStore(dynamoDb().client, table);
    },
    reopen: () => dynamoToldStore(dynamoDb().client, table),
    expiries: async () => {
      const items = await itemsOf(dynamoDb().client, table);
      return items.map((item) => Number(item[EXPIRY_ATTRIBUTE]?.N) * 1_000);
    },
  });
});

describeWithFirestore("Firestore", (firestore) => {
  describeToldStore({
    name: "Firestore",
    create: () => firestoreToldStore(firestore().createDatabase()),
    reopen: () => firestoreToldStore(firestore().createClient()),
    expiries: async () => {
      const documents = await documentsOf(firestore().createClient());
      return documents.map((document) => {
        const expiry: unknown = document.get(EXPIRY_FIELD);
        return expiry instanceof Timestamp ? expiry.toMillis() : Number.NaN;
      });
    },
  });
});
