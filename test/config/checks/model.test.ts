import { configOf, messageOf } from "../../stacks/config-messages";

const ROLE = "arn:aws:iam::111122223333:role/training";

describe("the checks of durations", () => {
  it("should forbid to remember objects for longer than their records are kept", () => {
    const config = configOf({ one: { batch: { dedupeHorizon: "31d" } } });

    expect(messageOf(config)).toContain('batch.dedupeHorizon: got "31d"; expected at most the retention, 30d');
  });

  it("should forbid a window longer than a quarter of the retention", () => {
    const config = configOf({ one: { batch: { window: "8d" } } });

    expect(messageOf(config)).toContain('batch.window: got "8d"; expected at most a quarter of the retention, 30d');
  });

  it("should allow both at their limits, and a window of never", () => {
    const config = configOf({
      one: { batch: { dedupeHorizon: "4d", window: "1d", retention: "4d" }, policy: { deferralExpires: "4d" } },
      two: { batch: { dedupeHorizon: "1d", window: "never", retention: "1d" }, policy: { deferralExpires: "1d" } },
    });

    expect(messageOf(config)).toBe("no mistake");
  });

  it("should mind the default window when the retention is short", () => {
    const config = configOf({ one: { batch: { retention: "2d" } } });

    expect(messageOf(config)).toContain('batch.window: got "24h"; expected at most a quarter of the retention, 2d');
  });
});

describe("the checks of a created pipeline", () => {
  const definition = JSON.stringify({ Parameters: [{ Name: "ManifestUri" }, { Name: "Epochs", DefaultValue: 5 }] });
  const pipeline = { definitionFile: "./pipeline.json", roleArn: ROLE };

  it("should accept a definition that declares every parameter", () => {
    expect(messageOf(configOf({ one: { pipeline } }), { "pipeline.json": definition })).toBe("no mistake");
  });

  it.each([
    ["a role without definition", { roleArn: ROLE }, "pipeline.roleArn: got a role without definitionFile; expected both"],
    [
      "a definition without role",
      { definitionFile: "./pipeline.json" },
      'definitionFile: got "./pipeline.json" without roleArn; expected both',
    ],
    ["a role that is none", { ...pipeline, roleArn: "training" }, 'roleArn: got "training"; expected the ARN of an IAM role'],
    [
      "a missing file",
      { ...pipeline, definitionFile: "no.json" },
      '"no.json" cannot be read (ENOENT); expected a readable file at this path, relative to the configuration',
    ],
    ["a folder", { ...pipeline, definitionFile: "." }, '"." cannot be read (EISDIR)'],
    [
      "a file of another kind",
      { ...pipeline, definitionFile: "retrigger.yaml" },
      '"retrigger.yaml" is not JSON, in line 1, column 1: got "e"; expected a pipeline definition',
    ],
    ["JSON of another kind", { ...pipeline, definitionFile: "list.json" }, '"list.json" is not a pipeline definition'],
    [
      "a parameter that is not declared",
      { ...pipeline, parameters: { Epoch: "5" } },
      'does not declare the parameter "Epoch"; declare it, or start the pipeline with: ManifestUri, Epochs',
    ],
  ])("should explain %s", (_case, section, expected) => {
    const files = { "pipeline.json": definition, "list.json": "[]" };

    expect(messageOf(configOf({ one: { pipeline: section } }), files)).toContain(expected);
  });

  it("should forbid two models to create the same pipeline", () => {
    const same = { ...pipeline, name: "training" };

    const message = messageOf(configOf({ one: { pipeline: same }, two: { pipeline: same } }), { "pipeline.json": definition });

    expect(message).toContain(
      "models.two.pipeline.definitionFile: creates pipeline training, as model one does; expected one definitionFile for it",
    );
  });

  it("should allow a second model to start the pipeline that the first creates", () => {
    const config = configOf({ one: { pipeline: { ...pipeline, name: "training" } }, two: { pipeline: { name: "training" } } });

    expect(messageOf(config, { "pipeline.json": definition })).toBe("no mistake");
  });
});
