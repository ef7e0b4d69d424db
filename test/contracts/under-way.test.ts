import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Firestore } from "@google-cloud/firestore";
import Ajv2020 from "ajv/dist/2020";
import { fromItem } from "../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoBatchStore } from "../../functions/aws/adapters/dynamodb/batch-store";
import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoDriftLog } from "../../functions/aws/adapters/dynamodb/drift-log";
import { dynamoCoordinatorStore, dynamoDriftHistoryStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { firestoreBatchStore } from "../../functions/gcp/adapters/firestore/batch-store";
import { firestoreDecisionLog } from "../../functions/gcp/adapters/firestore/decision-log";
import { firestoreDriftLog } from "../../functions/gcp/adapters/firestore/drift-log";
import { firestoreCoordinatorStore, firestoreDriftHistoryStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { fromDeflatedJson } from "../../functions/node/deflated-json";
import { MODELS } from "../../local/clouds/local-clouds";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";
import { documentsOf, itemsOf, putItems, setDocuments } from "./stored-rows/load-rows";
import { CONCLUSIONS, setAside } from "./under-way/conclusions";
import readers from "./under-way/readers-2026-11-29.json";
import rowsOfNovember29 from "./under-way/rows-2026-11-29.json";
import { SETTINGS, SITUATIONS, type Situation, type UnderWayStores } from "./under-way/situations";

// An apply replaces functions one by one, while things are under way. `rows-2026-11-29.json` is what the program of that day left
// in the middle of each situation, `readers-2026-11-29.json` what its schemas read, as JSON Schemas. They are never written again.

const NAMES = Object.keys(SITUATIONS) as Situation[];

const DIGESTS = "driftState/history[]/windows[]: digests";
const EPISODES = "driftState: episodes";

/** The fields of today's records that the earlier program does not know and must not ignore: docs/deploy.md tells of them. */
const REFUSED: Readonly<Record<Situation, { readonly begun: readonly string[]; readonly concluded: readonly string[] }>> = {
  "a run": { begun: [], concluded: [] },
  "a start without an answer": { begun: ["state/outbox[]: isNamedByDeployment"], concluded: [] },
  "an approval": { begun: [], concluded: ["state: answers"] },
  "a pause": { begun: [], concluded: ["state: answers"] },
  "a record and a notice that could not be sent": { begun: [], concluded: [] },
  "a block by drift": { begun: [], concluded: ["state: answers"] },
  "a drift that could not be told": { begun: [DIGESTS, EPISODES], concluded: [DIGESTS, EPISODES] },
  "batches that wait, and an open one": { begun: [], concluded: [] },
};

describeWithDynamoDb("what is under way on DynamoDB", (dynamoDb) => {
  it.each(NAMES)("should be concluded where an earlier program began it: %s", async (name) => {
    const table = await dynamoDb().createTable();
    await putItems(dynamoDb().client, table, rowsOfNovember29[name].dynamodb);

    await CONCLUSIONS[name](dynamoStores(dynamoDb().client, table), { isEarlier: true });
  });

  it.each(NAMES)("should be concluded by another instance: %s", async (name) => {
    const table = await dynamoDb().createTable();
    await SITUATIONS[name](dynamoStores(dynamoDb().client, table));

    await CONCLUSIONS[name](dynamoStores(dynamoDb().client, table), { isEarlier: false });
  });

  it.each(NAMES)("should have all fields that an earlier program wrote: %s", async (name) => {
    const [earlier, table] = [await dynamoDb().createTable(), await dynamoDb().createTable()];
    const { client } = dynamoDb();
    await putItems(client, earlier, rowsOfNovember29[name].dynamodb);
    await SITUATIONS[name](dynamoStores(client, table));

    const paths = async (of: string) =>
      fieldsOf((await itemsOf(client, of)).map(fromItem), ({ pk, sk }) => withoutDriftHash(`${pk} ${sk}`));
    expect(await paths(table)).toEqual(expect.arrayContaining(await paths(earlier)));
  });
});

describeWithDynamoDb("the earlier program, after this one", (dynamoDb) => {
  it.each(NAMES)("should read what it knows, and refuse what it must not ignore: %s", async (name) => {
    const { client, createTable } = dynamoDb();
    const table = await createTable();
    const stores = dynamoStores(client, table);
    const refused = async () => {
      const problems = (await itemsOf(client, table)).map(fromItem).flatMap((item) => problemsOf(readerOf(item), item));
      const head = problemsOf("head", { held: await stores.batches.readHead(SETTINGS.model) });
      return [...new Set([...problems, ...head])].sort();
    };

    await SITUATIONS[name](stores);
    const begun = await refused();
    await CONCLUSIONS[name](stores, { isEarlier: false });

    expect({ begun, concluded: await refused() }).toEqual(REFUSED[name]);
  });

  it("should refuse a state with data that is set aside", async () => {
    const { client, createTable } = dynamoDb();
    const stores = dynamoStores(client, await createTable());
    await SITUATIONS["an approval"](stores);
    await setAside(stores);

    const held = (await stores.states.load(SETTINGS.model))?.state;
    expect(problemsOf("state", { held })).toEqual(["state: setAside", "state: answers"]);
  });
});

describe("the earlier program, before its own update", () => {
  it.each([...MODELS.aws, ...MODELS.gcp])("should read the settings that this one writes: $model", (settings) => {
    expect(problemsOf("settings", { held: JSON.parse(JSON.stringify(settings)) })).toEqual([]);
  });
});

describeWithFirestore("what is under way on Firestore", (firestore) => {
  it.each(NAMES)("should be concluded where an earlier program began it: %s", async (name) => {
    const database = firestore().createDatabase();
    await setDocuments(database, rowsOfNovember29[name].firestore);

    await CONCLUSIONS[name](firestoreStores(database), { isEarlier: true });
  });

  it.each(NAMES)("should be concluded by another instance: %s", async (name) => {
    await SITUATIONS[name](firestoreStores(firestore().createDatabase()));

    await CONCLUSIONS[name](firestoreStores(firestore().createClient()), { isEarlier: false });
  });

  it.each(NAMES)("should have all fields that an earlier program wrote: %s", async (name) => {
    const paths = async (of: Firestore) =>
      fieldsOf(
        (await documentsOf(of)).map((document) => ({ path: document.ref.path, ...document.data() })),
        ({ path }) => withoutDriftHash(String(path)),
      );
    const before = firestore().createDatabase();
    await setDocuments(before, rowsOfNovember29[name].firestore);
    const earlier = await paths(before);
    const database = firestore().createDatabase();
    await SITUATIONS[name](firestoreStores(database));

    expect(await paths(database)).toEqual(expect.arrayContaining(earlier));
  });
});

// Helpers

/** An evaluation of drift has another key than the earlier program gave it: its hash is of the report's contents too. */
function withoutDriftHash(key: string): string {
  return key.replace(/^(drifts.*)[0-9a-f]{64}$/, "$1");
}

function dynamoStores(client: DynamoDBClient, table: string): UnderWayStores {
  return {
    batches: dynamoBatchStore(client, table),
    states: dynamoCoordinatorStore(client, table),
    decisions: dynamoDecisionLog(client, table),
    histories: dynamoDriftHistoryStore(client, table),
    drifts: dynamoDriftLog(client, table),
  };
}

function firestoreStores(firestore: Firestore): UnderWayStores {
  return {
    batches: firestoreBatchStore(firestore),
    states: firestoreCoordinatorStore(firestore),
    decisions: firestoreDecisionLog(firestore),
    histories: firestoreDriftHistoryStore(firestore),
    drifts: firestoreDriftLog(firestore),
  };
}

type Row = Readonly<Record<string, unknown>>;

/** Every field of rows, as `<key of the row> <path>: <type>`, of records also what they hold. */
function fieldsOf(rows: readonly Row[], keyOf: (row: Row) => string): string[] {
  return rows.flatMap((row) => pathsOf(unpacked(row)).map((path) => `${keyOf(row)} ${path}`));
}

/** A row whose record, if it has one, is read in `held`: bytes that are no deflated JSON are those of a segment. */
function unpacked({ state, data, ...plain }: Row): Row {
  const record = state ?? data;
  if (!(record instanceof Uint8Array) || "isSealed" in plain || String(plain.sk).startsWith("segment#")) return plain;
  return { ...plain, held: fromDeflatedJson(record) };
}

function pathsOf(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => pathsOf(one, `${path}[]`));
  if (typeof value !== "object" || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([name, one]) => pathsOf(one, `${path}.${name}`));
}

const ajv = new Ajv2020({ strict: false, allErrors: true });

type Reader = keyof typeof readers;

function readerOf({ pk, sk }: Row): Reader | undefined {
  if (sk === "state") return String(pk).startsWith("coordinator#") ? "state" : "driftState";
  if (sk === "run") return "run";
  if (String(pk).startsWith("drifts#")) return "driftRecord";
  return String(sk).startsWith("decision#") ? "decision" : undefined;
}

/** What the reader says against a row, as `<reader> <path>: <field>`: the fields that it must not ignore, or what else is wrong. */
function problemsOf(reader: Reader | undefined, row: Row): string[] {
  if (reader === undefined) return [];
  const validate = ajv.compile(readers[reader]);
  const { held, ...plain } = unpacked(row);
  if (validate(held ?? plain)) return [];
  const errors = validate.errors ?? [];
  const unknown = errors.filter(({ keyword }) => keyword === "additionalProperties");
  return (unknown.length > 0 ? unknown : errors).map(
    ({ keyword, instancePath, params }) =>
      `${reader}${instancePath.replace(/\/\d+/g, "[]")}: ${params.additionalProperty ?? keyword}`,
  );
}
