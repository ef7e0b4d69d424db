import { type AttributeValue, DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { dynamoBatchStore } from "../../../../functions/aws/adapters/dynamodb/batch-store";
import { describeWithDynamoDb } from "../../../contracts/dynamodb-endpoint";
import { type Answer, awsError, CLIENT, jsonOf, type LoopbackServer, startLoopbackServer } from "../loopback-server";

const TERMS = { batchSize: 100, dedupeHorizonMs: 5_000, retentionMs: 100_000 };

describeWithDynamoDb("dynamoBatchStore on DynamoDB", (dynamoDb) => {
  it("should append, fill and seal with one request each", async () => {
    // Arrange
    const { client, table, calls } = await countingClient();
    const store = dynamoBatchStore(client, table);
    await store.append("flights", 1, segmentOf("first", 1), TERMS, 1_000);
    calls.length = 0;

    // Act
    await store.append("flights", 1, segmentOf("a", 59), TERMS, 1_000);
    const last = await store.append("flights", 1, segmentOf("b", 40), TERMS, 1_000);

    // Assert
    expect(last).toEqual({ outcome: "appended", isSealed: true });
    expect(calls).toEqual(["TransactWriteItemsCommand", "TransactWriteItemsCommand"]);
  });

  it("should try the other form once when another writer filled the batch", async () => {
    // Arrange
    const { client, table, calls } = await countingClient();
    const store = dynamoBatchStore(client, table);
    await dynamoBatchStore(dynamoDb().client, table).append("flights", 1, segmentOf("other", 95), TERMS, 1_000);

    // Act
    const outcome = await store.append("flights", 1, segmentOf("mine", 5), TERMS, 1_000);

    // Assert
    expect(outcome).toEqual({ outcome: "appended", isSealed: true });
    expect(calls).toHaveLength(2);
  });

  it("should let segments expire by the retention, and later once they are retained", async () => {
    // Arrange
    const { client, table } = await countingClient();
    const store = dynamoBatchStore(client, table);
    await store.append("flights", 1, segmentOf("a", 1), TERMS, 1_001);
    await store.append("flights", 1, segmentOf("b", 1), TERMS, 900_000);
    await store.seal("flights", 1, "window", TERMS, 900_000);
    await store.append("flights", 2, segmentOf("c", 1), TERMS, 900_000);
    const [batch] = (await store.readHead("flights")).pending;
    if (batch === undefined) throw new Error("no batch is pending");
    expect(await expiries(table)).toEqual(["102", "1000", "1000"]);

    // Act
    await store.carry("flights", batch, 2, 2);
    await store.retain("flights", (await store.readHead("flights")).open, 950_000);

    // Assert
    expect(await expiries(table)).toEqual(["950", "1000", "1000"]);
    expect((await store.readHead("flights")).open.expiresAt).toBe(950_000);
  });

  it("should not call a batch retained that took in another meanwhile", async () => {
    // Arrange
    const { client, table } = await countingClient();
    const store = dynamoBatchStore(client, table);
    await store.append("flights", 1, segmentOf("a", 1), TERMS, 2_000);
    await store.seal("flights", 1, "window", TERMS, 3_000);
    await store.append("flights", 2, segmentOf("b", 1), TERMS, 1_000);
    const { open, pending } = await store.readHead("flights");

    // Act
    for (const batch of pending) await store.carry("flights", batch, 2, 1);
    await store.retain("flights", open, 950_000);

    // Assert
    expect((await store.readHead("flights")).open).toMatchObject({ expiresAt: 101_000, carried: [1] });
    expect(await expiries(table)).toEqual(["102", "950"]);
  });

  async function countingClient() {
    const table = await dynamoDb().createTable();
    const client = dynamoDb().createClient();
    const calls: string[] = [];
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          calls.push(String(commandName));
          return next(args);
        },
      { step: "initialize" },
    );
    return { client, table, calls };
  }

  async function expiries(table: string) {
    const { Items = [] } = await dynamoDb().client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues: { ":pk": { S: "batch#flights" }, ":sk": { S: "segment#" } },
      }),
    );
    return Items.map(({ expires_at }) => expires_at?.N);
  }
});

describe("dynamoBatchStore under contention", () => {
  let server: LoopbackServer | undefined;
  let client: DynamoDBClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function storeAgainst(...answers: Answer[]) {
    server = await startLoopbackServer((_, before) => answers[before] ?? DONE);
    client = new DynamoDBClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts: 2 });
    return { store: dynamoBatchStore(client, "state"), received: server.received };
  }

  it("should repeat an append that was cancelled by a conflict, under a new token", async () => {
    // Arrange
    const { store, received } = await storeAgainst(cancelled("None", "TransactionConflict"), cancelled("ThrottlingError", "None"));

    // Act
    const outcome = await store.append("flights", 1, segmentOf("a", 1), TERMS, 1_000);

    // Assert
    expect(outcome).toEqual({ outcome: "appended", isSealed: false });
    expect(new Set(received.map((request) => tokenOf(jsonOf(request)))).size).toBe(3);
  });

  it("should repeat an append whose response was lost under the same token", async () => {
    const { store, received } = await storeAgainst("hang up");
    expect(await store.append("flights", 1, segmentOf("a", 1), TERMS, 1_000)).toMatchObject({ outcome: "appended" });
    expect(received).toHaveLength(2);
    expect(new Set(received.map((request) => tokenOf(jsonOf(request)))).size).toBe(1);
  });

  it.each(["ConditionalCheckFailed", "TransactionConflict"])(
    "should see a duplicate first, when the head says %s",
    async (code) => {
      const head = { pk: { S: "batch#flights" }, sk: { S: "head" }, generation: { N: "9" }, batches: { M: { "9": EMPTY } } };
      const { store, received } = await storeAgainst(cancelled("ConditionalCheckFailed", code, head));
      expect(await store.append("flights", 1, segmentOf("a", 1), TERMS, 1_000)).toEqual({ outcome: "duplicate" });
      expect(received).toHaveLength(1);
    },
  );

  it("should repeat a seal that met a transaction", async () => {
    const { store, received } = await storeAgainst(
      awsError("com.amazonaws.dynamodb.v20120810#TransactionConflictException", "busy"),
    );
    expect(await store.seal("flights", 1, "window", TERMS, 1_000)).toBe(true);
    expect(received).toHaveLength(2);
  });

  it("should reject at once with what no repetition cures", async () => {
    const { store, received } = await storeAgainst(
      cancelled("ValidationError", "None"),
      awsError("com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "no such table"),
    );
    await expect(store.append("flights", 1, segmentOf("a", 1), TERMS, 1_000)).rejects.toMatchObject({
      name: "TransactionCanceledException",
    });
    await expect(store.seal("flights", 1, "window", TERMS, 1_000)).rejects.toThrow("no such table");
    expect(received).toHaveLength(2);
  });

  it.each([
    ["that is none", { generation: { S: "one" } }],
    [
      "with a pending batch of no generation",
      { generation: { N: "2" }, batches: { M: { "2": { M: { count: { N: "0" }, carried: { L: [] } } }, x: pending() } } },
    ],
  ])("should reject a head %s, and name it", async (_case, head) => {
    const { store } = await storeAgainst({ status: 200, body: JSON.stringify({ Item: head }) });
    await expect(store.readHead("flights")).rejects.toThrow("the item batch#flights, head is not a batch head");
  });
});

// Helpers

const DONE: Answer = { status: 200, body: "{}" };
const EMPTY: AttributeValue = { M: { count: { N: "0" }, carried: { L: [] } } };

function pending(): AttributeValue {
  const sealed = { reason: { S: "size" }, sealedAt: { N: "2" }, batchSize: { N: "1" }, dedupeHorizonMs: { N: "1" } };
  return { M: { count: { N: "1" }, openedAt: { N: "1" }, expiresAt: { N: "3" }, carried: { L: [] }, sealed: { M: sealed } } };
}

function segmentOf(id: string, size: number) {
  return { id, objects: Array.from({ length: size }, (_, n) => ({ key: `${id}-${n}`, version: "1", bytes: n })) };
}

function cancelled(put: string, update: string, Item?: Record<string, AttributeValue>): Answer {
  return awsError("com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "cancelled", 400, {
    CancellationReasons: [{ Code: put }, { Code: update, Item }],
  });
}

function tokenOf(body: unknown): unknown {
  return Object(body).ClientRequestToken;
}
