import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { dynamoToldStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { type Telling, type ToldStore, tellingKey } from "../../functions/core/notices/chats/telling";
import { firestoreToldStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";
import { documentsOf, itemsOf, putItems, setDocuments } from "./stored-rows/load-rows";
import rows from "./stored-rows/telling-2026-12-01.json";

// As in stored-rows.test.ts: the file holds what the program of its day wrote of what chats were told. It is never written again.

const KEY = tellingKey("slack", "data/flights/12#ask");
const TOLD: Telling = { claimedUntil: 1_795_262_580_000, toldAt: 1_795_262_400_000 };
const NEWER = { message: expect.stringMatching(/^the (item|document) .* is not a record of a telling; .*deploy the version/) };

describeWithDynamoDb("rows of tellings in DynamoDB", (dynamoDb) => {
  it("should keep their keys and attributes", async () => {
    const table = await dynamoDb().createTable();

    await write(dynamoToldStore(dynamoDb().client, table));

    const items = await itemsOf(dynamoDb().client, table);
    expect(
      items.map(({ savedAs: _own, version, expires_at, pk, sk, ...rest }) => [pk, sk, version, expires_at, namesOf(rest)]),
    ).toEqual([[{ S: "telling#slack#data/flights/12#ask" }, { S: "state" }, { N: "2" }, { N: "1797854400" }, "shape,state"]]);
  });

  it("should be read as the program of 2026-12-01 wrote them", async () => {
    const table = await dynamoDb().createTable();
    await putItems(dynamoDb().client, table, rows.dynamodb);

    expect(await dynamoToldStore(dynamoDb().client, table).load(KEY)).toEqual({ state: TOLD, version: 2 });
  });

  it("should be neither read nor replaced when a later version wrote them", async () => {
    const table = await dynamoDb().createTable();
    await write(dynamoToldStore(dynamoDb().client, table));
    const Key = { pk: { S: `telling#${KEY}` }, sk: { S: "state" } };
    const raise = { UpdateExpression: "SET shape = :two", ExpressionAttributeValues: { ":two": { N: "2" } } };
    await dynamoDb().client.send(new UpdateItemCommand({ TableName: table, Key, ...raise }));

    await expect(dynamoToldStore(dynamoDb().client, table).load(KEY)).rejects.toMatchObject(NEWER);
  });
});

describeWithFirestore("rows of tellings in Firestore", (firestore) => {
  it("should keep their paths and fields", async () => {
    const database = firestore().createDatabase();

    await write(firestoreToldStore(database));

    const documents = await documentsOf(database);
    expect(documents.map((document) => [document.ref.path, namesOf(document.data())])).toEqual([
      [rows.firestore[0]?.path, "expireAt,savedAs,shape,state,version"],
    ]);
  });

  it("should be read as the program of 2026-12-01 wrote them", async () => {
    const database = firestore().createDatabase();
    await setDocuments(database, rows.firestore);

    expect(await firestoreToldStore(database).load(KEY)).toEqual({ state: TOLD, version: 2 });
  });

  it("should be neither read nor replaced when a later version wrote them", async () => {
    const database = firestore().createDatabase();
    await write(firestoreToldStore(database));
    for (const { ref } of await documentsOf(database)) await ref.update({ shape: 2 });

    await expect(firestoreToldStore(firestore().createClient()).load(KEY)).rejects.toMatchObject(NEWER);
  });
});

// Helpers

async function write(store: ToldStore): Promise<void> {
  await store.save(KEY, { claimedUntil: TOLD.claimedUntil }, 0);
  await store.save(KEY, TOLD, 1);
}

function namesOf(row: object): string {
  return [...Object.keys(row)].sort().join();
}
