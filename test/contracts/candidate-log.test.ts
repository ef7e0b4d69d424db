import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dynamoCandidateLog } from "../../functions/aws/adapters/dynamodb/candidate-log";
import { firestoreCandidateLog } from "../../functions/gcp/adapters/firestore/candidate-log";
import { memoryCandidateLog } from "../../functions/memory/promotion";
import { fileCandidateLog } from "../../local/files/file-stores";
import { describeCandidateLog } from "./candidate-log.contract";
import { NOW } from "./coordination-samples";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";
import { candidateRecordOf } from "./promotion-samples";
import { documentsOf, itemsOf } from "./stored-rows/load-rows";

const RETENTION_MS = 90 * 86_400_000;
const EXPIRES_AT = NOW + 120_000 + RETENTION_MS;
const ERASED = candidateRecordOf({ approvedBy: ["erased"], by: "erased" });

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describeCandidateLog({ name: "memory", create: () => memoryCandidateLog() });

describeCandidateLog({
  name: "files",
  create: () => {
    const folder = mkdtempSync(join(tmpdir(), "retrigger-candidates-"));
    folders.push(folder);
    return fileCandidateLog(folder);
  },
});

describeWithDynamoDb("DynamoDB", (dynamoDb) => {
  describeCandidateLog({
    name: "DynamoDB",
    create: async () => dynamoCandidateLog(dynamoDb().client, await dynamoDb().createTable(), RETENTION_MS),
  });

  it("should keep a step that is replaced no longer than it was to be kept", async () => {
    const table = await dynamoDb().createTable();
    const log = dynamoCandidateLog(dynamoDb().client, table, RETENTION_MS);

    for (const record of [candidateRecordOf(), ERASED]) await log.record(record);

    const items = await itemsOf(dynamoDb().client, table);
    expect(items.map(({ expires_at }) => expires_at)).toEqual([{ N: String(EXPIRES_AT / 1_000) }]);
  });
});

describeWithFirestore("Firestore", (firestore) => {
  describeCandidateLog({ name: "Firestore", create: () => firestoreCandidateLog(firestore().createDatabase(), RETENTION_MS) });

  it("should keep a step that is replaced no longer than it was to be kept", async () => {
    const database = firestore().createDatabase();
    const log = firestoreCandidateLog(database, RETENTION_MS);

    for (const record of [candidateRecordOf(), ERASED]) await log.record(record);

    const documents = await documentsOf(database);
    expect(documents.map((document) => document.get("expireAt").toMillis())).toEqual([EXPIRES_AT]);
  });
});
