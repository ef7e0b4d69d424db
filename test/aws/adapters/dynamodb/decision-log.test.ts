import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { toItem } from "../../../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoDecisionLog } from "../../../../functions/aws/adapters/dynamodb/decision-log";
import { RetryableError } from "../../../../functions/core/errors";
import { decisionOf, NOW, range } from "../../../contracts/coordination-samples";
import { describeWithDynamoDb } from "../../../contracts/dynamodb-endpoint";
import { type Answer, CLIENT, jsonOf, type LoopbackServer, startLoopbackServer } from "../loopback-server";
import { loseResponses, meter } from "../unreliable-client";

describeWithDynamoDb("dynamoDecisionLog on DynamoDB", (dynamoDb) => {
  async function newLog() {
    const table = await dynamoDb().createTable();
    const client = dynamoDb().createClient();
    const all = async () => (await dynamoDb().client.send(new ScanCommand({ TableName: table }))).Items ?? [];
    return { table, client, decisions: dynamoDecisionLog(client, table, 1_000_000), all };
  }

  it("should record a decision with one request and two write units, and again with the same", async () => {
    const { client, decisions, all } = await newLog();
    const { calls, units } = meter(client);
    await decisions.record(decisionOf());
    await decisions.record(decisionOf());
    expect(calls).toEqual(["BatchWriteItemCommand", "BatchWriteItemCommand"]);
    expect(units.written).toBe(4);
    expect(await all()).toHaveLength(2);
  });

  it("should record once when the response was lost", async () => {
    const { client, decisions, all } = await newLog();
    loseResponses(client, 1);
    await decisions.record(decisionOf());
    expect(await all()).toHaveLength(2);
  });

  it("should let everything expire, after the decision or the run's end", async () => {
    // Arrange
    const { decisions, all } = await newLog();

    // Act
    await decisions.record(decisionOf({ decidedAt: 1_001 }));
    await decisions.recordRun("data/flights/12", "arn:run/1");
    await decisions.recordOutcome({ requestId: "data/flights/12", status: "succeeded" }, 500_000);

    // Assert
    const expiries = (await all()).map(({ expires_at }) => expires_at?.N);
    expect(expiries.sort()).toEqual(["1002", "1002", "1500"]);
  });

  it.each<[string, AttributeValue]>([
    ["-1", { N: "-1" }],
    ["0", { N: "0" }],
    ["0.5", { N: "0.5" }],
    ["1.5", { N: "1.5" }],
    ["2", { N: "2" }],
    ["a text", { S: "1" }],
    ["null", { NULL: true }],
    ["a set", { NS: ["1"] }],
  ])("should neither read nor replace a run of shape %s", async (_, shape) => {
    // Arrange
    const { table, client, decisions, all } = await newLog();
    await decisions.recordRun("data/flights/12", "arn:run/1");
    const raise = {
      Key: toItem({ pk: "request#data/flights/12", sk: "run" }),
      UpdateExpression: "SET shape = :shape",
      ExpressionAttributeValues: { ":shape": shape },
    };
    await client.send(new UpdateItemCommand({ TableName: table, ...raise }));
    const before = await all();

    // Act and assert
    const refusal = "the item request#data/flights/12, run is not a run; deploy the version of Retrigger that wrote it";
    await expect(decisions.readRun("data/flights/12")).rejects.toThrow(refusal);
    await expect(decisions.recordRun("data/flights/12", "arn:run/2")).rejects.toThrow(refusal);
    await expect(decisions.recordOutcome({ requestId: "data/flights/12", status: "failed" }, NOW)).rejects.toThrow(refusal);
    expect(await all()).toEqual(before);
  });

  it("should list what is left when DynamoDB removed a decision before its index", async () => {
    const { table, decisions, all } = await newLog();
    for (const n of range(3)) await decisions.record(decisionOf({ decidedAt: NOW + n }));
    const [removed] = (await all()).filter(({ pk, sk }) => pk?.S?.startsWith("request#") && sk?.S?.includes(String(NOW + 1)));
    const key = toItem({ pk: removed?.pk?.S, sk: removed?.sk?.S });
    await dynamoDb().client.send(new DeleteItemCommand({ TableName: table, Key: key }));

    expect((await decisions.list("flights", 10)).map(({ decidedAt }) => decidedAt)).toEqual([NOW + 2, NOW]);
  });

  it.each([
    ["a run", { pk: "request#data/flights/12", sk: "run", endedAt: -1 }],
    ["an entry of the index of decisions", { pk: "decisions#flights", sk: "000000000000001#a#start", entry: "a" }],
  ])("should name a row that is not %s", async (what, row) => {
    const { table, decisions } = await newLog();
    await dynamoDb().client.send(new PutItemCommand({ TableName: table, Item: toItem(row) }));

    const message = `the item ${row.pk}, ${row.sk} is not ${what}; deploy the version of Retrigger that wrote it, restore it from a backup`;
    await expect(what === "a run" ? decisions.readRun("data/flights/12") : decisions.list("flights", 1)).rejects.toThrow(message);
  });

  it("should read a record whose check and reason the program does not know any more", async () => {
    const { decisions } = await newLog();
    const old = JSON.parse(JSON.stringify(decisionOf()).replaceAll("cooldown", "moon-phase"));
    await decisions.record(old);
    expect(await decisions.list("flights", 1)).toEqual([old]);
  });
});

describe("dynamoDecisionLog with batches done in part", () => {
  let server: LoopbackServer | undefined;
  let client: DynamoDBClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function logAgainst(answer: (body: unknown, before: number) => Answer) {
    server = await startLoopbackServer((request, before) => answer(jsonOf(request), before));
    client = new DynamoDBClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts: 1 });
    return { decisions: dynamoDecisionLog(client, "state", 1_000), received: server.received };
  }

  it("should put again only what DynamoDB left out", async () => {
    // Arrange
    const { decisions, received } = await logAgainst((body, before) => {
      const [first] = putsOf(body);
      return { status: 200, body: JSON.stringify({ UnprocessedItems: before === 0 ? { state: [first] } : {} }) };
    });

    // Act
    await decisions.record(decisionOf());

    // Assert
    const puts = received.map((request) => putsOf(jsonOf(request)));
    expect(puts.map((each) => each.length)).toEqual([2, 1]);
    expect(puts[1]).toEqual(puts[0]?.slice(0, 1));
  });

  it("should call it retryable when DynamoDB keeps leaving something out", async () => {
    const { decisions } = await logAgainst((body) => ({
      status: 200,
      body: JSON.stringify({ UnprocessedItems: { state: putsOf(body) } }),
    }));
    await expect(decisions.record(decisionOf())).rejects.toThrow(RetryableError);
  }, 20_000);
});

// Helpers

function putsOf(body: unknown): unknown[] {
  const items = typeof body === "object" && body !== null && "RequestItems" in body ? body.RequestItems : undefined;
  const puts = typeof items === "object" && items !== null && "state" in items ? items.state : undefined;
  if (!Array.isArray(puts)) throw new Error("not a batch for the table state");
  return puts;
}
