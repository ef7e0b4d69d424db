import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { remarkText } from "../../../config/errors";
import { loadConfig, loadPlacedConfig } from "../../../config/load-config";
import { AWS_REGIONS } from "../../../config/regions";
import { configWarnings } from "../../../config/warnings/warnings";
import { SAGEMAKER_EVENTS } from "../../../functions/core/sagemaker-events/catalogue";
import { temporaryFolder } from "../../modules/temporary-project";

const ROOT = join(__dirname, "../../..");

describe("configWarnings", () => {
  it.each(["retrigger.yaml", "docs/examples/every-target.yaml"])("should say nothing of the example %s", (file) => {
    expect(configWarnings(loadConfig(join(ROOT, file)), ROOT)).toEqual([]);
  });

  it.each([
    ["an unknown region", "aws: { region: eu-west-9", 'aws.region: got "eu-west-9", which was not a region of AWS in'],
    [
      "alarms that nobody is told of",
      "aws: { region: eu-west-1, operations: { email: [] }",
      "aws.operations: nobody is notified by",
    ],
  ])("should tell of %s", (_case, aws, expected) => {
    const text = `environment: dev\n${aws} }\n${MODEL}`;

    expect(toldOf(text)[0]).toContain(expected);
  });

  it.each([
    ["alarms", 0],
    ["decisions", 1],
  ])("should count a chat as told of alarms where it is about them: %s", (about, warnings) => {
    const secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack-AbCdEf";
    const notifications = `notifications: { slack: { secret: "${secret}", about: [${about}] } }`;

    expect(toldOf(`environment: dev\naws: { region: eu-west-1, ${notifications} }\n${MODEL}`)).toHaveLength(warnings);
  });

  it("should tell who expects alarms of direct schedules alone, which have none, and not offer to turn any off", () => {
    const operations = "operations: { email: [ml@example.com] } }\n";
    const gcp = `gcp: { project: acme-ml, region: europe-west4, ${operations}`;
    const models = `models:
  one: { pipeline: { name: a }, schedule: { mode: direct, rate: 24h } }
  two: { pipeline: { template: "gs://acme-p/b.yaml", outputDirectory: "gs://acme-o/b" }, schedule: { mode: direct, rate: 24h } }
`;

    expect(toldOf(`environment: dev\naws: { region: eu-west-1, ${operations}${gcp}${models}`)).toEqual([
      expect.stringMatching(/aws\.operations\.email: nobody will be notified: .* AWS gets no alarms.* dead_letter_queues$/),
      expect.stringMatching(/gcp\.operations\.email: nobody will be notified: .* Google Cloud gets no alarms/),
    ]);
    expect(
      toldOf(`environment: dev\naws: { region: eu-west-1 }\ngcp: { project: acme-ml, region: europe-west4 }\n${models}`),
    ).toEqual([]);
    expect(toldOf(`environment: dev\naws: { region: eu-west-1, ${operations}${MODEL}`)).toEqual([]);
  });

  it.each([
    ["the address of a folder", "prefixes: [s3://acme/in/]", 'prefixes[0]: got "s3://acme/in/", which no key of acme starts with'],
    ["a slash first", "prefixes: [/in/]", 'did you mean "in/"?'],
    ["a pattern", 'prefixes: [in/], suffixes: ["*.csv"]', 'suffixes[0]: got "*.csv", in which * and ? are literal characters'],
    ["a prefix within another", "prefixes: [in/, in/a/]", 'prefixes[1]: got "in/a/", but "in/" already selects'],
    ["a prefix twice", "prefixes: [in/, in/]", 'prefixes[1]: got "in/", but "in/" already selects'],
    ["a suffix within another", "prefixes: [in/], suffixes: [.csv.gz, .gz]", 'suffixes[0]: got ".csv.gz", but ".gz" already'],
  ])("should tell of %s, alone", (_case, data, expected) => {
    const told = toldOf(`${HEAD}models:\n  one: { data: { bucket: acme, ${data} }, pipeline: { name: a } }\n`);

    expect(told).toHaveLength(1);
    expect(told[0]).toContain(expected);
  });

  it("should tell of two models on the same objects, and not of models apart by prefixes or suffixes", () => {
    const told = toldOf(`${HEAD}models:
  one: { data: { bucket: acme, prefixes: [in/] }, pipeline: { name: a } }
  two: { data: { bucket: acme, prefixes: [in/b/], suffixes: [.csv] }, pipeline: { name: b } }
  three: { data: { bucket: acme, prefixes: [other/] }, pipeline: { name: c } }
  four: { data: { bucket: acme-2, prefixes: [in/] }, pipeline: { name: d } }
  five: { data: { bucket: acme-2, prefixes: [in-5/], suffixes: [.json] }, pipeline: { name: e } }
`);

    expect(told).toEqual([expect.stringContaining("models.two.data: watches objects of acme that model one watches too")]);
  });

  it("should tell of a day's budget above the month's, and of a quiet period alone", () => {
    const model = `${MODEL}    policy: { dailyBudgetUsd: 3000, monthlyBudgetUsd: 2000 }\n    batch: { window: never, quietPeriod: 30m }\n`;

    expect(toldOf(HEAD + model)).toEqual([
      expect.stringContaining("policy.monthlyBudgetUsd: got 2000, less than the dailyBudgetUsd of 3000"),
      expect.stringContaining("data that never pauses for 30m waits until 1000 objects have landed"),
    ]);
  });

  it("should tell who lets a change of the database's key delete all state", () => {
    const key = "projects/acme-keys/locations/europe-west4/keyRings/ml/cryptoKeys/retrigger";
    const pipeline = '{ template: "gs://acme-p/c.yaml", outputDirectory: "gs://acme-o/d" }';
    const told = (firestore: string) =>
      toldOf(`environment: dev
gcp:
  project: acme-ml
  region: europe-west4
  kms: { key: ${key} }
  firestore: { ${firestore} }
  operations: { email: [ml@example.com] }
models: { churn: { data: { bucket: acme, prefixes: [in/] }, pipeline: ${pipeline} } }
`);

    expect(told("onDestroy: delete")).toEqual([
      expect.stringContaining("gcp.firestore.onDestroy: got delete for a database with a key of your own; another key replaces"),
    ]);
    expect(told("onDestroy: refuse")).toEqual([]);
    expect(told("onDestroy: delete, kmsKey: none")).toEqual([]);
  });

  it("should know every region that the client of AWS knows, but for a partition of its own form", () => {
    const client = readFileSync(join(ROOT, "node_modules/@aws-sdk/core/dist-cjs/submodules/client/index.js"), "utf8");
    const regions = new Set([...client.matchAll(/"([a-z]{2}(?:-[a-z]+)+-\d)":/g)].map(([, region = ""]) => region));

    expect(regions.size).toBeGreaterThan(40);
    expect([...regions].filter((region) => !AWS_REGIONS.includes(region))).toEqual([]);
  });
});

describe("the warnings of event patterns", () => {
  it.each([
    [
      "p01-pipelineName",
      "detail.pipelineName: got a field that no known pipeline-execution event of SageMaker has; did you mean pipelineArn?",
    ],
    ["p02-wrong-detail-type", 'did you mean "SageMaker Model Building Pipeline Execution Status Change"?'],
    [
      "p07-status-lower",
      'detail.EndpointStatus[0]: got "InService", which no known SageMaker event has (case matters); did you mean IN_SERVICE?',
    ],
  ])("should tell in %s what was probably meant", (name, expected) => {
    const file = join(ROOT, "test/fixtures/event-patterns", `${name}.yaml`);

    const told = warningsOf(file).filter((text) => text.includes("rules.r.on.pattern"));

    expect(told).toHaveLength(1);
    expect(told[0]).toContain(expected);
  });

  it.each(SAGEMAKER_EVENTS.map(({ name }) => name))("should say nothing of any field of the sample of %s", (name) => {
    const sample: unknown = JSON.parse(readFileSync(join(ROOT, `test/core/sagemaker-events/samples/${name}.json`), "utf8"));
    const events = [sample].flat() as { readonly "detail-type": string; readonly detail: Readonly<Record<string, unknown>> }[];

    for (const event of events) {
      const detail = Object.fromEntries(
        Object.entries(event.detail).map(([field, value]) => [field, [typeof value === "string" ? value : { exists: true }]]),
      );
      expect(toldOf(ruleWith({ source: ["aws.sagemaker"], "detail-type": [event["detail-type"]], detail }))).toEqual([]);
    }
  });

  it("should say nothing of other sources, of what must not be there, and of operators", () => {
    for (const pattern of [
      { source: ["aws.sagemaker", "acme.jobs"], "detail-type": ["Job Done"], detail: { pipelineName: ["a"] } },
      { source: ["aws.glue"], detail: { pipelineName: ["a"] } },
      { source: ["aws.sagemaker"], "detail-type": [{ prefix: "SageMaker" }], detail: { EndpointStatus: [{ prefix: "IN" }] } },
      { source: ["aws.sagemaker"], detail: { pipelineName: [{ exists: false }] } },
    ]) {
      expect(toldOf(ruleWith(pattern))).toEqual([]);
    }
  });

  it("should be of every sample that there is", () => {
    const samples = readdirSync(join(ROOT, "test/core/sagemaker-events/samples"));

    expect(samples).toHaveLength(SAGEMAKER_EVENTS.length);
  });
});

// Helpers

const HEAD = "environment: dev\naws: { region: eu-west-1, operations: { email: [ml@example.com] } }\n";
const MODEL = "models:\n  one:\n    data: { bucket: acme, prefixes: [in/] }\n    pipeline: { name: a }\n";

function ruleWith(pattern: object): string {
  const on = JSON.stringify({ pattern });
  return `${HEAD}${MODEL}rules:\n  r: { type: custom, on: ${on}, targets: [{ type: notify }] }\n`;
}

/** Each warning of a configuration, with its path. */
function toldOf(text: string): string[] {
  return warningsOf(join(temporaryFolder({ "retrigger.yaml": text }), "retrigger.yaml"));
}

function warningsOf(file: string): string[] {
  const { config, remarkOf } = loadPlacedConfig(file);
  return configWarnings(config, dirname(file)).map((warning) => remarkText(remarkOf(warning)));
}
