import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { dynamoStartLog } from "../../../functions/aws/adapters/start-log";
import { describeWithDynamoDb } from "../../contracts/dynamodb-endpoint";

const RETENTION_MS = 86_400_000;

describeWithDynamoDb("dynamoStartLog", (dynamoDb) => {
  async function emptyLog() {
    const table = await dynamoDb().createTable();
    return { table, log: dynamoStartLog(dynamoDb().client, table, RETENTION_MS) };
  }

  it("should record the first intention and keep it", async () => {
    const { log } = await emptyLog();
    expect(await log.intend("data/flights/1", 1_000)).toEqual({ intendedAt: 1_000 });
    expect(await log.intend("data/flights/1", 2_000)).toEqual({ intendedAt: 1_000 });
    expect(await log.intend("data/flights/2", 3_000)).toEqual({ intendedAt: 3_000 });
  });

  it("should tell one of 16 callers at once the same as all others", async () => {
    const { log } = await emptyLog();
    const records = await Promise.all(Array.from({ length: 16 }, (_, n) => log.intend("data/flights/1", 1_000 + n)));
    expect(new Set(records.map(({ intendedAt }) => intendedAt)).size).toBe(1);
  });

  it("should know the run once it is recorded, however often", async () => {
    const { log } = await emptyLog();
    await log.intend("data/flights/1", 1_000);
    await log.complete("data/flights/1", "run-1");
    await log.complete("data/flights/1", "run-1");
    expect(await log.intend("data/flights/1", 2_000)).toEqual({ intendedAt: 1_000, runId: "run-1" });
  });

  it("should refuse a run of a request that nobody intended to start", async () => {
    const { log } = await emptyLog();
    await expect(log.complete("data/flights/1", "run-1")).rejects.toThrow("no start was intended for data/flights/1");
    expect(await log.intend("data/flights/1", 1_000)).toEqual({ intendedAt: 1_000 });
  });

  it("should let the record expire after the retention, in whole seconds", async () => {
    const { table, log } = await emptyLog();
    await log.intend("data/flights/1", 1_001);
    await log.complete("data/flights/1", "run-1");

    const Key = { pk: { S: "start#data/flights/1" }, sk: { S: "start" } };
    const { Item } = await dynamoDb().client.send(new GetItemCommand({ TableName: table, Key }));
    expect(Item?.expires_at).toEqual({ N: "86402" });
  });
});
