import { join } from "node:path";
import { modelSettingsSchema } from "../../functions/core/model-settings";
import { loadConfig } from "../../stacks/load-config";
import { modelSettings } from "../../stacks/model-settings";

describe("modelSettings", () => {
  it("should be what the functions expect, for every model of the example", () => {
    const { models } = loadConfig(join(__dirname, "../../retrigger.yaml"));

    const settings = Object.entries(models).map(([name, model]) => modelSettings(name, model));

    expect(settings.map((model) => modelSettingsSchema.parse(model))).toEqual(settings);
  });

  it("should turn durations into milliseconds, and never into absence", () => {
    const { models } = loadConfig(join(__dirname, "../fixtures/config/minimal.yaml"));

    const [settings] = Object.entries(models).map(([name, model]) => modelSettings(name, model));

    expect(settings).toEqual({
      model: "flight-delay",
      data: { bucket: "acme-flights", prefixes: ["incoming/"], suffixes: [], manifestPrefix: "retrigger/manifests/" },
      batch: { batchSize: 1000, windowMs: 86_400_000, dedupeHorizonMs: 86_400_000, retentionMs: 30 * 86_400_000 },
      pipeline: { name: "flight-delay-training", parameters: { ManifestUri: "{manifestUri}" } },
    });
  });
});
