import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { answer } from "../../../cli/commands/answer";
import { pause, resume } from "../../../cli/commands/interventions";
import { state } from "../../../cli/commands/state";
import { awsControl } from "../../../cli/control/aws-control";
import { painter } from "../../../cli/printout";
import { toItem } from "../../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoCoordinatorStore } from "../../../functions/aws/adapters/dynamodb/versioned-store";
import { initialState } from "../../../functions/core/coordination/coordinator-state";
import { decide } from "../../../functions/core/coordination/decide";
import { MODELS } from "../../../local/clouds/local-clouds";
import { describeWithDynamoDb } from "../../contracts/dynamodb-endpoint";
import { driftRequest, START } from "../local-run";

describe("awsControl", () => {
  it("should say what names the state table", () => {
    expect(() => awsControl({}, {}, Date.now)).toThrow(/^name the state table with --state or RETRIGGER_STATE/);
  });

  it("should say what names the request queue when it is needed", async () => {
    const control = awsControl({ state: "state" }, {}, Date.now);
    const cause = { type: "manual", by: "ada", why: "why" } as const;
    const request = { id: "manual/m/1", model: "m", causes: [cause], priority: 3, manifests: [], requestedAt: 0 };

    await expect(control.trigger(request)).rejects.toThrow(/^name the request queue with --queue or RETRIGGER_REQUESTS/);
    control.close();
  });
});

describeWithDynamoDb("awsControl over DynamoDB", (dynamoDb) => {
  it("should save interventions into the deployed state, and leave what follows to the sweeper", async () => {
    const { client, createTable, endpoint } = dynamoDb();
    const table = await createTable();
    const [settings] = MODELS.aws;
    if (settings === undefined) throw new Error("there is no model");
    const row = { pk: "settings", sk: settings.model, settings: JSON.parse(JSON.stringify(settings)) };
    await client.send(new PutItemCommand({ TableName: table, Item: toItem(row) }));
    const store = dynamoCoordinatorStore(client, table);
    await store.save(settings.model, decide(settings.policy, initialState(START), driftRequest(), START).state, 0);
    const control = withEnvironment(endpoint, () => awsControl({ state: table }, {}, () => START));

    await pause(control, settings.model, "ada", "broken sensor");
    expect((await state(control, settings.model, painter(false))).text).toContain(
      "by ada since 2001-01-01 00:00:00: broken sensor",
    );
    await resume(control, settings.model, "ada", "merged");
    await answer(control, driftRequest().id, { by: "grace", isApproved: true }, painter(false));

    const saved = await store.load(settings.model);
    expect(saved?.state.outbox.map(({ type }) => type)).toEqual(["record", "notify", "start", "record"]);
    control.close();
  });

  it("should keep the end of a run that a person tells as long as the functions keep it", async () => {
    // Arrange
    const { client, createTable, endpoint } = dynamoDb();
    const table = await createTable();
    const [settings] = MODELS.aws;
    if (settings === undefined) throw new Error("there is no model");
    const control = withEnvironment(endpoint, () => awsControl({ state: table }, {}, () => START));

    // Act
    await control.settle(settings, { requestId: "manual/m/1", status: "failed", settledBy: "ada" });

    // Assert
    const Key = toItem({ pk: "request#manual/m/1", sk: "run" });
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key }));
    expect(Item).toMatchObject({ settledBy: { S: "ada" }, expires_at: { N: String(START / 1000 + 400 * 86_400) } });
    control.close();
  });
});

// Helpers

/** Clients take their endpoint and identity from the environment when they first ask. */
function withEnvironment<T>(endpoint: string, create: () => T): T {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  return create();
}
