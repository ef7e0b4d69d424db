import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { partialProblems } from "../../../cli/init/answer-problems";
import { type Answers, exampleAnswers, modelNameOf } from "../../../cli/init/answers";
import { configText } from "../../../cli/init/config-text";
import { loadConfig } from "../../../config/load-config";
import { MODEL_NAME } from "../../../functions/core/model-settings";

const folder = mkdtempSync(join(tmpdir(), "retrigger-init-"));
const FILE = join(folder, "retrigger.yaml");

afterAll(() => rmSync(folder, { recursive: true }));

/** A line that is left out, and would be part of the file without its #. */
const LEFT_OUT = /^( *)#(?=\S)/;

const CASES: readonly [string, Answers][] = (["aws", "gcp"] as const).flatMap((cloud) => [
  [`${cloud}, an example`, exampleAnswers(cloud)] as const,
  [
    `${cloud}, everything known`,
    {
      ...exampleAnswers(cloud),
      createsBucket: false,
      email: "ada@example.com",
      monitoring:
        cloud === "aws"
          ? { capture: { location: "s3://acme-captures/churn/blue/", endpoint: "churn" } }
          : { vertex: { endpoint: "42" } },
    },
  ] as const,
]) as [string, Answers][];

describe("configText", () => {
  it.each(CASES)("should load: %s", (_name, answers) => {
    expect(loaded(configText(answers)).environment).toBe("dev");
  });

  it.each(CASES)("should be valid with each line that is left out, and with all of them: %s", (_name, answers) => {
    const lines = configText(answers).split("\n");
    const leftOut = lines.flatMap((line, index) => (LEFT_OUT.test(line) ? [index] : []));
    const withLines = (wanted: readonly number[]) =>
      lines.map((line, index) => (wanted.includes(index) ? line.replace(LEFT_OUT, "$1") : line)).join("\n");

    const before = loaded(configText(answers));
    expect(leftOut.length).toBeGreaterThan(1);
    for (const index of leftOut) expect(loaded(withLines([index]))).not.toEqual(before);
    expect(() => loaded(withLines(leftOut))).not.toThrow();
  });

  it("should note which answers are examples", () => {
    const text = configText(exampleAnswers("aws"), { examples: new Set(["pipeline", "bucket"]) });

    expect(text).toMatch(/name: my-training-pipeline # example/);
    expect(text).toMatch(/bucket: my-model-data # example/);
    expect(text).not.toMatch(/region:.*# example/);
  });

  it("should hold texts as they are, and nothing that a terminal or an editor obeys", () => {
    const hostile = 'in"\\\n# x: {y}\u001b[31m\u202e: &a *b !!c\u2028/';
    const text = configText({
      ...exampleAnswers("aws"),
      prefix: hostile,
      parameters: { null: "~", "1": "true", M: "{manifestUri}: #" },
    });

    const { data, pipeline } = loaded(text).models["my-model"] ?? {};
    expect(data?.prefixes).toEqual([hostile]);
    expect(pipeline?.parameters).toEqual({ null: "~", "1": "true", M: "{manifestUri}: #" });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028]/);
  });

  it("should give a file that loads, whatever answers are accepted", () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom("aws", "gcp"), fc.record(TYPED), (cloud, typed) => {
        let answers: Partial<Answers> = {};
        for (const [key, value] of Object.entries(typed)) {
          if (partialProblems(cloud, { ...answers, [key]: value }).length > 0) continue;
          answers = { ...answers, [key]: value };
          accepted++;
        }
        const all = { ...exampleAnswers(cloud, answers.bucket), ...answers };

        const config = loaded(configText(all));

        const { data, pipeline } = config.models[all.model] ?? {};
        expect(data).toMatchObject({ bucket: all.bucket, prefixes: [all.prefix] });
        expect(pipeline).toMatchObject({ parameters: all.parameters });
        expect(config[cloud]).toMatchObject({ region: all.region });
      }),
      { numRuns: 30 },
    );
    expect(accepted).toBeGreaterThan(30);
  }, 60_000);
});

describe("modelNameOf", () => {
  it.each([
    ["FlightDelay_Training", "flight-delay"],
    ["gs://acme/pipelines/click-through.yaml", "click-through"],
    ["https://europe-west4-kfp.pkg.dev/acme-ml/kfp/demand-pipeline/latest", "demand"],
    ["42-training", "my-model"],
    ["\u001b[31mchurn", "mchurn"],
    ["", "my-model"],
    ["a".repeat(100), "a".repeat(40)],
  ])("should make a valid name of %j", (pipeline, name) => {
    expect(modelNameOf(pipeline)).toBe(name);
  });

  it("should always be valid", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (pipeline) => MODEL_NAME.test(modelNameOf(pipeline))));
  });
});

// Helpers

const anything = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom("true", "null", "1e3", "~", "- a", "*a", "{b}"),
);

const TYPED = {
  environment: fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/), anything),
  region: fc.oneof(fc.constantFrom("us-east-1", "europe-west4", "us-gov-west-1"), anything),
  project: fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/), anything),
  pipeline: fc.oneof(fc.stringMatching(/^[a-zA-Z0-9]{1,20}$/), fc.constant("gs://acme/p.yaml"), anything),
  parameters: fc.dictionary(fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/), anything), anything, { maxKeys: 3 }),
  model: fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/), fc.constantFrom("null", "true", "y"), anything),
  bucket: fc.oneof(
    fc.stringMatching(/^[a-z0-9][a-z0-9.-]{1,20}[a-z0-9]$/),
    fc.constantFrom("my-model-runs", "my-captures"),
    anything,
  ),
  createsBucket: fc.boolean(),
  prefix: fc.oneof(fc.constantFrom("", "retrigger/", "my-model/", "drift/", "/x"), anything),
  output: fc.oneof(fc.constantFrom("gs://my-model-runs/x", "gs://acme"), anything),
  email: fc.oneof(fc.constant("ada@example.com"), anything),
};

function loaded(text: string): ReturnType<typeof loadConfig> {
  writeFileSync(FILE, text);
  return loadConfig(FILE);
}
