import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { toItem } from "../../../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoDriftHistoryStore } from "../../../../functions/aws/adapters/dynamodb/versioned-store";
import { toDeflatedJson } from "../../../../functions/node/deflated-json";
import { driftStateOf, fullDriftState, wideDriftState } from "../../../contracts/drift-samples";
import { describeWithDynamoDb } from "../../../contracts/dynamodb-endpoint";

describeWithDynamoDb("dynamoDriftHistoryStore on DynamoDB", (dynamoDb) => {
  async function newStore() {
    const table = await dynamoDb().createTable();
    return { table, client: dynamoDb().client, store: dynamoDriftHistoryStore(dynamoDb().client, table) };
  }

  it("should keep a model's history under a key of its own", async () => {
    const { table, client, store } = await newStore();
    await store.save("flights", fullDriftState(), 0);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
    expect(Items.map(({ pk, sk }) => [pk?.S, sk?.S])).toEqual([["drift#flights", "state"]]);
  });

  const GOOD = toDeflatedJson("x", fullDriftState());
  it.each([
    ["without a history", { version: 1 }],
    ["without a version", { state: GOOD }],
    ["with a text for the history", { version: 1, state: "{}" }],
    ["with bytes cut off", { version: 1, state: GOOD.slice(0, GOOD.length - 9) }],
    ["with an empty history", { version: 1, state: toDeflatedJson("x", {}) }],
    ["with a field of a newer program", { version: 1, state: toDeflatedJson("x", { ...fullDriftState(), muted: true }) }],
  ])("should reject to load an item %s, and name it with a remedy", async (_, fields) => {
    const { table, client, store } = await newStore();
    await client.send(new PutItemCommand({ TableName: table, Item: toItem({ pk: "drift#flights", sk: "state", ...fields }) }));
    await expect(store.load("flights")).rejects.toThrow(
      "the item drift#flights, state is not a drift history; restore it from a backup of the table, or deploy the version",
    );
  });

  it("should refuse a history that does not fit, and keep what is there", async () => {
    const { store } = await newStore();
    await store.save("flights", driftStateOf(1), 0);
    await expect(store.save("flights", wideDriftState(2_000, 39, 250), 1)).rejects.toThrow("the drift history of flights takes");
    expect(await store.load("flights")).toEqual({ state: driftStateOf(1), version: 1 });
  });
});
