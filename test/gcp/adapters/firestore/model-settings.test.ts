import { DEFAULT_DRIFT_POLICY } from "../../../../functions/core/drift/drift-policy";
import { firestoreModelSettings } from "../../../../functions/gcp/adapters/firestore/model-settings";
import { describeWithFirestore } from "../../../contracts/firestore-endpoint";
import { policyOf } from "../../../simulation/requests";
import { countRequests, refuse } from "../unreliable-firestore";

describeWithFirestore("firestoreModelSettings", (firestore) => {
  async function sourceOf(models: readonly string[]) {
    const client = firestore().createDatabase();
    let time = 0;
    const put = (model: string, settings: unknown, shape?: number) =>
      client
        .collection("settings")
        .doc(model)
        .set({ settings, ...(shape !== undefined && { shape }) });
    for (const model of models) await put(model, settingsOf(model));
    const source = firestoreModelSettings(client, { maxAgeMs: 60_000, now: () => time });
    const advance = (ms: number) => {
      time += ms;
    };
    return { client, source, put, advance };
  }

  it("should list every model's settings, with one request", async () => {
    const { client, source } = await sourceOf(["flights", "weather"]);
    const counted = countRequests(client);
    expect(await source.list()).toEqual([settingsOf("flights"), settingsOf("weather")]);
    expect(counted).toEqual({ commits: 0, reads: 1 });
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

  it("should read models of more than a page", async () => {
    const names = Array.from({ length: 120 }, (_, n) => `model-${String(n).padStart(3, "0")}`);
    const { source } = await sourceOf(names);
    expect((await source.list()).map(({ model }) => model)).toEqual(names);
  });

  it("should list the others beside a document that cannot be read, and say whose it is, what is wrong, and which objects are its", async () => {
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

  it("should not read a document of a shape that a later version writes, though it looks like one of its own", async () => {
    const { source, put } = await sourceOf(["flights"]);
    await put("weather", settingsOf("weather"), 2);
    await put("traffic", settingsOf("traffic"), 1);

    const list = await source.list();

    expect(list.map(({ model }) => model)).toEqual(["flights", "traffic"]);
    expect(list.unreadable).toMatchObject([
      { model: "weather", why: expect.stringContaining("got a row of shape 2, expected at most 1") },
    ]);
  });

  it("should reject, and not call it nothing, when there is no answer", async () => {
    const { client, source } = await sourceOf(["flights"]);
    refuse(client, [7], "reads");
    await expect(source.list()).rejects.toMatchObject({ code: 7 });
    expect(await source.list()).toHaveLength(1);
  });
});

// Helpers

/** Numbers that are whole, and one that is not: Terraform writes them as integerValue and doubleValue. */
function settingsOf(model: string, parameters: Readonly<Record<string, string>> = { uri: "{manifestUri}" }) {
  return {
    model,
    data: { bucket: "lake", prefixes: [`${model}/`], suffixes: [".parquet"], manifestPrefix: "retrigger/" },
    batch: { batchSize: 100, windowMs: 60_000, dedupeHorizonMs: 1_000, retentionMs: 10_000 },
    pipeline: { name: "training", parameters },
    policy: policyOf({ cost: { baseUsd: 100, perGbUsd: 0.25, perObjectUsd: 0 } }),
    drift: DEFAULT_DRIFT_POLICY,
    monitoring: { prefix: "drift/" },
  };
}
