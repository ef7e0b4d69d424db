import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type Plain, toItem } from "../../../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoModelSettings } from "../../../../functions/aws/adapters/dynamodb/model-settings";
import { DEFAULT_DRIFT_POLICY } from "../../../../functions/core/drift/drift-policy";
import { describeWithDynamoDb } from "../../../contracts/dynamodb-endpoint";
import { policyOf } from "../../../simulation/requests";

describeWithDynamoDb("dynamoModelSettings", (dynamoDb) => {
  async function sourceOf(models: readonly string[]) {
    const table = await dynamoDb().createTable();
    let time = 0;
    const put = (model: string, settings: Plain, shape?: number) =>
      dynamoDb().client.send(
        new PutItemCommand({ TableName: table, Item: toItem({ pk: "settings", sk: model, settings, shape }) }),
      );
    for (const model of models) await put(model, settingsOf(model));
    const source = dynamoModelSettings(dynamoDb().client, table, { maxAgeMs: 60_000, now: () => time });
    const advance = (ms: number) => {
      time += ms;
    };
    return { source, put, advance };
  }

  it("should list every model's settings", async () => {
    const { source } = await sourceOf(["flights", "weather"]);
    expect(await source.list()).toEqual([settingsOf("flights"), settingsOf("weather")]);
  });

  it("should list nothing where nothing is configured", async () => {
    const { source } = await sourceOf([]);
    expect(await source.list()).toEqual([]);
  });

  it("should read again only after the greatest age", async () => {
    // Arrange
    const { source, put, advance } = await sourceOf(["flights"]);
    await source.list();
    await put("weather", settingsOf("weather"));

    // Act
    advance(59_999);
    const young = await source.list();
    advance(1);
    const old = await source.list();

    // Assert
    expect([young.length, old.length]).toEqual([1, 2]);
  });

  it("should read rows of more than a page", async () => {
    const { source, put } = await sourceOf([]);
    const names = Array.from({ length: 6 }, (_, n) => `model-${n}`);
    for (const name of names) await put(name, settingsOf(name, { long: "x".repeat(300_000) }));
    expect((await source.list()).map(({ model }) => model)).toEqual(names);
  });

  it("should list the others beside a row that cannot be read, and say whose it is, what is wrong, and which objects are its", async () => {
    const { source, put, advance } = await sourceOf(["flights"]);
    const { data, ...rest } = settingsOf("weather");
    await put("weather", { ...rest, data, batch: { batchSize: 0, dedupeHorizonMs: 1, retentionMs: 1 } });
    await put("traffic", "none");

    const list = await source.list();

    expect(list.map(({ model }) => model)).toEqual(["flights"]);
    expect(list.unreadable).toEqual([
      { model: "traffic", why: expect.stringMatching(/^the settings of the model traffic cannot be read: /) },
      {
        model: "weather",
        data,
        why: expect.stringMatching(/^the settings of the model weather cannot be read: [\s\S]*batch\.batchSize/),
      },
    ]);
    await put("weather", settingsOf("weather"));
    advance(60_000);
    expect((await source.list()).unreadable?.map(({ model }) => model)).toEqual(["traffic"]);
  });

  it("should not read a row of a shape that a later version writes, though it looks like one of its own", async () => {
    const { source, put } = await sourceOf(["flights"]);
    await put("weather", settingsOf("weather"), 2);
    await put("traffic", settingsOf("traffic"), 1);

    const list = await source.list();

    expect(list.map(({ model }) => model)).toEqual(["flights", "traffic"]);
    expect(list.unreadable).toMatchObject([
      { model: "weather", why: expect.stringContaining("got a row of shape 2, expected at most 1") },
    ]);
  });
});

// Helpers

function settingsOf(model: string, parameters: Readonly<Record<string, string>> = { uri: "{manifestUri}" }) {
  return {
    model,
    data: { bucket: "lake", prefixes: [`${model}/`], suffixes: [".parquet"], manifestPrefix: "retrigger/" },
    batch: { batchSize: 100, windowMs: 60_000, dedupeHorizonMs: 1_000, retentionMs: 10_000 },
    pipeline: { name: "training", parameters },
    policy: policyOf(),
    drift: DEFAULT_DRIFT_POLICY,
    monitoring: { prefix: "drift/" },
  };
}
