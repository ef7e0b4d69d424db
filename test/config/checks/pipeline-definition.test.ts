import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configOf, messageOf } from "../../stacks/config-messages";

const ROLE = "arn:aws:iam::111122223333:role/training";

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
      'does not declare the parameter "Epoch"; did you mean Epochs? declare it, or start the pipeline with: ManifestUri, Epochs',
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

  it.each(["2-missing-required", "4-wrong-integer", "9-schedule-no-default"])(
    "should refuse the case %s, naming the parameter",
    (name) => {
      const text = readFileSync(join(CASES, `${name}.yaml`), "utf8");

      const message = messageOf(text, { "definition.json": readFileSync(join(CASES, "definition.json"), "utf8") });

      expect(message).toContain(CASE_MESSAGES[name]);
      expect(message).toContain("1 mistake\n");
    },
  );

  it("should look at what each direct schedule starts with, and at every model that starts the pipeline", () => {
    const parameters = [
      { Name: "Count", Type: "Integer" },
      { Name: "Share", Type: "Float", DefaultValue: 0.1 },
      { Name: "Kind", Type: "String", DefaultValue: "small", EnumValues: ["small", "large"] },
    ];
    const files = { "pipeline.json": JSON.stringify({ Parameters: parameters }) };
    const direct = (given: object) => ({ mode: "direct", every: "day at 2:00", parameters: given });
    const config = {
      environment: "dev",
      aws: { region: "eu-central-1" },
      models: {
        one: { pipeline: { ...pipeline, name: "training" }, schedule: direct({ Count: "1.5", Share: "1e-3", Kind: "large" }) },
        two: { pipeline: { name: "training" }, schedule: direct({ Share: "much", Kind: "Large" }) },
      },
    };

    const message = messageOf(config, files);

    expect(message).toContain("4 mistakes\n");
    expect(message).toContain('models.one.schedule.parameters.Count: got "1.5", but ');
    expect(message).toContain("models.two.schedule.parameters.Count: missing;");
    expect(message).toContain('models.two.schedule.parameters.Share: got "much", but ');
    expect(message).toContain('models.two.schedule.parameters.Kind: got "Large"; did you mean large? expected one of those');
  });

  it("should take placeholders of numbers for an Integer, and others for a text whose values are listed", () => {
    const parameters = [
      { Name: "ManifestUri", Type: "String", DefaultValue: "" },
      { Name: "Objects", Type: "Integer" },
      { Name: "Cause", Type: "String", EnumValues: ["data"] },
    ];
    const section = { ...pipeline, parameters: { ManifestUri: "{manifestUri}", Objects: "{objects}", Cause: "{cause}" } };

    expect(
      messageOf(configOf({ one: { pipeline: section } }), { "pipeline.json": JSON.stringify({ Parameters: parameters }) }),
    ).toBe("no mistake");
  });
});

// Helpers

const CASES = join(__dirname, "../../fixtures/pipeline-definition");

const CASE_MESSAGES: Readonly<Record<string, string>> = {
  "2-missing-required": "models.m.pipeline.parameters.RoleName: missing;",
  "4-wrong-integer": 'models.m.pipeline.parameters.InstanceCount: got "two", but ',
  "9-schedule-no-default": 'models.m.pipeline.parameters.ManifestUri: got "{manifestUri}", which is left out',
};
