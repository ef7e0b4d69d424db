import { join } from "node:path";
import fc from "fast-check";
import { loadConfig } from "../../config/load-config";
import { driftSchema } from "../../config/sections/drift";
import { isMapping } from "../../functions/core/json-path";
import { configOf, messageOf } from "../stacks/config-messages";

/** Of a model on Google Cloud. */
const GOOGLE_CLOUD = `environment: dev
gcp: { project: acme-ml, region: europe-west4 }
models:
  churn:
    data: { bucket: acme, prefixes: [in/] }
    pipeline: { template: "gs://acme-pipelines/churn.yaml", outputDirectory: "gs://acme-runs/churn" }
`;

describe("loadConfig", () => {
  it("should tell any mistake as such, whatever stands where", () => {
    const places = [[], ["defaults"], ["environments"], ["environments", "dev"], ["environments", "dev", "defaults"], ["models"]];
    const sections = ["defaults", "models", "backend", "aws", "churn", "schedule", "pipeline", "policy", "rules", "environments"];
    const value = fc.constantFrom<unknown>(null, {}, [], 5, "x", { churn: null }, { policy: null }, [null], { type: null });
    const change = fc.tuple(fc.constantFrom(...places), fc.constantFrom(...sections), value);
    const base = {
      aws: { region: "eu-central-1" },
      defaults: { policy: { cooldown: "3h" }, schedule: { timezone: "UTC" } },
      models: { churn: { data: { bucket: "acme", prefixes: ["in/"] }, pipeline: { name: "churn" }, policy: { cooldown: "1h" } } },
      environments: { dev: { defaults: { policy: { cooldown: null } }, models: { churn: { policy: null } } } },
    };

    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const content = structuredClone(base);
        for (const [place, key, changed] of changes) {
          const parent = place.reduce<unknown>((node, step) => (isMapping(node) ? node[step] : undefined), content);
          if (isMapping(parent)) Object.assign(parent, { [key]: structuredClone(changed) });
        }
        // Fails by any other error than a ConfigError.
        expect(messageOf(content)).toMatch(/^(?:no mistake|retrigger\.yaml: )/);
      }),
      { numRuns: 60 },
    );
  });

  it("should read the smallest useful file, and fill in defaults that are safe", () => {
    const config = loadConfig(join(__dirname, "../fixtures/config/minimal.yaml"));

    expect(config).toEqual({
      environment: "dev",
      namePrefix: "retrigger",
      terraform: {},
      backend: { type: "local" },
      aws: {
        region: "eu-central-1",
        tags: {},
        buckets: {},
        deletionProtection: true,
        allowedAccountIds: [],
        roles: { path: "/" },
        logs: { retentionDays: 90 },
        tracing: false,
        notifications: { email: [] },
        operations: { email: [], topics: [] },
        quotas: { attachedPolicies: 10 },
        prices: {},
      },
      operations: { alarms: true, dashboard: true, watch: "full", runbooks: "docs/runbooks", queueAge: "30m" },
      models: {
        "flight-delay": {
          data: { bucket: "acme-flights", prefixes: ["incoming/"], suffixes: [], manifestPrefix: "retrigger/manifests/" },
          batch: { size: 1000, window: "24h", quietPeriod: "never", dedupeHorizon: "24h", retention: "30d" },
          pipeline: { name: "flight-delay-training", parameters: { ManifestUri: "{manifestUri}" } },
          policy: {
            maxRuns: 1,
            cooldown: "6h",
            minNewObjects: 0,
            maxStartsPerDay: 4,
            dailyBudgetUsd: 1000,
            monthlyBudgetUsd: 10_000,
            cost: { baseUsd: 150, perGbUsd: 1.5, perObjectUsd: 0 },
            backoff: { afterFailures: 3, delay: "1h", maxDelay: "24h" },
            approval: { needed: "on-request", approvers: 1, expires: ["1h", "4h", "24h", "72h", "72h"] },
            deferralExpires: "7d",
          },
          drift: driftSchema.parse({}),
          monitoring: { prefix: "drift/" },
          operations: { suspected: "7d", runOverUsual: 3, storm: 100, approvalLeft: "30m" },
        },
      },
      rules: {},
    });
  });

  it("should read the smallest useful file of Google Cloud", () => {
    const { aws, gcp, models } = loadConfig(join(__dirname, "../fixtures/config/minimal-gcp.yaml"));

    expect(aws).toBeUndefined();
    expect(gcp).toEqual({
      project: "acme-ml",
      region: "europe-west4",
      labels: {},
      buckets: {},
      firestore: { onDestroy: "refuse" },
      build: {},
      notifications: { email: [] },
      operations: { email: [], channels: [] },
    });
    expect(models.churn?.pipeline).toEqual({
      template: "gs://acme-pipelines/churn.yaml",
      outputDirectory: "gs://acme-training/churn",
      parameters: { ManifestUri: "{manifestUri}" },
    });
  });

  it("should say of values that are no text in places where texts are looked at", () => {
    const message = messageOf(`environment: dev
aws: { region: eu-central-1, operations: { topics: [{ toString: 1, valueOf: 2 }] } }
models:
  churn:
    data: { bucket: acme }
    pipeline: { name: churn }
    schedule: { mode: direct, cron: 0 2 * * *, timezone: { toString: 1, valueOf: 2 }, parameters: { At: x } }
rules:
  one: { type: { toString: 1, valueOf: 2 } }
`);

    expect(message).toContain("aws.operations.topics[0]: got");
    expect(message).toContain("models.churn.schedule.timezone: got");
    expect(message).toContain("rules.one");
  });

  it("should say of a key or a value of any length and characters what one reads", () => {
    const message = messageOf(`environment: "\\x9b2J"\n"\\e[2J${"x".repeat(900)}": 1\n`);

    expect(message).toContain("unknown key");
    expect(message.replaceAll("\n", "")).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
    expect(message.split("\n").filter((line) => line.length > 400)).toEqual([]);
  });

  it("should say all mistakes at once, in the order of the file, each with its place, the value and the cure", () => {
    const message = messageOf(`
environment: Dev
backend: { type: s4 }
aws:
  region: Frankfurt
  buckets:
    acme-flihgts: { create: true }
models:
  flight-delay:
    data: { bucket: acme-flights, prefixes: [incoming/, retrigger/] }
    batch: { size: many, windw: 6h, dedupeHorizon: 60d }
    pipeline: { name: training, parameters: { Epochs: 5, Uri: "{manifest}" }, roleArn: arn:aws:iam::111122223333:role/x }
  Demand:
    data: { bucket: acme-flights }
`);

    expect(message).toBe(
      `retrigger.yaml: 15 mistakes
  retrigger.yaml:2:1 environment: got "Dev"; did you mean dev? expected 1 to 16 of a-z, 0-9 and -, starting with a letter, such as dev
  retrigger.yaml:3:12 backend.type: got "s4"; did you mean s3? expected local, cloud, s3 or gcs
  retrigger.yaml:5:3 aws.region: got "Frankfurt"; expected an AWS region, such as eu-central-1
  retrigger.yaml:7:5 aws.buckets.acme-flihgts: no model uses this bucket; expected one of acme-flights; correct the name, or remove the entry
  retrigger.yaml:10:57 models.flight-delay.data.prefixes[1]: got "retrigger/", which contains the manifests that Retrigger writes to retrigger/manifests/flight-delay/, a loop; expected prefixes outside of it, such as incoming/, or suffixes that select neither .manifest nor .ledger.json.gz
  retrigger.yaml:11:14 models.flight-delay.batch.size: got "many"; expected a whole number, 1 to 100000, such as 1000
  retrigger.yaml:11:26 models.flight-delay.batch.windw: unknown key; did you mean window? allowed here: size, window, quietPeriod, dedupeHorizon, retention
  retrigger.yaml:11:37 models.flight-delay.batch.dedupeHorizon: got "60d"; expected at most the retention, 30d; shorten it, or lengthen retention
  retrigger.yaml:12:47 models.flight-delay.pipeline.parameters.Epochs: got 5; expected text; put quotes around what is written here
  retrigger.yaml:12:58 models.flight-delay.pipeline.parameters.Uri: got "{manifest}"; did you mean {manifestUri}? expected no other placeholders than {model}, {requestId}, {cause}, {reason}, {manifestUri}, {objects}, {bytes}
  retrigger.yaml:12:79 models.flight-delay.pipeline.roleArn: got a role without definitionFile; expected both, to create the pipeline, or neither, for one that exists
  retrigger.yaml:13:3 models.Demand: got the name "Demand"; did you mean demand? expected 1 to 40 of a-z, 0-9 and -, starting with a letter
  retrigger.yaml:13:3 models.Demand.pipeline: missing; expected a mapping with name, for a pipeline of SageMaker, or template and outputDirectory, for one of Vertex AI, such as {name: churn-training}
  retrigger.yaml:14:5 models.Demand.data.prefixes[0]: got "", the whole bucket, which contains the manifests that Retrigger writes to retrigger/manifests/flight-delay/, a loop; expected prefixes outside of it, such as incoming/, or suffixes that select neither .manifest nor .ledger.json.gz
  retrigger.yaml:14:5 models.Demand.data.prefixes[0]: got "", the whole bucket, which contains the drift reports of model flight-delay in drift/, so that they would be trained on; expected prefixes outside of it, such as incoming/, suffixes that do not select .json, or another monitoring.prefix`,
    );
  });

  it("should say every mistake of a model once, also beside a parameter whose name is wrong", () => {
    const message = messageOf(configOf({ ok: { batch: { sise: 1 }, pipeline: { parameters: { "bad name": "x" } } } }));

    expect(message.split("\n").map((line) => line.trim().replace(/;.*/, ""))).toEqual([
      "retrigger.yaml: 2 mistakes",
      "retrigger.yaml:11:7 models.ok.batch.sise: unknown key",
      'retrigger.yaml:15:9 models.ok.pipeline.parameters.bad name: got the name "bad name"',
    ]);
  });

  it.each([
    ["prefixes", "prefixs", "models.churn.data.prefixs"],
    ["bucket", "bukcet", "models.churn.data.bukcet"],
    ["data", "dta", "models.churn.dta"],
    ["models", "modles", "modles"],
    ["template", "tempalte", "models.churn.pipeline.tempalte"],
  ])("should tell nothing of a key that is missing because it is misspelt: %s as %s", (key, misspelt, path) => {
    expect(messageOf(GOOGLE_CLOUD)).toBe("no mistake");
    expect(problemsOf(GOOGLE_CLOUD.replace(`${key}:`, `${misspelt}:`))).toEqual([`${path}: unknown key`]);
  });

  it("should tell all mistakes within what is misspelt, under the names that are written there", () => {
    const text = GOOGLE_CLOUD.replace("data: { bucket: acme, prefixes", "dta: { bukcet: Acme, prefixs");

    expect(problemsOf(text)).toEqual([
      "models.churn.dta: unknown key",
      "models.churn.dta.bukcet: unknown key",
      "models.churn.dta.prefixs: unknown key",
    ]);
  });

  it("should not read a misspelt key in the place of one that is there, nor of one that it is not like", () => {
    expect(problemsOf(configOf({ one: { data: { prefixs: [""] } } }))).toEqual(["models.one.data.prefixs: unknown key"]);
    expect(problemsOf(configOf({ one: { data: { bucket: undefined, place: "acme" } } }))).toEqual([
      "models.one.data.bucket: missing",
      "models.one.data.place: unknown key",
    ]);
  });

  it("should say below which key one belongs that stands a level too high", () => {
    const { models, ...top } = configOf({ one: {} }) as { models: { one: object } };
    const config = { ...top, models: { one: { ...models.one, rollout: { endpoint: "churn" }, nothing: 1 } } };

    const message = messageOf(config);
    expect(message).toContain("models.one.rollout: unknown key; it belongs below promotion; allowed here: data, ");
    expect(message).toContain("models.one.nothing: unknown key; allowed here: data, ");
  });

  it("should say where a file is missing, and how to name another", () => {
    expect(() => loadConfig("no/such.yaml")).toThrow(
      "no/such.yaml: cannot be read (ENOENT); expected the configuration there; create it with npx retrigger init, or name another file in RETRIGGER_CONFIG",
    );
  });

  it.each([
    ["an empty file", "", "retrigger.yaml: got nothing; expected a mapping"],
    ["comments alone", "# nothing\n", "retrigger.yaml: got nothing; expected a mapping"],
    ["a list", "- environment: dev", "retrigger.yaml: got a list; expected a mapping"],
    ["a word", "dev", "retrigger.yaml: got a single value; expected a mapping"],
    [
      "a model written twice",
      'models:\n  churn: {}\n  "churn": {}',
      "retrigger.yaml:3:3 got the key churn a second time, after retrigger.yaml:2:3; expected every key of a mapping once; rename or remove one of the two",
    ],
    [
      "a key written twice, in one line",
      "aws: { tags: 1, tags: 2 }",
      "retrigger.yaml:1:17 got the key tags a second time, after retrigger.yaml:1:8",
    ],
    ["an open bracket", "aws:\n  tags: [", "retrigger.yaml:2:10 got an open [ without its ]; expected ]"],
    ["a tab", "\taws: 1", "retrigger.yaml:1:1 got a tab in the indentation; expected spaces; replace each tab with two spaces"],
    ["two documents", "environment: dev\n---\nenvironment: prod", "retrigger.yaml:2:1 got a second document after ---"],
    ["a tag of code", "environment: !!js/function x", "retrigger.yaml:1:14 got the tag !!js/function"],
    ["a key that is no text", "? [a]\n: 1", "retrigger.yaml:1:3 expected a key of plain text"],
    ["__proto__ as a section", "__proto__: {}", "retrigger.yaml:1:1 the key __proto__ is not allowed"],
    ["__proto__ as a model", "models:\n  __proto__: {}", "retrigger.yaml:2:3 the key __proto__ is not allowed"],
    ["keys in keys", deep(2000), "got values nested deeper than 100 levels"],
    ["UTF-16", Buffer.from("environment: dev\n", "utf16le").toString("latin1"), "retrigger.yaml: got UTF-16, or no text at all"],
    ["line ends of CR", "environment: dev\raws: {}\r", "retrigger.yaml: got lines that end with a carriage return alone"],
    ["binary data", "%YAML 1.1\n---\nenvironment: !!binary aGk=\n", 'retrigger.yaml:3:1 environment: got "aGk="'],
    ["a date", "%YAML 1.1\n---\nenvironment: 2026-12-01\n", 'retrigger.yaml:3:1 environment: got "2026-12-01"'],
    ["an unknown alias", "aws: *nowhere", "retrigger.yaml:1:6 got the alias *nowhere, and no anchor &nowhere before it"],
    ["a circle", "models: { one: { data: &d [*d] } }", "retrigger.yaml:1:28 got the alias *d within what it refers to"],
    ["aliases that explode", bomb(), "retrigger.yaml: its aliases stand for more than 100000 values"],
  ])("should refuse %s", (_case, text, expected) => {
    expect(messageOf(text)).toContain(expected);
  });
});

// Helpers

/** The path of each mistake and what was got there, without what is expected. */
function problemsOf(config: unknown): string[] {
  const [, ...mistakes] = messageOf(config).split("\n  ");
  return mistakes.map((mistake) => mistake.replace(/^\S+ /, "").replace(/;.*/, ""));
}

function bomb(): string {
  const ten = (alias: string) => `[${Array(10).fill(alias).join(", ")}]`;
  return `a: &a ${ten("1")}\nb: &b ${ten("*a")}\nc: &c ${ten("*b")}\nd: &d ${ten("*c")}\ne: ${ten("*d")}`;
}

function deep(levels: number): string {
  return Array.from({ length: levels }, (_one, level) => `${" ".repeat(level)}a:`).join("\n");
}
