import { type AttributeValue, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { dynamoCandidateLog } from "../../functions/aws/adapters/dynamodb/candidate-log";
import { dynamoPromotionStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import type { CandidateLog, PromotionStore } from "../../functions/core/promotion/ports";
import { type LeftOut, LOG_RETENTION_MS } from "../../functions/core/state-layout";
import { firestoreCandidateLog } from "../../functions/gcp/adapters/firestore/candidate-log";
import { firestorePromotionStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";
import { candidateOf, candidateRecordOf, fullPromotion, rolledPromotion, rolloutStepOf } from "./promotion-samples";
import { documentsOf, itemsOf, putItems, setDocuments } from "./stored-rows/load-rows";
import rowsOfNovember30 from "./stored-rows/promotion-2026-11-30.json";
import rowsOfDecember1 from "./stored-rows/promotion-2026-12-01.json";

// As in stored-rows.test.ts: each file holds what the program of its day wrote of promotion, and what it read of it; that of
// December 1 is of a rollout. They are never written again.

const CORPUS = [
  ["2026-11-30", rowsOfNovember30],
  ["2026-12-01", rowsOfDecember1],
] as const;

const MODEL = "flights";
const FIRST = candidateRecordOf({ candidate: candidateOf(0), number: 0, step: "waiting" });

describeWithDynamoDb("rows of promotion in DynamoDB", (dynamoDb) => {
  const storesOf = (table: string, leftOut?: LeftOut): PromotionStores => ({
    promotions: dynamoPromotionStore(dynamoDb().client, table),
    candidates: dynamoCandidateLog(dynamoDb().client, table, LOG_RETENTION_MS, leftOut),
  });

  it("should keep their keys and attributes", async () => {
    const table = await dynamoDb().createTable();

    await writeRows(storesOf(table));

    const items = await itemsOf(dynamoDb().client, table);
    expect(items.map(({ pk, sk, ...rest }) => `${pk?.S} | ${sk?.S} | ${namesOf(rest)}`).sort()).toEqual([
      "candidates#flights | 0001795262400000#candidate/flights/delays-0#0000000000000000 | data,expires_at,shape",
      "candidates#flights | 0001795262460000#candidate/flights/delays-1#0000000000000003 | data,expires_at,shape",
      "promotion#flights | state | savedAs,shape,state,version",
    ]);
  });

  it.each(CORPUS)("should be read as the program of %s wrote them", async (_day, rows) => {
    const table = await dynamoDb().createTable();
    await putItems(dynamoDb().client, table, rows.dynamodb);

    expect(await readRows(storesOf(table))).toEqual(rows.values);
  });

  it("should keep a rollout, and a step of it, as they are", async () => {
    const stores = storesOf(await dynamoDb().createTable());

    expect(await rolledBack(stores)).toEqual([rolledPromotion(), [rolloutStepOf()]]);
  });

  it("should be neither read nor replaced when a later version wrote them, and be left out of lists for people", async () => {
    // Arrange
    const table = await dynamoDb().createTable();
    await writeRows(storesOf(table));
    for (const { pk, sk } of await itemsOf(dynamoDb().client, table)) {
      const Key = { pk, sk } as Record<string, AttributeValue>;
      const raise = { UpdateExpression: "SET shape = :two", ExpressionAttributeValues: { ":two": { N: "2" } } };
      await dynamoDb().client.send(new UpdateItemCommand({ TableName: table, Key, ...raise }));
    }
    const before = await itemsOf(dynamoDb().client, table);

    // Act and assert
    await expectUntouched((leftOut) => storesOf(table, leftOut));
    expect(await itemsOf(dynamoDb().client, table)).toEqual(before);
  });
});

describeWithFirestore("rows of promotion in Firestore", (firestore) => {
  const storesOf = (database = firestore().createDatabase(), leftOut?: LeftOut): PromotionStores => ({
    promotions: firestorePromotionStore(database),
    candidates: firestoreCandidateLog(database, LOG_RETENTION_MS, leftOut),
  });

  it("should keep their paths and fields", async () => {
    const database = firestore().createDatabase();

    await writeRows(storesOf(database));

    const documents = await documentsOf(database);
    expect(documents.map((document) => `${document.ref.path} | ${namesOf(document.data())}`).sort()).toEqual([
      "candidates/6cd138cd1ed3ab11aa05bd1400c1b68267ccae6385881f0c160d58517ba64603 | data,expireAt,order,shape",
      "candidates/c208bde4208cc4114ad13ef4d9b675ff3028fd139e6a89f111ac1e941ac2823e | data,expireAt,order,shape",
      "promotions/flights | savedAs,shape,state,version",
    ]);
  });

  it.each(CORPUS)("should be read as the program of %s wrote them", async (_day, rows) => {
    const database = firestore().createDatabase();
    await setDocuments(database, rows.firestore);

    expect(await readRows(storesOf(database))).toEqual(rows.values);
  });

  it("should keep a rollout, and a step of it, as they are", async () => {
    expect(await rolledBack(storesOf())).toEqual([rolledPromotion(), [rolloutStepOf()]]);
  });

  it("should be neither read nor replaced when a later version wrote them, and be left out of lists for people", async () => {
    // Arrange
    const database = firestore().createDatabase();
    await writeRows(storesOf(database));
    const documents = await documentsOf(database);
    for (const { ref } of documents) await ref.update({ shape: 2 });
    const read = () => Promise.all(documents.map(async ({ ref }) => (await ref.get()).data()));
    const before = await read();

    // Act and assert: an instance that has not seen the rows before
    await expectUntouched((leftOut) => storesOf(firestore().createClient(), leftOut));
    expect(await read()).toEqual(before);
  });
});

// Helpers

interface PromotionStores {
  readonly promotions: PromotionStore;
  readonly candidates: CandidateLog;
}

/** Writes rows of every kind, with every field that one can have. */
async function writeRows({ promotions, candidates }: PromotionStores): Promise<void> {
  await promotions.save(MODEL, fullPromotion(), 0);
  for (const record of [FIRST, candidateRecordOf()]) await candidates.record(record);
}

/** What the stores say of a rollout that was written. */
async function rolledBack({ promotions, candidates }: PromotionStores): Promise<readonly unknown[]> {
  await promotions.save(MODEL, rolledPromotion(), 0);
  await candidates.record(rolloutStepOf());
  return [(await promotions.load(MODEL))?.state, await candidates.read(MODEL, candidateOf(1).id)];
}

/** What the stores say of all that `writeRows` wrote. */
async function readRows({ promotions, candidates }: PromotionStores): Promise<readonly unknown[]> {
  return [await promotions.load(MODEL), await candidates.list(MODEL, 10), await candidates.read(MODEL, candidateOf(1).id)];
}

async function expectUntouched(create: (leftOut?: LeftOut) => PromotionStores): Promise<void> {
  const { promotions, candidates } = create();
  const newer = {
    message: expect.stringMatching(/^the (item|document) .* is not .*; .*deploy the version of Retrigger that wrote it/),
    cause: expect.objectContaining({ message: expect.stringContaining("got a row of shape 2, expected at most 1") }),
  };
  const changed = promotions.load(MODEL).then((loaded) => promotions.save(MODEL, fullPromotion(), loaded?.version ?? 0));
  await expect(changed).rejects.toMatchObject(newer);
  await expect(candidates.list(MODEL, 10)).rejects.toMatchObject(newer);
  await expect(candidates.read(MODEL, FIRST.candidate.id)).rejects.toMatchObject(newer);
  await expect(candidates.record({ ...FIRST, why: "another" })).rejects.toMatchObject(newer);
  const leftOut: unknown[] = [];
  expect(await create((problem) => leftOut.push(problem)).candidates.list(MODEL, 10)).toEqual([]);
  expect(leftOut).toEqual([1, 2].map(() => expect.objectContaining(newer)));
}

function namesOf(row: object): string {
  return [...Object.keys(row)].sort().join();
}
