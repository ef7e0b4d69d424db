import * as z from "zod";
import { configSchema } from "../../config/config";
import { PARSING } from "../../config/field-problems";
import { configOf, messageOf } from "../stacks/config-messages";

describe("the choices of retrigger.yaml", () => {
  const choices = choicesOf(configSchema);

  it("should be more than a dozen", () => {
    expect(choices.size).toBeGreaterThan(12);
  });

  it.each([...choices].map(([values, schema]) => [values, schema] as const))(
    "should be told in our words: %s",
    (_values, schema) => {
      const [issue] = schema.safeParse("nonesuch", PARSING).error?.issues ?? [];

      expect(issue?.message).toMatch(/^(?:got|expected) /);
    },
  );

  it("should be told with the nearest", () => {
    expect(messageOf(configOf({ one: {} }, { operations: { watch: "esential" } }))).toContain(
      'operations.watch: got "esential"; did you mean essential? expected essential or full',
    );
  });
});

describe("the fields of retrigger.yaml", () => {
  it("should accept all that is allowed", () => {
    const config = configOf(
      {
        "a-1": {
          data: { prefixes: [""], suffixes: [".csv"], manifestPrefix: "m/" },
          batch: { size: 100_000, window: "never", quietPeriod: "1m", dedupeHorizon: "0s", retention: "1d" },
          policy: { deferralExpires: "1d" },
          pipeline: { name: "A-1", parameters: { "a-b_C": "{manifestUri}{objects} 100 % $5" } },
        },
      },
      { $schema: "./retrigger.schema.json", backend: { type: "gcs", bucket: "state" } },
    );

    expect(messageOf(config)).toBe("no mistake");
  });

  it.each([
    ["aws missing", { ...configOf({ one: {} }), aws: undefined }, "aws: missing, as is gcp; expected at least one of them"],
    ["no model", configOf({}), "models: got {}; expected at least one model"],
    ["a long environment", configOf({ one: {} }, { environment: "e".repeat(17) }), "expected 1 to 16 of a-z, 0-9 and -"],
    [
      "an unknown section",
      configOf({ one: {} }, { azure: {} }),
      "azure: unknown key; allowed here: environment, backend, aws, gcp, operations, models",
    ],
    ["a key far from any other", configOf({ one: {} }, { telemetry: {} }), "telemetry: unknown key; allowed here: environment"],
    [
      "another backend's key",
      configOf({ one: {} }, { backend: { type: "local", bucket: "x" } }),
      "backend.bucket: unknown key; allowed here: type",
    ],
    [
      "a backend's missing key",
      configOf({ one: {} }, { backend: { type: "s3", bucket: "state" } }),
      "backend.region: missing; expected an AWS region",
    ],
    [
      "a backend without type",
      configOf({ one: {} }, { backend: {} }),
      "backend.type: missing; expected a mapping whose type is local, cloud, s3 or gcs",
    ],
    [
      "a number as a tag",
      configOf({ one: {} }, { aws: { region: "eu-central-1", tags: { cost: 5 } } }),
      "aws.tags.cost: got 5; expected at most 256",
    ],
    [
      "a tag of AWS's own",
      configOf({ one: {} }, { aws: { region: "eu-central-1", tags: { "aws:x": "y" } } }),
      'got the name "aws:x"; expected a tag name',
    ],
    [
      "a model's name",
      configOf({ One: {} }),
      'models.One: got the name "One"; did you mean one? expected 1 to 40 of a-z, 0-9 and -, starting with a letter',
    ],
    [
      "a bucket's URI",
      configOf({ one: { data: { bucket: "s3://acme/in" } } }),
      'bucket: got "s3://acme/in"; did you mean acme? expected the name of a bucket alone',
    ],
    ["no prefix at all", configOf({ one: { data: { prefixes: [] } } }), "data.prefixes: got []; expected at least one prefix"],
    [
      "a prefix alone",
      configOf({ one: { data: { prefixes: "in/" } } }),
      'data.prefixes: got "in/"; did you mean [in/]? expected a list, such as [a, b]',
    ],
    [
      "an empty suffix",
      configOf({ one: { data: { suffixes: [""] } } }),
      'data.suffixes[0]: got ""; expected at least one character',
    ],
    ["a long prefix", configOf({ one: { data: { prefixes: ["é".repeat(513)] } } }), 'data.prefixes[0]: got "ééé'],
    [
      "a manifest prefix without /",
      configOf({ one: { data: { manifestPrefix: "m" } } }),
      'manifestPrefix: got "m"; expected a key prefix that ends with /',
    ],
    [
      "a manifest prefix with a wildcard",
      configOf({ one: { data: { manifestPrefix: "m*/" } } }),
      'manifestPrefix: got "m*/"; expected',
    ],
    [
      "a batch of nothing",
      configOf({ one: { batch: { size: 0 } } }),
      "batch.size: got 0; expected a whole number, 1 to 100000, such as 1000",
    ],
    [
      "a huge batch",
      configOf({ one: { batch: { size: 100_001 } } }),
      "batch.size: got 100001; expected a whole number, 1 to 100000, such as 1000",
    ],
    ["half an object", configOf({ one: { batch: { size: 1.5 } } }), "batch.size: got 1.5; expected a whole number"],
    [
      "a window without unit",
      configOf({ one: { batch: { window: 6 } } }),
      "batch.window: got 6; it has no unit, such as the m of 6m; expected never, or a whole number and a unit, 1m or longer, such as 6h",
    ],
    [
      "a window shorter than a tick",
      configOf({ one: { batch: { window: "59s" } } }),
      'batch.window: got "59s"; expected never, or a whole number and a unit, 1m or longer, such as 6h',
    ],
    [
      "a quiet period of nothing",
      configOf({ one: { batch: { quietPeriod: "0m" } } }),
      'quietPeriod: got "0m"; expected never, or a whole number and a unit, 1m or longer, such as 30m',
    ],
    [
      "a horizon of never",
      configOf({ one: { batch: { dedupeHorizon: "never" } } }),
      'dedupeHorizon: got "never"; expected a whole number and a unit',
    ],
    [
      "a short retention",
      configOf({ one: { batch: { retention: "23h", dedupeHorizon: "1h", window: "1h" } } }),
      'retention: got "23h"; expected 1d or longer',
    ],
    [
      "a pipeline's ARN",
      configOf({ one: { pipeline: { name: "arn:aws:sagemaker:x" } } }),
      "expected the name of a SageMaker pipeline, not its ARN",
    ],
    [
      "a parameter's name",
      configOf({ one: { pipeline: { parameters: { "a b": "x" } } } }),
      'parameters.a b: got the name "a b"; did you mean a-b? expected a parameter name',
    ],
    [
      "a long parameter",
      configOf({ one: { pipeline: { parameters: { A: "x".repeat(1025) } } } }),
      "…; expected at most 1024 characters",
    ],
    ["many parameters", configOf({ one: { pipeline: { parameters: manyParameters(201) } } }), "…; expected at most 200 parameters"],
    [
      "a boolean as text",
      configOf({ one: {} }, { aws: { region: "eu-central-1", buckets: { acme: { create: "yes" } } } }),
      'create: got "yes"; expected true or false',
    ],
  ])("should explain %s", (_case, config, expected) => {
    expect(messageOf(config)).toContain(expected);
  });
});

// Helpers

function manyParameters(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`P${index}`, "x"]));
}

/** The enums of a schema, each by its values. */
function choicesOf(root: z.ZodType): Map<string, z.ZodType> {
  const seen = new Set<unknown>();
  const found = new Map<string, z.ZodType>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || seen.has(node)) return;
    seen.add(node);
    if (node instanceof z.ZodEnum) found.set(node.options.join(", "), node);
    if (node instanceof z.ZodObject) Object.values(node.shape).forEach(visit);
    if (node instanceof z.ZodType) Object.values(node.def).forEach(visit);
    if (Array.isArray(node)) node.forEach(visit);
  };
  visit(root);
  return found;
}
