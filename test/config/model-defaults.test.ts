import { join } from "node:path";
import { loadConfig } from "../../config/load-config";
import { temporaryFolder } from "../modules/temporary-project";
import { messageOf } from "../stacks/config-messages";

const TOP = `environment: dev
aws: { region: eu-central-1 }
gcp: { project: acme-ml, region: europe-west4 }
`;
const MODELS = `models:
  churn: { data: { bucket: acme-churn, prefixes: [in/] }, policy: { cooldown: 1h }, pipeline: { name: churn }, schedule: { cron: 0 2 * * * } }
  hourly: { data: { bucket: acme-hourly, prefixes: [in/] }, pipeline: { name: hourly }, schedule: { rate: 1h } }
  direct: { pipeline: { name: direct }, schedule: { mode: direct, every: day at 2:30 } }
  clicks: { data: { bucket: clicks, prefixes: [in/] }, pipeline: { template: "gs://acme/a.yaml", outputDirectory: "gs://runs-1/a" } }
`;

describe("defaults", () => {
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
