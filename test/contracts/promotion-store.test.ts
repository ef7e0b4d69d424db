import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dynamoPromotionStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { firestorePromotionStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { memoryPromotionStore } from "../../functions/memory/promotion";
import { filePromotionStore } from "../../local/files/file-stores";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";
import { describePromotionStore } from "./promotion-store.contract";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe("memory", () => {
  let store = memoryPromotionStore();

  describePromotionStore({
    name: "memory",
    create: () => {
      store = memoryPromotionStore();
      return store;
    },
    reopen: () => store,
  });
});

describePromotionStore({
  name: "files",
  create: () => {
    const folder = mkdtempSync(join(tmpdir(), "retrigger-promotions-"));
    folders.push(folder);
    return filePromotionStore(folder);
  },
});

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  let table = "";

  describePromotionStore({
    name: "DynamoDB",
    create: async () => {
      table = await dynamoDb().createTable();
      return dynamoPromotionStore(dynamoDb().client, table);
    },
    reopen: () => dynamoPromotionStore(dynamoDb().client, table),
  });
});

describeWithFirestore("Firestore", (firestore) => {
  describePromotionStore({
    name: "Firestore",
    create: () => firestorePromotionStore(firestore().createDatabase()),
    reopen: () => firestorePromotionStore(firestore().createClient()),
  });
});
