import { join } from "node:path";
import { loadConfig } from "../../config/load-config";
import { temporaryFolder } from "../modules/temporary-project";
import { messageOf } from "../stacks/config-messages";

const AWS = "environment: dev\naws: { region: eu-central-1 }\n";
const TOP = `${AWS}gcp: { project: acme-ml, region: europe-west4 }
`;
const MODELS = `models:
  churn: { data: { bucket: acme-churn, prefixes: [in/] }, policy: { cooldown: 1h }, pipeline: { name: churn }, schedule: { cron: 0 2 * * * } }
  hourly: { data: { bucket: acme-hourly, prefixes: [in/] }, pipeline: { name: hourly }, schedule: { rate: 1h } }
  direct: { pipeline: { name: direct }, schedule: { mode: direct, every: day at 2:30 } }
  clicks: { data: { bucket: clicks, prefixes: [in/] }, pipeline: { template: "gs://acme/a.yaml", outputDirectory: "gs://runs-1/a" } }
`;

const REMOVED_CASES: readonly [string, string][] = [
  ["all of them in an environment", "defaults: { policy: { cooldown: 3h } }\nenvironments: { dev: { defaults: null } }"],
  ["all of none", "defaults: {}\nenvironments: { dev: { defaults: null } }"],
  [
    "one that an environment removed too",
    "defaults: { batch: { size: 5, window: 1h } }\nenvironments: { dev: { defaults: { batch: null }, models: { churn: { batch: null } } } }",
  ],
  [
    "a key of what an environment removed",
    "defaults: { batch: { size: 5 } }\nenvironments: { dev: { defaults: null, models: { churn: { batch: { size: null } } } } }",
  ],
  [
    "one that is none of its kind",
    "defaults: { schedule: { timezone: Europe/Berlin } }\nenvironments: { dev: { models: { hourly: { schedule: { timezone: null } } } } }",
  ],
];

describe("defaults", () => {
  it.each(REMOVED_CASES)("should be removed by null, wherever it stands: %s", (_case, text) => {
    expect(messageOf(`${TOP}${text}\n${MODELS}`)).toBe("no mistake");
  });

  it("should give a model without their direct schedule its data", () => {
    const text = `${AWS}defaults: { data: { bucket: acme, prefixes: [in/] }, schedule: { mode: direct, cron: 0 2 * * * } }
models: { churn: { pipeline: { name: churn }, schedule: null } }
`;
    expect(loadConfig(fileOf(text)).models.churn?.data?.bucket).toBe("acme");
  });

  it("should give a model without their template what belongs to its own pipeline", () => {
    const text = `${AWS}defaults: { pipeline: { template: "gs://acme/a.yaml", outputDirectory: "gs://runs-1/a" } }
models: { churn: { data: { bucket: acme, prefixes: [in/] }, pipeline: { template: null, name: churn } } }
`;
    expect(loadConfig(fileOf(text)).models.churn?.pipeline).toMatchObject({ name: "churn" });
  });

  it("should tell a null of theirs once", () => {
    expect(linesOf("defaults: { pipeline: { name: common, roleArn: null } }")).toEqual([
      "retrigger.yaml:4:39 defaults.pipeline.roleArn: got null",
    ]);
  });

  it("should come back below a section that an environment writes where the model had removed it", () => {
    const text = `${TOP}defaults: { policy: { cooldown: 3h, maxStartsPerDay: 2 } }
${MODELS.replace("policy: { cooldown: 1h }", "policy: null")}environments: { dev: {}, prod: { models: { churn: { policy: { cooldown: 5h } } } } }
`.replace("environment: dev\n", "");
    const policyIn = (environment: string) => loadConfig(fileOf(text), { environment }).models.churn?.policy;

    expect(policyIn("dev")).toMatchObject({ maxStartsPerDay: 4 });
    expect(policyIn("prod")).toMatchObject({ cooldown: "5h", maxStartsPerDay: 2 });
  });

  it("should stand below every model, whose own values win", () => {
    const { churn, hourly } = modelsOf("defaults: { policy: { cooldown: 3h, maxStartsPerDay: 2 }, data: { suffixes: [.csv] } }");

    expect(churn?.policy).toMatchObject({ cooldown: "1h", maxStartsPerDay: 2 });
    expect(churn?.data).toMatchObject({ bucket: "acme-churn", suffixes: [".csv"] });
    expect(hourly?.policy).toMatchObject({ cooldown: "3h", maxStartsPerDay: 2 });
  });

  it("should leave a model what null removes of them", () => {
    const own = MODELS.replace("cooldown: 1h", "cooldown: 1h, maxStartsPerDay: null");
    const { churn } = loadConfig(fileOf(`${TOP}defaults: { policy: { maxStartsPerDay: 2 } }\n${own}`)).models;

    expect(churn?.policy.maxStartsPerDay).toBe(4);
  });

  it("should leave out what cannot belong to a model: of the other cloud, of data that it has not, of its kind of schedule", () => {
    const { churn, hourly, direct, clicks } = modelsOf(`defaults:
  policy: { cooldown: 3h }
  pipeline: { parameters: { Uri: "{manifestUri}" }, caching: true }
  schedule: { timezone: Europe/Berlin, priority: 2 }
  monitoring: { capture: { location: s3://acme-captures/flights/AllTraffic/ } }`);

    expect(churn?.schedule).toMatchObject({ timezone: "Europe/Berlin", priority: 2 });
    expect(hourly?.schedule).toMatchObject({ timezone: "UTC", priority: 2 });
    expect(direct?.schedule).toMatchObject({ mode: "direct", timezone: "Europe/Berlin" });
    expect(direct?.data).toBeUndefined();
    expect(clicks?.schedule).toBeUndefined();
    expect([churn?.pipeline.caching, clicks?.pipeline.caching]).toEqual([undefined, true]);
    expect([churn?.monitoring.capture?.location, clicks?.monitoring.capture]).toEqual([
      "s3://acme-captures/flights/AllTraffic/",
      undefined,
    ]);
  });

  it("should be told once when they are wrong, at their place, also where every model has its own", () => {
    expect(linesOf("defaults: { policy: { cooldwn: 1h, dailyBudgetUsd: -5 }, batch: { size: many } }")).toEqual([
      "retrigger.yaml:4:23 defaults.policy.cooldwn: unknown key",
      "retrigger.yaml:4:36 defaults.policy.dailyBudgetUsd: got -5",
      'retrigger.yaml:4:67 defaults.batch.size: got "many"',
    ]);
    expect(linesOf("defaults: { pipeline: { name: a b } }")).toEqual(['retrigger.yaml:4:25 defaults.pipeline.name: got "a b"']);
    expect(linesOf("defaults: 5")).toEqual(["retrigger.yaml:4:1 defaults: got 5"]);
  });

  it("should name the models for which they are wrong beside other values", () => {
    const text = `${TOP}defaults: { policy: { dailyBudgetUsd: 10 } }\n${MODELS}`;

    expect(messageOf(text)).toContain(
      "retrigger.yaml:4:23 defaults.policy.dailyBudgetUsd: got 10, with which no training can start",
    );
    expect(messageOf(text)).toContain("or lower the estimate (models churn, hourly, clicks)");
  });

  it("should say of what a model lacks that the model lacks it", () => {
    const text = `${TOP}defaults: { data: { suffixes: [.csv] } }\nmodels: { churn: { pipeline: { name: churn } } }\n`;

    expect(messageOf(text)).toContain("models.churn.data: missing; expected data: {bucket}");
  });

  it("should be overridden by environments as the rest of the file", () => {
    const file = fileOf(
      `${TOP}defaults: { policy: { cooldown: 3h } }\n${MODELS}environments: { dev: { defaults: { policy: { cooldown: 4h } } } }\n`,
    );

    expect(loadConfig(file).models.hourly?.policy.cooldown).toBe("4h");
  });
});

// Helpers

function fileOf(text: string): string {
  return join(temporaryFolder({ "retrigger.yaml": text }), "retrigger.yaml");
}

function modelsOf(defaults: string) {
  return loadConfig(fileOf(`${TOP}${defaults}\n${MODELS}`)).models;
}

function linesOf(defaults: string): string[] {
  const [, ...lines] = messageOf(`${TOP}${defaults}\n${MODELS}`).split("\n  ");
  return lines.map((line) => line.replace(/[;,] .*/, ""));
}
