import { type AttributeValue, type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Firestore } from "@google-cloud/firestore";
import { dynamoBatchStore } from "../../functions/aws/adapters/dynamodb/batch-store";
import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoDriftLog } from "../../functions/aws/adapters/dynamodb/drift-log";
import {
  dynamoCoordinatorStore,
  dynamoDriftHistoryStore,
  dynamoHeartbeatStore,
} from "../../functions/aws/adapters/dynamodb/versioned-store";
import { initialState } from "../../functions/core/coordination/coordinator-state";
import { modelList } from "../../functions/core/model-settings";
import type { LeftOut } from "../../functions/core/state-layout";
import { changeRecord } from "../../functions/core/versioned-store";
import { firestoreBatchStore } from "../../functions/gcp/adapters/firestore/batch-store";
import { firestoreDecisionLog } from "../../functions/gcp/adapters/firestore/decision-log";
import { firestoreDriftLog } from "../../functions/gcp/adapters/firestore/drift-log";
import {
  firestoreCoordinatorStore,
  firestoreDriftHistoryStore,
  firestoreHeartbeatStore,
} from "../../functions/gcp/adapters/firestore/versioned-store";
import { collect, MODEL, segmentOf, TERMS } from "./batch-store/samples";
import { decisionOf, NOW } from "./coordination-samples";
import { driftRecordOf } from "./drift-samples";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";
import { documentsOf, itemsOf, putItems, setDocuments } from "./stored-rows/load-rows";
import rowsOf2026 from "./stored-rows/rows-2026-11.json";
import rowsOfNovember30 from "./stored-rows/rows-2026-11-30.json";
import rowsOfShape1 from "./stored-rows/rows-shape-1.json";
import { type RowStores, readRows, writeRows } from "./stored-rows/samples";
import settingsOf2026 from "./stored-rows/settings-2026-11.json";

// Keys, fields and encodings of what is deployed are a promise: a later program reads what an earlier one wrote. A test here that
// fails says that a stack which is running now would lose its state with the next deployment. `rows-2026-11.json` holds what the
// program of that month wrote, and what it read of it, `rows-shape-1.json` what was written once most rows told their shape,
// `rows-2026-11-30.json` once every one did, and `settings-2026-11.json` rows of settings. They are never written again.

const CORPUS = [
  ["2026-11, without a shape", rowsOf2026],
  ["shape 1", rowsOfShape1],
  ["2026-11-30, a shape on every row", rowsOfNovember30],
] as const;

const RETENTION_MS = 400 * 86_400_000;

describeWithDynamoDb("rows of DynamoDB", (dynamoDb) => {
  it("should keep their keys and attributes", async () => {
    // Arrange
    const table = await dynamoDb().createTable();

    // Act
    await writeRows(dynamoStores(dynamoDb().client, table));

    // Assert
    const items = await itemsOf(dynamoDb().client, table);
    expect(items.map(({ pk, sk, ...rest }) => `${pk?.S} | ${sk?.S} | ${namesOf(rest)}`).sort()).toEqual([
      "batch#flights | head | batches,generation,lastPublished,shape",
      "batch#flights | segment#0000000001#s1 | data,expires_at,shape",
      "batch#flights | segment#0000000002#s2 | data,expires_at,shape",
      "batch#flights | segment#0000000003#s3 | data,expires_at,shape",
      "batch#flights | segment#0000000004#übrig/4 | data,expires_at,shape",
      "coordinator#flights | state | savedAs,shape,state,version",
      "decisions#flights | 001795262400000#data/flights/12#defer | entry,expires_at,requestId,shape",
      "drift#flights | state | savedAs,shape,state,version",
      "drifts#flights | 0001795258800000#894dcf52487911f634146822a387f92c2b5d34d4cd65d332b75661c4f436b087 | data,expires_at,shape",
      "drifts#flights | 0001795258800000#fd8f46f53b8259d688a3dc82194cb7c51480f173a709f85161351da04c8812f2 | data,expires_at,shape",
      "heartbeats#all | state | savedAs,shape,state,version",
      "request#data/flights/12 | decision#001795262400000#defer | data,expires_at,shape",
      "request#data/flights/12 | run | actualUsd,endedAt,expires_at,mix,requestId,runId,settledBy,shape,status",
    ]);
  });

  it.each(CORPUS)("should be read as an earlier program wrote them: %s", async (_, written) => {
    // Arrange
    const table = await dynamoDb().createTable();
    await putItems(dynamoDb().client, table, written.dynamodb);

    // Act
    const values = await readRows(dynamoStores(dynamoDb().client, table));

    // Assert
    expect(values).toEqual(written.values);
  });
});

describe("rows of settings", () => {
  it("should be read as an earlier program wrote them, without a shape or of the first", () => {
    const rows = settingsOf2026.flatMap((settings) => [undefined, 1].map((shape) => ({ model: settings.model, settings, shape })));

    const list = modelList(rows);

    expect(list.unreadable).toBeUndefined();
    expect(list).toEqual(rows.map(({ settings }) => settings));
  });
});

describe("rows of settings of before 2026-12, whose policy of volume was called adaptive", () => {
  const [row] = settingsOf2026;
  const former = { ...row, policy: { ...row?.policy, adaptive: { objects: 5_000, ageMs: 604_800_000 } } };

  it("should be read as what they meant", () => {
    const [model] = modelList([{ model: "flight-delay", settings: former, shape: 1 }]);

    expect(model?.policy).toEqual({ ...row?.policy, volume: { objects: 5_000, ageMs: 604_800_000 } });
  });

  it("should not be taken for the policy that has the name now", () => {
    const adaptive = { price: { steps: 0.5 }, stepMs: 86_400_000 };
    const [model] = modelList([{ model: "flight-delay", settings: { ...row, policy: { ...row?.policy, adaptive } }, shape: 1 }]);

    expect(model?.policy).toEqual({ ...row?.policy, adaptive });
  });
});

describeWithDynamoDb("rows of DynamoDB of a later version", (dynamoDb) => {
  it("should be neither read nor replaced, and stop no other model", async () => {
    // Arrange
    const table = await dynamoDb().createTable();
    const { client } = dynamoDb();
    await writeRows(dynamoStores(client, table));
    for (const { pk, sk } of (await itemsOf(client, table)).filter(isOfModel)) {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk, sk } as Record<string, AttributeValue>,
          UpdateExpression: "SET shape = :two",
          ExpressionAttributeValues: { ":two": { N: "2" } },
        }),
      );
    }
    const before = await itemsOf(client, table);

    // Act and assert
    await expectUntouched((leftOut) => dynamoStores(client, table, leftOut));
    expect(await itemsOf(client, table)).toEqual(expect.arrayContaining(before.filter(isOfModel)));
  });
});

describeWithFirestore("rows of Firestore of a later version", (firestore) => {
  it("should be neither read nor replaced, and stop no other model", async () => {
    // Arrange
    const database = firestore().createDatabase();
    await writeRows(firestoreStores(database));
    const raised = (await documentsOf(database)).filter(({ ref }) => !ref.path.startsWith("heartbeats/")).map(({ ref }) => ref);
    for (const document of raised) await document.update({ shape: 2 });
    const read = () => Promise.all(raised.map(async (document) => (await document.get()).data()));
    const before = await read();

    // Act and assert: an instance that has not seen the rows before
    await expectUntouched((leftOut) => firestoreStores(firestore().createClient(), leftOut));
    expect(await read()).toEqual(before);
  });
});

describeWithFirestore("rows of Firestore", (firestore) => {
  it("should keep their paths and fields", async () => {
    // Arrange
    const database = firestore().createDatabase();

    // Act
    await writeRows(firestoreStores(database));

    // Assert
    const documents = await documentsOf(database);
    expect(documents.map((document) => `${document.ref.path} | ${namesOf(document.data())}`).sort()).toEqual([
      "batches/flights | lastPublished,open,pending,shape",
      "batches/flights/generations/1/segments/s1 | data,expireAt,isSealed,savedAs,shape",
      "batches/flights/generations/2/segments/s2 | data,expireAt,isSealed,savedAs,shape",
      "batches/flights/generations/3/segments/s3 | data,expireAt,isSealed,savedAs,shape",
      "batches/flights/generations/4/segments/%C3%BCbrig%2F4 | data,expireAt,isSealed,savedAs,shape",
      "coordinators/flights | savedAs,shape,state,version",
      "decisions/9bf46cb86f21b83bc1803ced04203c9ceac49fb6ac2bf8f46b142d4eff88543c | data,expireAt,order,requestId,shape",
      "driftHistories/flights | savedAs,shape,state,version",
      "drifts/3a0b6d5fa78181f2fa1d26e7c4b16db59be2955122222d08bc2c09c4b24f81ca | data,expireAt,order,shape",
      "drifts/6bc339e0bb97076a1e28904621548d6374a3767fa67badd4f5ea0f2c648ba24a | data,expireAt,order,shape",
      "heartbeats/all | savedAs,shape,state,version",
      "runs/d7fe75cfbc5cdf7d74e990feb2b211c9d4e7afcda638eb46e0a04fa152f05869 | actualUsd,endedAt,expireAt,mix,requestId,runId,settledBy,shape,status",
    ]);
  });

  it.each(CORPUS)("should be read as an earlier program wrote them: %s", async (_, written) => {
    // Arrange
    const database = firestore().createDatabase();
    await setDocuments(database, written.firestore);

    // Act
    const values = await readRows(firestoreStores(database));

    // Assert
    expect(values).toEqual(written.values);
  });
});

// Helpers

function isOfModel({ pk }: Record<string, AttributeValue>): boolean {
  return pk?.S?.includes(MODEL) === true;
}

/** Tries all that reads or writes the records of the model whose rows a later version wrote, and of another one. */
async function expectUntouched(create: (leftOut?: LeftOut) => RowStores): Promise<void> {
  const { batches, states, histories, decisions, drifts } = create();
  const newer = {
    message: expect.stringMatching(/^the (item|document) .* is not .*; .*deploy the version of Retrigger that wrote it/),
    cause: expect.objectContaining({ message: expect.stringContaining("got a row of shape 2, expected at most 1") }),
  };
  const changed = (store: RowStores["states"]) =>
    changeRecord(
      store,
      MODEL,
      () => initialState(0),
      (state) => ({ state: { ...state, effects: state.effects + 1 } }),
    );
  await expect(batches.readHead(MODEL)).rejects.toMatchObject(newer);
  await expect(batches.append(MODEL, 4, segmentOf("late", 1), TERMS, 5_000)).rejects.toMatchObject(newer);
  await expect(batches.seal(MODEL, 4, "window", TERMS, 5_000)).rejects.toMatchObject(newer);
  await expect(states.load(MODEL)).rejects.toMatchObject(newer);
  await expect(changed(states)).rejects.toMatchObject(newer);
  await expect(histories.load(MODEL)).rejects.toMatchObject(newer);
  await expect(collect(batches.readSegments(MODEL, [1]))).rejects.toMatchObject(newer);
  const { requestId } = decisionOf();
  await expect(decisions.read(requestId)).rejects.toMatchObject(newer);
  await expect(decisions.readRun(requestId)).rejects.toMatchObject(newer);
  await expect(decisions.recordRun(requestId, "other")).rejects.toMatchObject(newer);
  await expect(decisions.recordOutcome({ requestId, status: "failed", actualUsd: 0 }, NOW)).rejects.toMatchObject(newer);
  await expect(decisions.list(MODEL, 10)).rejects.toMatchObject(newer);
  await expect(collect(decisions.between(MODEL, {}))).rejects.toMatchObject(newer);
  await expect(drifts.record(driftRecordOf())).rejects.toMatchObject(newer);
  await expect(drifts.list(MODEL, 10)).rejects.toMatchObject(newer);
  await expectLeftOut(create, newer);
  await states.save("weather", initialState(0), 0);
  const ofBoth = async (reading: Promise<readonly PromiseSettledResult<unknown>[]>) => (await reading).map(({ status }) => status);
  const each = ["rejected", "fulfilled"];
  expect(await ofBoth(batches.readHeads([MODEL, "weather"]))).toEqual(each);
  expect(await ofBoth(states.loadAll([MODEL, "weather"]))).toEqual(each);
  expect(await ofBoth(histories.loadAll([MODEL, "weather"]))).toEqual(each);
}

/** Lists for people have the rows that can be read, and tell of the others. */
async function expectLeftOut(create: (leftOut?: LeftOut) => RowStores, newer: object): Promise<void> {
  const leftOut: unknown[] = [];
  const { decisions, drifts } = create((problem) => leftOut.push(problem));
  const [decision, { evaluation, evaluatedAt }] = [
    decisionOf({ requestId: "data/flights/13", decidedAt: NOW - 1 }),
    driftRecordOf(),
  ];
  const record = { evaluation: { ...evaluation, reportId: "report-2" }, evaluatedAt };
  await decisions.record(decision);
  await drifts.record(record);
  expect(await decisions.list(MODEL, 10)).toEqual([decision]);
  expect(await decisions.list(MODEL, 1)).toEqual([]);
  expect((await collect(decisions.between(MODEL, {}))).flat()).toEqual([decision]);
  expect(await drifts.list(MODEL, 10)).toEqual([record]);
  expect(leftOut).toEqual([1, 2, 3, 4, 5].map(() => expect.objectContaining(newer)));
  await expect(decisions.read(decisionOf().requestId)).rejects.toMatchObject(newer);
}

function dynamoStores(client: DynamoDBClient, table: string, leftOut?: LeftOut): RowStores {
  return {
    batches: dynamoBatchStore(client, table),
    states: dynamoCoordinatorStore(client, table),
    decisions: dynamoDecisionLog(client, table, RETENTION_MS, leftOut),
    histories: dynamoDriftHistoryStore(client, table),
    drifts: dynamoDriftLog(client, table, RETENTION_MS, leftOut),
    heartbeats: dynamoHeartbeatStore(client, table),
  };
}

function firestoreStores(firestore: Firestore, leftOut?: LeftOut): RowStores {
  return {
    batches: firestoreBatchStore(firestore),
    states: firestoreCoordinatorStore(firestore),
    decisions: firestoreDecisionLog(firestore, RETENTION_MS, leftOut),
    histories: firestoreDriftHistoryStore(firestore),
    drifts: firestoreDriftLog(firestore, RETENTION_MS, leftOut),
    heartbeats: firestoreHeartbeatStore(firestore),
  };
}

function namesOf(row: object): string {
  return [...Object.keys(row)].sort().join();
}
