import { DEFAULT_DRIFT_POLICY } from "../../../../functions/core/drift/drift-policy";
import { firestoreModelSettings } from "../../../../functions/gcp/adapters/firestore/model-settings";
import { describeWithFirestore } from "../../../contracts/firestore-endpoint";
import { policyOf } from "../../../simulation/requests";
import { countRequests, refuse } from "../unreliable-firestore";

describeWithFirestore("firestoreModelSettings", (firestore) => {
  async function sourceOf(models: readonly string[]) {
    const client = firestore().createDatabase();
    let time = 0;
    const put = (model: string, settings: unknown) => client.collection("settings").doc(model).set({ settings });
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

  it("should reject the whole list for one bad document, and say whose it is and what is wrong", async () => {
    const { source, put } = await sourceOf(["flights"]);
    await put("weather", { ...settingsOf("weather"), batch: { batchSize: 0, dedupeHorizonMs: 1, retentionMs: 1 } });

    await expect(source.list()).rejects.toThrow(/settings of the model weather are not valid[\s\S]*batch\.batchSize/);
    await put("weather", settingsOf("weather"));
    expect(await source.list()).toHaveLength(2);
  });

  it("should reject a document without settings", async () => {
    const { source, put } = await sourceOf([]);
    await put("flights", "none");
    await expect(source.list()).rejects.toThrow(/settings of the model flights are not valid/);
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
