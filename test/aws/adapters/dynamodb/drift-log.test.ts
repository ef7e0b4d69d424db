import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { dynamoDriftLog } from "../../../../functions/aws/adapters/dynamodb/drift-log";
import { NOW, range } from "../../../contracts/coordination-samples";
import { driftRecordOf, HOUR_MS, largeRecord } from "../../../contracts/drift-samples";
import { describeWithDynamoDb } from "../../../contracts/dynamodb-endpoint";
import { loseResponses, meter } from "../unreliable-client";

describeWithDynamoDb("dynamoDriftLog on DynamoDB", (dynamoDb) => {
  async function newLog() {
    const table = await dynamoDb().createTable();
    const client = dynamoDb().createClient();
    const all = async () => (await dynamoDb().client.send(new ScanCommand({ TableName: table }))).Items ?? [];
    return { table, client, log: dynamoDriftLog(client, table, 1_000_000), all };
  }

  it("should record an evaluation with one request, and again in the same item", async () => {
    const { client, log, all } = await newLog();
    const { calls, units } = meter(client);
    for (const _ of range(2)) await log.record(driftRecordOf());
    expect([calls, units.written]).toEqual([["PutItemCommand", "PutItemCommand"], 2]);
    const items = await all();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ pk: { S: "drifts#flights" }, sk: { S: expect.stringMatching(/^000\d{13}#[0-9a-f]{64}$/) } });
  });

  it("should record once when the response was lost", async () => {
    const { client, log, all } = await newLog();
    loseResponses(client, 1);
    await log.record(driftRecordOf());
    expect(await all()).toHaveLength(1);
  });

  it("should let it expire after the evaluation, however old its window is", async () => {
    const { log, all } = await newLog();
    await log.record({ ...driftRecordOf({ window: { start: 0, end: 5 } }), evaluatedAt: 500_001 });
    expect((await all()).map(({ expires_at }) => expires_at?.N)).toEqual(["1501"]);
  });

  it("should list evaluations of more than a page", async () => {
    // Arrange: a page of DynamoDB ends at 1 MB, of DynamoDB Local behind the item that crosses it, here the fourth
    const { client, log } = await newLog();
    const { evaluation, evaluatedAt } = largeRecord(1_300, 1_300, true);
    for (const n of range(6)) {
      const end = NOW + n * HOUR_MS;
      await log.record({ evaluation: { ...evaluation, window: { start: end - HOUR_MS, end } }, evaluatedAt });
    }
    const { calls } = meter(client);

    // Act
    const listed = await log.list("flights", 6);

    // Assert
    expect(listed.map((record) => record.evaluation.window.end)).toEqual([5, 4, 3, 2, 1, 0].map((n) => NOW + n * HOUR_MS));
    expect(calls.length).toBeGreaterThan(1);
  });

  it("should reject an item that is none, and name it with a remedy", async () => {
    const { table, client, log, all } = await newLog();
    await log.record(driftRecordOf());
    const [item] = await all();
    await client.send(new PutItemCommand({ TableName: table, Item: { ...item, data: { B: new Uint8Array([1]) } } }));
    await expect(log.list("flights", 1)).rejects.toThrow(
      `the item drifts#flights, ${item?.sk?.S} is not an evaluation of drift; deploy the version of Retrigger that wrote it, restore it from a backup`,
    );
  });
});
