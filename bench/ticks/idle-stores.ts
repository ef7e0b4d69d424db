import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Firestore } from "@google-cloud/firestore";
import { toItem } from "../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoBatchStore } from "../../functions/aws/adapters/dynamodb/batch-store";
import { dynamoCoordinatorStore, dynamoDriftHistoryStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import type { ModelSettings } from "../../functions/core/model-settings";
import { inParallel } from "../../functions/core/pacing";
import { COLLECTIONS, PARTITIONS } from "../../functions/core/state-layout";
import { firestoreBatchStore } from "../../functions/gcp/adapters/firestore/batch-store";
import { firestoreCoordinatorStore, firestoreDriftHistoryStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { type IdleStores, saveIdleModels } from "./idle-models";

/** The stores of a table into which settings and records of these models were written. */
export async function idleOnDynamo(client: DynamoDBClient, table: string, models: readonly ModelSettings[]): Promise<IdleStores> {
  await inParallel(models, 16, async (settings) => {
    // Without what is undefined, as Terraform writes it.
    const row = { pk: PARTITIONS.settings, sk: settings.model, settings: JSON.parse(JSON.stringify(settings)) };
    await client.send(new PutItemCommand({ TableName: table, Item: toItem(row) }));
  });
  const stores = {
    batches: dynamoBatchStore(client, table),
    states: dynamoCoordinatorStore(client, table),
    histories: dynamoDriftHistoryStore(client, table),
  };
  await saveIdleModels(stores, models);
  return stores;
}

/** As `idleOnDynamo`, of a database. */
export async function idleOnFirestore(firestore: Firestore, models: readonly ModelSettings[]): Promise<IdleStores> {
  const rows = firestore.collection(COLLECTIONS.settings);
  await inParallel(models, 16, async (settings) => void (await rows.doc(settings.model).set({ settings })));
  const stores = {
    batches: firestoreBatchStore(firestore),
    states: firestoreCoordinatorStore(firestore),
    histories: firestoreDriftHistoryStore(firestore),
  };
  await saveIdleModels(stores, models);
  return stores;
}
