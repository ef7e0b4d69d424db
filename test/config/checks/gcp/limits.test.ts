import { gcpLimitProblems } from "../../../../config/checks/gcp/limits";
import { validModels } from "../../../../config/checks/unchecked-config";
import { configOf, messageOf } from "../../../stacks/config-messages";

const GCP = { project: "acme-ml", region: "europe-west4" };

describe("what Google Cloud has room for", () => {
  it.each<[string, number, (index: number) => object, string]>([
    [
      "templates",
      520,
      (index) => ({ pipeline: { template: `gs://acme-pipelines/${index}.yaml` } }),
      "models.m520.pipeline.template: the templates of pipelines on acme-pipelines are 521 with those of all models; expected at most 520, for which IAM has room in its conditions; keep those of further models in another bucket",
    ],
    [
      "artifacts",
      520,
      (index) => ({ pipeline: { outputDirectory: `gs://acme-training/${index}/` } }),
      "models.m520.pipeline.outputDirectory: the folders of artifacts that retrigger-<environment>-runner writes to on acme-training are 521 with those of all models; expected at most 520",
    ],
    [
      "folders of manifests",
      120,
      (index) => ({ data: { manifestPrefix: `manifests/${index}/` } }),
      "models.m120.data.manifestPrefix: the folders of manifests on acme are 121 with those of all models; expected at most 120",
    ],
    [
      "folders of reports",
      120,
      (index) => ({ monitoring: { prefix: `drift/${index}/` } }),
      "models.m120.monitoring.prefix: the folders of drift reports on acme are 121 with those of all models; expected at most 120",
    ],
    [
      "captures",
      480,
      (index) => ({
        data: { bucket: `acme-${index}` },
        monitoring: { capture: { location: `gs://acme-captures/${index}/{yyyy}/{mm}/{dd}/{hh}/` } },
      }),
      "models.m480.monitoring.capture.location: the folders of captures on acme-captures are 481 with those of all models; expected at most 480",
    ],
    [
      "reports and baselines of captures",
      480,
      (index) => ({
        monitoring: {
          capture: { location: "gs://acme-captures/all/{yyyy}/{mm}/{dd}/{hh}/", baseline: `gs://acme/base/${index}.json` },
        },
      }),
      "models.m480.monitoring.capture: the folders of reports and baselines of captures on acme are 962 with those of all models; expected at most 960",
    ],
    [
      "reports beside baselines in their usual folder",
      959,
      () => ({ monitoring: { capture: { location: "gs://acme-captures/all/{yyyy}/{mm}/{dd}/{hh}/" } } }),
      "models.m959.monitoring.capture: the folders of reports and baselines of captures on acme are 961 with those of all models; expected at most 960",
    ],
    [
      "evaluations",
      480,
      (index) => ({ promotion: promotionOf(index, `gs://acme-ml/evaluations/${index}/`) }),
      "models.m480.promotion.evaluations: the folders of evaluations, and of baselines that lie elsewhere, on acme-ml are 481 with those of all models; expected at most 480",
    ],
    [
      "baselines that lie elsewhere",
      240,
      (index) => ({
        promotion: {
          ...promotionOf(index, `gs://acme-ml/evaluations/${index}/`),
          baseline: { evaluation: `gs://acme-ml/baselines/${index}/evaluation.json`, sha256: "0".repeat(64) },
        },
      }),
      "models.m240.promotion.evaluations: the folders of evaluations, and of baselines that lie elsewhere, on acme-ml are 482 with",
    ],
    [
      "hold-outs",
      480,
      (index) => ({
        promotion: { ...promotionOf(index, "gs://acme-ml/evaluations/"), mix: { baseline: `gs://acme-ml/hold-outs/${index}` } },
      }),
      "models.m480.promotion.mix.baseline: the manifests of hold-outs on acme-ml are 481 with those of all models; expected at most 480",
    ],
  ])("should be told of %s: %i fit, and no more", (_what, most, sectionsOf, message) => {
    expect(problemsOf(onGoogle(most, sectionsOf))).toEqual([]);
    expect(problemsOf(onGoogle(most + 1, sectionsOf))).toEqual([expect.stringContaining(message)]);
  });

  it("should be counted for each bucket, and once for what models share", () => {
    const buckets = (index: number) => ({ pipeline: { template: `gs://acme-pipelines-${index % 2}/${index}.yaml` } });
    const shared = () => ({ pipeline: { template: "gs://acme-pipelines/one.yaml" } });

    expect(problemsOf(onGoogle(1000, buckets))).toEqual([]);
    expect(problemsOf(onGoogle(1000, shared))).toEqual([]);
  });

  it("should be told with its place, and with everything else that is wrong", () => {
    const models = onGoogle(121, (index) => ({ data: { manifestPrefix: `m/${index}/` } }));

    const message = messageOf({ ...models, unknown: 1 });

    expect(message).toMatch(
      /^retrigger.yaml: 2 mistakes\n {2}retrigger.yaml:\d+:\d+ models.m120.data.manifestPrefix: the folders of/,
    );
    expect(message).toContain("unknown: unknown key");
  });

  it("should be told of jobs and of channels too", () => {
    const schedule = Array.from({ length: 50 }, (_, index) => ({ name: `s${index}`, cron: "0 3 * * *" }));
    const models = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`m${index}`, { ...modelOf({}), schedule }]));
    const addresses = (count: number) => Array.from({ length: count }, (_, index) => `person-${index}@example.com`);
    const channels = Array.from({ length: 10 }, (_, index) => `projects/acme-ml/notificationChannels/${index + 1}`);
    const gcp = (decisions: number, alarms: number) => ({
      ...GCP,
      notifications: { email: addresses(decisions) },
      operations: { email: addresses(alarms), channels },
    });

    expect(problemsOf({ gcp: gcp(17, 7), models })).toEqual([
      "models: the schedules and captures of all models on Google Cloud make 5001 jobs of Cloud Scheduler; expected at most 5000; use fewer schedules, or another environment in another project",
      "gcp.notifications.email: got 17 addresses and channels; expected at most 16, as many as an alert policy notifies; use the address of a mailing list",
      expect.stringContaining("gcp.operations.email: got 17 addresses and channels; expected at most 16"),
    ]);
    models.m0 = { ...modelOf({}), schedule: schedule.slice(1) };
    expect(problemsOf({ gcp: gcp(16, 6), models })).toEqual([]);
    const promotion = { ...promotionOf(0, "gs://acme-ml/evaluations/"), rollout: { endpoint: "1" } };
    models.m0 = { ...modelOf({ promotion }), schedule: schedule.slice(2) };
    expect(problemsOf({ gcp: gcp(16, 6), models })).toEqual([expect.stringContaining("make 5001 jobs of Cloud Scheduler")]);
    models.m0 = { ...modelOf({ promotion }), schedule: schedule.slice(3) };
    expect(problemsOf({ gcp: gcp(16, 6), models })).toEqual([]);
  });

  it("should not be asked of models on AWS", () => {
    const names = Array.from({ length: 121 }, (_, index) => [`m${index}`, { data: { manifestPrefix: `manifests/${index}/` } }]);

    expect(problemsOf(configOf(Object.fromEntries(names)))).toEqual([]);
  });
});

// Helpers

function promotionOf(index: number, evaluations: string): object {
  return {
    registry: `model-${index}`,
    evaluations,
    goldenSet: { sha256: "0".repeat(64), rows: 5000 },
    metrics: [{ name: "auc" }],
  };
}

/** The problems of a configuration, each with its path. */
function problemsOf(config: object): string[] {
  return gcpLimitProblems(config, validModels(config)).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

interface Sections {
  readonly data?: object;
  readonly pipeline?: object;
  readonly promotion?: object;
}

function modelOf({ data, pipeline, ...others }: Sections) {
  return {
    data: { bucket: "acme", prefixes: ["in/"], ...data },
    pipeline: { template: "gs://acme-pipelines/p.yaml", outputDirectory: "gs://acme-training/runs", ...pipeline },
    ...others,
  };
}

function onGoogle(count: number, sectionsOf: (index: number) => Sections): object {
  const models = Array.from({ length: count }, (_, index) => [`m${String(index).padStart(3, "0")}`, modelOf(sectionsOf(index))]);
  return { environment: "dev", gcp: GCP, models: Object.fromEntries(models) };
}
