import { inflateRawSync } from "node:zlib";
import { type AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { FirestoreMock } from "@firebase-bridge/firestore-admin";
import type { DocumentReference, Firestore } from "@google-cloud/firestore";
import * as z from "zod/mini";
import { dynamoBatchStore } from "../../../functions/aws/adapters/dynamodb/batch-store";
import { dynamoCandidateLog } from "../../../functions/aws/adapters/dynamodb/candidate-log";
import { dynamoDecisionLog } from "../../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoDriftLog } from "../../../functions/aws/adapters/dynamodb/drift-log";
import { dynamoInstancePrices, dynamoModelSettings } from "../../../functions/aws/adapters/dynamodb/model-settings";
import {
  dynamoCoordinatorStore,
  dynamoDeploymentStore,
  dynamoDriftHistoryStore,
  dynamoHeartbeatStore,
  dynamoPromotionStore,
  dynamoToldStore,
} from "../../../functions/aws/adapters/dynamodb/versioned-store";
import { batchHeadSchema } from "../../../functions/core/batching/batch";
import { landedObjectSchema } from "../../../functions/core/batching/landed-object";
import { coordinatorStateSchema } from "../../../functions/core/coordination/coordinator-state";
import { decisionSchema } from "../../../functions/core/coordination/decision";
import { runRecordSchema } from "../../../functions/core/coordination/ports";
import { turnCalendar } from "../../../functions/core/coordination/turn-calendar";
import { type DeploymentStore, deploymentSchema } from "../../../functions/core/deployment-id";
import { driftStateSchema } from "../../../functions/core/drift/drift-state";
import { driftRecordSchema } from "../../../functions/core/drift/ports";
import { type ModelList, modelSettingsSchema } from "../../../functions/core/model-settings";
import { type ToldStore, tellingKey, tellingSchema } from "../../../functions/core/notices/chats/telling";
import { plainLine } from "../../../functions/core/plain-text";
import type { CandidateLog, PromotionStore } from "../../../functions/core/promotion/ports";
import { candidateRecordSchema, promotionStateSchema } from "../../../functions/core/promotion/promotion-state";
import { heartbeatsSchema } from "../../../functions/core/schedules/schedule-settings";
import { firestoreBatchStore } from "../../../functions/gcp/adapters/firestore/batch-store";
import { firestoreCandidateLog } from "../../../functions/gcp/adapters/firestore/candidate-log";
import { firestoreDecisionLog } from "../../../functions/gcp/adapters/firestore/decision-log";
import { firestoreDriftLog } from "../../../functions/gcp/adapters/firestore/drift-log";
import { firestoreModelSettings } from "../../../functions/gcp/adapters/firestore/model-settings";
import {
  firestoreCoordinatorStore,
  firestoreDeploymentStore,
  firestoreDriftHistoryStore,
  firestoreHeartbeatStore,
  firestorePromotionStore,
  firestoreToldStore,
} from "../../../functions/gcp/adapters/firestore/versioned-store";
import { deflatedJson } from "../../../functions/node/deflated-json";
import promotionRows from "../../contracts/stored-rows/promotion-2026-11-30.json";
import rows from "../../contracts/stored-rows/rows-shape-1.json";
import type { RowStores } from "../../contracts/stored-rows/samples";
import settings from "../../contracts/stored-rows/settings-2026-11.json";
import tellingRows from "../../contracts/stored-rows/telling-2026-12-01.json";
import { Mistakes, naming, type Parser } from "../parser";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const MODEL = "flights";
const REQUEST = "data/flights/12";

/** The database in this process takes some milliseconds for each. */
const SLOW = { mutants: 20 };

const [FIRST] = settings;
const GOOD = { ...FIRST, model: "weather" };
const SETTINGS_DATABASE = emptyDatabase();

/** All that reads rows of one cloud. */
interface Stores extends RowStores {
  readonly promotions: PromotionStore;
  readonly candidates: CandidateLog;
  readonly deployments: DeploymentStore;
  readonly told: ToldStore;
  readonly settings: () => Promise<ModelList>;
}

/** One kind of row: where it is on either cloud, and what reads it. */
interface RowKind {
  readonly name: string;
  readonly of: readonly string[];
  /** Keys of the item. */
  readonly item: readonly [pk: string, sk: string];
  /** Absent for what Firestore has no document of. */
  readonly document?: string;
  readonly read: (stores: Stores) => Promise<unknown>;
}

const KINDS: readonly RowKind[] = [
  {
    name: "heads of batches",
    of: ["functions/core/batching/batch.ts", ...both("batch-rows")],
    item: ["batch#flights", "head"],
    document: "batches/flights",
    read: async ({ batches }) => batchHeadSchema.parse(await batches.readHead(MODEL)),
  },
  {
    name: "segments",
    of: both("batch-rows"),
    item: ["batch#flights", "segment#0000000003#s3"],
    document: "batches/flights/generations/3/segments/s3",
    read: async ({ batches }) => {
      for await (const { objects } of batches.readSegments(MODEL, [3])) objects.map((object) => landedObjectSchema.parse(object));
    },
  },
  {
    name: "states of the coordinator",
    of: [
      "functions/core/coordination/coordinator-state.ts",
      "functions/node/record-codecs.ts",
      "functions/core/state-layout.ts",
      ...both("versioned-store"),
    ],
    item: ["coordinator#flights", "state"],
    document: "coordinators/flights",
    read: async ({ states }) => {
      const { version, state } = await present(states.load(MODEL));
      z.int().parse(version);
      turnCalendar(coordinatorStateSchema.parse(state), NOW);
    },
  },
  {
    name: "decisions",
    of: ["functions/core/coordination/decision.ts", ...both("decision-log")],
    item: [`request#${REQUEST}`, "decision#001795262400000#defer"],
    document: "decisions/9bf46cb86f21b83bc1803ced04203c9ceac49fb6ac2bf8f46b142d4eff88543c",
    read: async ({ decisions }) => {
      const { decisions: read = [] } = (await decisions.read(REQUEST)) ?? {};
      read.map((decision) => decisionSchema.parse(decision));
    },
  },
  {
    name: "the index of decisions",
    of: ["functions/aws/adapters/dynamodb/decision-log.ts"],
    item: ["decisions#flights", "001795262400000#data/flights/12#defer"],
    read: ({ decisions }) => decisions.list(MODEL, 10),
  },
  {
    name: "runs",
    of: ["functions/core/coordination/ports.ts", ...both("decision-log")],
    item: [`request#${REQUEST}`, "run"],
    document: "runs/d7fe75cfbc5cdf7d74e990feb2b211c9d4e7afcda638eb46e0a04fa152f05869",
    read: async ({ decisions }) => runRecordSchema.parse(await decisions.readRun(REQUEST)),
  },
  {
    name: "drift histories",
    of: ["functions/core/drift/drift-state.ts", "functions/node/drift-codecs.ts", ...both("versioned-store")],
    item: ["drift#flights", "state"],
    document: "driftHistories/flights",
    read: async ({ histories }) => driftStateSchema.parse((await present(histories.load(MODEL))).state),
  },
  {
    name: "evaluations of drift",
    of: ["functions/core/drift/ports.ts", "functions/node/drift-codecs.ts", ...both("recorded-rows")],
    item: ["drifts#flights", "*"],
    document: "drifts/3a0b6d5fa78181f2fa1d26e7c4b16db59be2955122222d08bc2c09c4b24f81ca",
    read: async ({ drifts }) => (await drifts.list(MODEL, 10)).map((record) => driftRecordSchema.parse(record)),
  },
  {
    name: "records of watched schedules",
    of: ["functions/core/schedules/schedule-settings.ts", "functions/node/record-codecs.ts", ...both("versioned-store")],
    item: ["heartbeats#all", "state"],
    document: "heartbeats/all",
    read: async ({ heartbeats }) => heartbeatsSchema.parse((await present(heartbeats.load("all"))).state),
  },
  {
    name: "states of promotion",
    of: [
      "functions/core/promotion/promotion-state.ts",
      "functions/core/promotion/candidate.ts",
      "functions/core/promotion/guardrails/guardrail.ts",
      "functions/node/promotion-codecs.ts",
      ...both("versioned-store"),
    ],
    item: ["promotion#flights", "state"],
    document: "promotions/flights",
    read: async ({ promotions }) => promotionStateSchema.parse((await present(promotions.load(MODEL))).state),
  },
  {
    name: "steps of candidates",
    of: ["functions/core/promotion/promotion-state.ts", "functions/node/promotion-codecs.ts", ...both("recorded-rows")],
    item: ["candidates#flights", "*"],
    document: "candidates/6cd138cd1ed3ab11aa05bd1400c1b68267ccae6385881f0c160d58517ba64603",
    read: async ({ candidates }) => (await candidates.list(MODEL, 10)).map((record) => candidateRecordSchema.parse(record)),
  },
  {
    name: "records of deployments",
    of: ["functions/core/deployment-id.ts", "functions/node/record-codecs.ts", ...both("versioned-store")],
    item: ["deployment#this", "state"],
    document: "deployment/this",
    read: async ({ deployments }) => deploymentSchema.parse((await present(deployments.load("this"))).state),
  },
  {
    name: "records of tellings",
    of: ["functions/core/notices/chats/telling.ts", "functions/node/record-codecs.ts", ...both("versioned-store")],
    item: ["telling#slack#data/flights/12#ask", "state"],
    document: "tellings/7e4f4a053f15c3dc74535c0e1d98019d9799e45adf8de2db03a5fd9d96172249",
    read: async ({ told }) => tellingSchema.parse((await present(told.load(tellingKey("slack", "data/flights/12#ask")))).state),
  },
];

/** Rows of the state stores of both clouds, as a person, another program or a broken disk may have left them. */
export const storedRows: readonly Parser[] = [
  ...KINDS.map(ofDynamoDb),
  ...KINDS.flatMap((kind) => (kind.document === undefined ? [] : [ofFirestore(kind, kind.document)])),
  ...(["DynamoDB", "Firestore"] as const).map(ofSettings),
  {
    name: "rows of DynamoDB: prices",
    of: ["functions/aws/adapters/dynamodb/model-settings.ts", "functions/aws/adapters/dynamodb/attribute-values.ts"],
    texts: ['{"usdPerHour":{"M":{"ml.m5.large":{"N":"0.115"},"ml.g5.xlarge":{"N":"1.2"}}}}'],
    read: async (text) => {
      const item = itemOf(text, ["prices", "sagemaker"]);
      const prices = await dynamoInstancePrices(answering(item), "table", 0, () => NOW)();
      if (![...prices.values()].every((price) => price >= 0)) throw new RangeError("got a price below 0");
    },
    refusal: naming("the prices in table", 100_000),
  },
];

function emptyDatabase(): Firestore {
  return new FirestoreMock().createDatabase("hostile").firestore();
}

function both(name: string): string[] {
  return [`functions/aws/adapters/dynamodb/${name}.ts`, `functions/gcp/adapters/firestore/${name}.ts`];
}

async function present<T>(loading: Promise<T | undefined>): Promise<T> {
  const loaded = await loading;
  if (loaded === undefined) throw new RangeError("got no record; expected the one that is there");
  return loaded;
}

function ofDynamoDb({ name, of, item: [pk, sk], read }: RowKind): Parser {
  const row = [...rows.dynamodb, ...promotionRows.dynamodb, ...tellingRows.dynamodb].find(
    (one) => one.pk.S === pk && (sk === "*" || one.sk.S === sk),
  );
  if (row === undefined) throw new RangeError(`there is no row ${pk}, ${sk}`);
  const { pk: _pk, sk: ownSk, ...attributes } = row;
  return {
    mutants: 60,
    name: `rows of DynamoDB: ${name}`,
    of: of.filter((file) => !file.includes("/gcp/")),
    texts: [
      JSON.stringify(unpacked(attributes)),
      JSON.stringify({ ...unpacked(attributes), note: { SS: ["checked", "by hand"] } }),
    ],
    read: (text) => read(dynamoStores(answering(itemOf(text, [pk, ownSk.S])))),
    refusal: naming(pk),
  };
}

function ofFirestore({ name, of, read }: RowKind, path: string): Parser {
  const row = [...rows.firestore, ...promotionRows.firestore, ...tellingRows.firestore].find((one) => one.path === path);
  if (row === undefined) throw new RangeError(`there is no row ${path}`);
  const database = emptyDatabase();
  return {
    ...SLOW,
    name: `rows of Firestore: ${name}`,
    of: of.filter((file) => !file.includes("/aws/")),
    texts: [JSON.stringify(unpacked(row.fields))],
    read: async (text) => {
      const fields = packed(jsonOf(text), false);
      return (await setIfHeld(database.doc(path), Object(fields))) ? await read(firestoreStores(database)) : undefined;
    },
    refusal: naming(path),
  };
}

/** A row that cannot be read is told with its model, and the other one is read. */
function ofSettings(store: "DynamoDB" | "Firestore"): Parser {
  return {
    ...(store === "Firestore" && SLOW),
    name: `rows of ${store}: settings`,
    of: [...both("model-settings"), "functions/core/model-settings.ts"].filter(
      (file) => !file.includes(store === "DynamoDB" ? "/gcp/" : "/aws/"),
    ),
    texts: settings.map((one) => JSON.stringify({ settings: { ...one, model: "hostile" }, shape: 1 })),
    read: async (text) => {
      const { settings: hostile, shape } = Object(jsonOf(text));
      const list = await (store === "DynamoDB" ? dynamoSettings(hostile, shape) : firestoreSettings(hostile, shape));
      const { unreadable = [] } = list;
      if (!list.some(({ model }) => model === GOOD.model)) throw new RangeError("the other model is stopped too");
      list.map((one) => modelSettingsSchema.parse(one));
      Mistakes.check(unreadable.map(({ why }) => why.slice(0, 1_000)));
      if (new Set(list.map(({ model }) => model)).size < list.length) throw new RangeError("got two models of one name");
    },
    refusal: {
      isClean: (error) => error instanceof Mistakes && error.message.includes("the model hostile"),
      mostChars: 2_000,
      shown: plainLine,
    },
  };
}

async function dynamoSettings(hostile: unknown, shape: unknown): Promise<ModelList> {
  const rowOf = (sk: string, values: unknown, mark: unknown) => ({
    pk: { S: "settings" },
    sk: { S: sk },
    ...attributesOf({ settings: values, shape: mark }),
  });
  return await dynamoModelSettings(answering(rowOf("hostile", hostile, shape), rowOf("weather", GOOD, 1)), "table", {
    now: () => NOW,
  }).list();
}

async function firestoreSettings(hostile: unknown, shape: unknown): Promise<ModelList> {
  const database = SETTINGS_DATABASE;
  await database.doc("settings/weather").set({ settings: GOOD, shape: 1 });
  await setIfHeld(database.doc("settings/hostile"), { settings: hostile ?? null, shape: shape ?? null });
  return await firestoreModelSettings(database, { now: () => NOW }).list();
}

/** Attributes as DynamoDB has them, of what is not one, such as a plain text, the attribute that would hold it. */
function attributesOf(value: object): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(value).flatMap(([name, one]) => (one === undefined ? [] : [[name, attributeOf(one)]])));
}

function attributeOf(value: unknown): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  if (typeof value !== "object" || value === null) return { NULL: true };
  const { S, N, B, L, M, SS }: Readonly<Record<string, unknown>> = { ...value };
  if (typeof S === "string") return { S };
  if (typeof N === "string" && Number.isFinite(Number(N))) return { N };
  if (B instanceof Uint8Array) return { B };
  if (Array.isArray(L)) return { L: L.map(attributeOf) };
  if (Array.isArray(SS)) return { SS: SS.map((one) => (typeof one === "string" ? one : JSON.stringify(one))) };
  return { M: attributesOf(typeof M === "object" && M !== null ? M : value) };
}

function dynamoStores(client: DynamoDBClient): Stores {
  return {
    batches: dynamoBatchStore(client, "table"),
    states: dynamoCoordinatorStore(client, "table"),
    decisions: dynamoDecisionLog(client, "table"),
    histories: dynamoDriftHistoryStore(client, "table"),
    drifts: dynamoDriftLog(client, "table"),
    heartbeats: dynamoHeartbeatStore(client, "table"),
    promotions: dynamoPromotionStore(client, "table"),
    candidates: dynamoCandidateLog(client, "table"),
    deployments: dynamoDeploymentStore(client, "table"),
    told: dynamoToldStore(client, "table"),
    settings: () => dynamoModelSettings(client, "table", { now: () => NOW }).list(),
  };
}

function firestoreStores(database: Firestore): Stores {
  return {
    batches: firestoreBatchStore(database),
    states: firestoreCoordinatorStore(database),
    decisions: firestoreDecisionLog(database),
    histories: firestoreDriftHistoryStore(database),
    drifts: firestoreDriftLog(database),
    heartbeats: firestoreHeartbeatStore(database),
    promotions: firestorePromotionStore(database),
    candidates: firestoreCandidateLog(database),
    deployments: firestoreDeploymentStore(database),
    told: firestoreToldStore(database),
    settings: () => firestoreModelSettings(database, { now: () => NOW }).list(),
  };
}

/** False for what no document of Firestore holds, such as a list in a list. */
async function setIfHeld(document: DocumentReference, fields: object): Promise<boolean> {
  try {
    await document.set(fields);
    return true;
  } catch {
    return false;
  }
}

/** A client of a table that holds these items alone, whatever is asked of it. */
function answering(...items: readonly Record<string, AttributeValue>[]): DynamoDBClient {
  const client = new DynamoDBClient({ region: "eu-central-1" });
  const output = { $metadata: {}, Item: items[0], Items: items, Responses: { table: items } };
  client.middlewareStack.add(() => async () => ({ response: undefined, output }), { step: "initialize", priority: "high" });
  return client;
}

/** An item whose keys are as they must be, since DynamoDB finds it by them, and whose attributes are of some type of its. */
function itemOf(text: string, [pk, sk]: readonly [string, string]): Record<string, AttributeValue> {
  return { ...attributesOf(Object(packed(jsonOf(text)))), pk: { S: pk }, sk: { S: sk } };
}

const PACKED = "packed";

/** A row with its records as JSON in the place of their bytes, so that a mutant may be broken within; a segment stays as it is. */
function unpacked(value: object): object {
  if (Array.isArray(value)) return value;
  const bytes: unknown = Reflect.get(value, "B") ?? Reflect.get(value, "bytes");
  if (typeof bytes === "string") return unpackedRecord(bytes) ?? value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === "object" && member !== null ? unpacked(member) : member,
    ]),
  );
}

function unpackedRecord(base64: string): object | undefined {
  try {
    return { [PACKED]: JSON.parse(inflateRawSync(Buffer.from(base64, "base64")).toString("utf8")) };
  } catch {
    return undefined;
  }
}

/** The row of which `unpacked`, or a mutant of it, tells. */
function packed(value: unknown, isItem = true): unknown {
  if (Array.isArray(value)) return value.map((member) => packed(member, isItem));
  if (typeof value !== "object" || value === null) return value;
  const { B, bytes, time } = Object(value);
  if (Object.hasOwn(value, PACKED)) return bytesOf(deflatedJson(Reflect.get(value, PACKED) ?? null), isItem);
  if (typeof B === "string") return { B: Buffer.from(B, "base64") };
  if (typeof bytes === "string") return Buffer.from(bytes, "base64");
  if (typeof time === "number") return new Date(time);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, packed(member, isItem)]));
}

function bytesOf(bytes: Uint8Array, isItem: boolean): unknown {
  return isItem ? { B: bytes } : bytes;
}

/** What is no JSON is no row. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
