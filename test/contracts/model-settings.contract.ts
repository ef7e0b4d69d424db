import { DEFAULT_DRIFT_POLICY } from "../../functions/core/drift/drift-policy";
import type { ModelSettings, ModelSettingsSource } from "../../functions/core/model-settings";
import { policyOf } from "../simulation/requests";

/** A source of settings that reads again after a minute, and the store behind it. */
export interface SettingsWorld {
  readonly source: ModelSettingsSource;
  /** Writes a row, as Terraform does. `shape` is left out where it is undefined. */
  readonly put: (model: string, settings: unknown, shape?: number) => Promise<unknown>;
  /** Lets so many milliseconds pass. */
  readonly advance: (ms: number) => void;
}

/** The contract of the source of models' settings, within the suite of an adapter. `open` begins with an empty store. */
export function itReadsModelSettings(open: () => Promise<SettingsWorld>): void {
  async function worldOf(...models: string[]): Promise<SettingsWorld> {
    const world = await open();
    for (const model of models) await world.put(model, modelSettingsOf(model));
    return world;
  }

  it("should list every model's settings", async () => {
    const { source } = await worldOf("flights", "weather");
    expect(await source.list()).toEqual([modelSettingsOf("flights"), modelSettingsOf("weather")]);
  });

  it("should list nothing where nothing is configured", async () => {
    const { source } = await worldOf();
    expect(await source.list()).toEqual([]);
  });

  it("should read again only after the greatest age", async () => {
    // Arrange
    const { source, put, advance } = await worldOf("flights");
    await source.list();
    await put("weather", modelSettingsOf("weather"));

    // Act
    advance(59_999);
    const young = await source.list();
    advance(1);
    const old = await source.list();

    // Assert
    expect([young.length, old.length]).toEqual([1, 2]);
  });

  it("should list the others beside a row that cannot be read, and say whose it is, what is wrong, and which objects are its", async () => {
    const { source, put, advance } = await worldOf("flights");
    const { data, ...rest } = modelSettingsOf("weather");
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
    await put("weather", modelSettingsOf("weather"));
    advance(60_000);
    expect((await source.list()).unreadable?.map(({ model }) => model)).toEqual(["traffic"]);
  });

  it("should not read a row of a shape that a later version writes, though it looks like one of its own", async () => {
    const { source, put } = await worldOf("flights");
    await put("weather", modelSettingsOf("weather"), 2);
    await put("traffic", modelSettingsOf("traffic"), 1);

    const list = await source.list();

    expect(list.map(({ model }) => model)).toEqual(["flights", "traffic"]);
    expect(list.unreadable).toMatchObject([
      { model: "weather", why: expect.stringContaining("got a row of shape 2, expected at most 1") },
    ]);
  });
}

/** Numbers that are whole, and one that is not: Terraform writes them into Firestore as integerValue and doubleValue. */
export function modelSettingsOf(
  model: string,
  parameters: Readonly<Record<string, string>> = { uri: "{manifestUri}" },
): ModelSettings {
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
