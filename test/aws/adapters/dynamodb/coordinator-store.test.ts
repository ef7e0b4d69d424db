import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type PlainMap, toItem } from "../../../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoCoordinatorStore } from "../../../../functions/aws/adapters/dynamodb/versioned-store";
import { toDeflatedJson } from "../../../../functions/node/deflated-json";
import { encodeState } from "../../../../functions/node/record-codecs";
import { fullState, largeRequest, NOW, stateOf } from "../../../contracts/coordination-samples";
import { describeWithDynamoDb } from "../../../contracts/dynamodb-endpoint";
import { type Answer, awsError, CLIENT, type LoopbackServer, startLoopbackServer } from "../loopback-server";
import { loseResponses } from "../unreliable-client";

const CODE = "com.amazonaws.dynamodb.v20120810#";

describeWithDynamoDb("dynamoCoordinatorStore on DynamoDB", (dynamoDb) => {
  async function twoStores() {
    const table = await dynamoDb().createTable();
    const client = dynamoDb().createClient();
    return { table, client, store: dynamoCoordinatorStore(client, table), other: dynamoCoordinatorStore(dynamoDb().client, table) };
  }

  it.each([0, 1])("should know its own save at version %d again when the response was lost", async (version) => {
    // Arrange
    const { client, store, other } = await twoStores();
    if (version === 1) await other.save("flights", stateOf(1), 0);
    loseResponses(client, 2);

    // Act
    const isSaved = await store.save("flights", stateOf(2), version);

    // Assert
    expect(isSaved).toBe(true);
    expect(await other.load("flights")).toEqual({ state: stateOf(2), version: version + 1 });
    expect(await store.save("flights", stateOf(2), version)).toBe(false);
  });

  it("should not claim a save that another made of the same state", async () => {
    const { client, store, other } = await twoStores();
    loseResponses(client, 1);
    expect(await other.save("flights", stateOf(2), 0)).toBe(true);
    expect(await store.save("flights", stateOf(2), 0)).toBe(false);
  });

  it("should let the caller look again when its save stood, was not heard of, and is history", async () => {
    const { client, store, other } = await twoStores();
    loseResponses(client, 1, () => other.save("flights", stateOf(3), 1));
    expect(await store.save("flights", stateOf(2), 0)).toBe(false);
    expect(await store.load("flights")).toEqual({ state: stateOf(3), version: 2 });
  });

  const GOOD = toDeflatedJson("x", fullState());
  const withState = (change: Readonly<Record<string, unknown>>) => toDeflatedJson("x", { ...fullState(), ...change });
  it.each<[string, PlainMap]>([
    ["without a state", { version: 1 }],
    ["without a version", { state: GOOD }],
    ["of version 0", { version: 0, state: GOOD }],
    ["with a text for the state", { version: 1, state: "{}" }],
    ["with bytes cut off", { version: 1, state: GOOD.slice(0, GOOD.length - 9) }],
    ["with an empty state", { version: 1, state: toDeflatedJson("x", {}) }],
    ["with a run that reserves nothing known", { version: 1, state: withState({ runs: [{ requestId: "a", startedAt: 1 }] }) }],
    ["with a day that is none", { version: 1, state: withState({ day: { date: "today", starts: 0, spentUsd: 0 } }) }],
    ["with an unknown effect", { version: 1, state: withState({ outbox: [{ type: "explode", number: 1 }] }) }],
    ["with a field of a newer program", { version: 1, state: withState({ blockedByDrift: true }) }],
  ])("should reject to load an item %s, and name it", async (_, values) => {
    // Arrange
    const { table, store } = await twoStores();
    const item = toItem({ pk: "coordinator#flights", sk: "state", ...values });
    await dynamoDb().client.send(new PutItemCommand({ TableName: table, Item: item }));

    // Act, Assert
    await expect(store.load("flights")).rejects.toThrow(
      "the item coordinator#flights, state is not a coordinator's state; restore",
    );
  });

  it("should hold a state of nearly 380 KB, and refuse one of more before asking", async () => {
    // Arrange
    const { store, other } = await twoStores();
    const parked = (bytes: number) => ({ ...fullState(), parked: [{ request: largeRequest(bytes), parkedAt: NOW }] });
    const large = parked(480_000);
    expect(encodeState("flights", large).length).toBeGreaterThan(350_000);

    // Act, Assert
    expect(await store.save("flights", large, 0)).toBe(true);
    expect(await other.load("flights")).toEqual({ state: large, version: 1 });
    await expect(store.save("flights", parked(600_000), 1)).rejects.toThrow(/state of flights takes \d+ bytes.*at most 389120/);
    expect(await other.load("flights")).toEqual({ state: large, version: 1 });
  });

  it("should refuse to save what it could not load", async () => {
    const { store } = await twoStores();
    await expect(store.save("flights", { ...stateOf(1), costRatio: Number.NaN }, 0)).rejects.toThrow(
      /new state of flights is not valid and was not saved[\s\S]*costRatio/,
    );
    expect(await store.load("flights")).toBeUndefined();
  });
});

describe("dynamoCoordinatorStore under refusals", () => {
  let server: LoopbackServer | undefined;
  let client: DynamoDBClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function storeAgainst(...answers: Answer[]) {
    server = await startLoopbackServer((_, before) => answers[before] ?? { status: 200, body: "{}" });
    client = new DynamoDBClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts: 1 });
    return { store: dynamoCoordinatorStore(client, "state"), received: server.received };
  }

  it("should repeat what was throttled", async () => {
    const busy = awsError(`${CODE}ProvisionedThroughputExceededException`, "busy");
    const { store, received } = await storeAgainst(busy, awsError(`${CODE}ThrottlingException`, "busy"));
    expect(await store.save("flights", stateOf(1), 0)).toBe(true);
    expect(received).toHaveLength(3);
  });

  it("should reject, and not call it unsaved or unknown, when there is no answer", async () => {
    const missing = awsError(`${CODE}ResourceNotFoundException`, "no such table");
    const { store } = await storeAgainst(missing, missing, "hang up", "hang up");
    await expect(store.load("flights")).rejects.toThrow("no such table");
    await expect(store.save("flights", stateOf(1), 0)).rejects.toThrow("no such table");
    await expect(store.load("flights")).rejects.toThrow();
    await expect(store.save("flights", stateOf(1), 0)).rejects.toThrow();
  });
});
