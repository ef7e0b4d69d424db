import { crossFieldProblems } from "../../../config/checks/checks";
import { configOf, messageOf } from "../../stacks/config-messages";

const SHA256 = "ab".repeat(32);

const SMALLEST = {
  registry: "churn-models",
  evaluations: "s3://acme-ml/evaluations/churn/",
  goldenSet: { sha256: SHA256, rows: 5000 },
  metrics: [{ name: "auc" }],
};

const ON_GCP = { name: undefined, template: "gs://acme-pipelines/p.yaml", outputDirectory: "gs://acme-runs/p" };
const GOOGLE = { ...SMALLEST, registry: "1234", evaluations: "gs://acme-ml/evaluations/churn/" };

describe("the checks of promotion's metrics", () => {
  it.each([
    ["usual ones", [{ name: "auc" }, { name: "rmse", margin: 2, floor: 100 }, { name: "r2", margin: 0.1, floor: -1 }]],
    ["other spellings", [{ name: "AUROC" }, { name: "root_mean_squared_error", margin: 1 }]],
    ["the names of training jobs", [{ name: "validation:accuracy", floor: 1 }, { name: "test:F1" }]],
    ["another, of which all is said", [{ name: "uplift", direction: "higher", margin: 1, floor: -3 }]],
    ["one that is almost another, of which all is said", [{ name: "accuracy2", direction: "lower", margin: 1 }]],
    ["what a direction that is known says too", [{ name: "mae", direction: "lower", margin: 1 }]],
  ])("should allow %s", (_case, metrics) => {
    expect(messageOf(promoted({ metrics }))).toBe("no mistake");
  });

  it.each([
    [
      "a floor that no value reaches",
      { name: "auc", floor: 80 },
      'metrics[0].floor: got 80, a value that "auc" never has; expected 0 to 1',
    ],
    ["a floor below every value", { name: "accuracy", floor: -0.1 }, "floor: got -0.1, a value that"],
    ["a greatest error below none", { name: "rmse", margin: 1, floor: -1 }, "expected 0 or more"],
    ["a share above all", { name: "r2", margin: 1, floor: 1.1 }, "expected 1 or less"],
    [
      "the wrong direction",
      { name: "rmse", direction: "higher", margin: 1 },
      'got "higher" for "rmse", of which the lower value is better',
    ],
    [
      "an error without margin",
      { name: "rmse" },
      'metrics[0].margin: missing; expected how much worse a candidate may be, in units of "rmse"',
    ],
    [
      "a percentage as margin",
      { name: "auc", margin: 1 },
      "margin: got 1, with which no candidate would be worse; expected less than 1",
    ],
    ["a misspelt name", { name: "acuracy" }, 'metrics[0].name: got "acuracy", which is not known; did you mean accuracy?'],
    ["a misspelt name with its prefix", { name: "validation:roc-acu" }, "did you mean roc_auc?"],
    [
      "what was measured on training data",
      { name: "train:auc" },
      'metrics[0].name: got "train:auc", which was measured on the data',
    ],
    ["an unknown one without direction", { name: "uplift", margin: 1 }, "metrics[0].direction: missing; expected higher or lower"],
    [
      "an unknown one without margin",
      { name: "uplift", direction: "higher" },
      "metrics[0].margin: missing; expected how much worse",
    ],
  ])("should refuse %s", (_case, metric, expected) => {
    expect(messageOf(promoted({ metrics: [metric] }))).toContain(expected);
  });

  it("should refuse what is named twice, where it is named again", () => {
    const message = messageOf(
      promoted({ metrics: [{ name: "auc" }, { name: "f1" }, { name: "auc" }], slices: { columns: ["a", "a"] } }),
    );

    expect(message).toContain("2 mistakes");
    expect(message).toContain('metrics[2].name: got "auc", which an earlier metric has; expected metrics that differ; remove one');
    expect(message).toContain('slices.columns[1]: got "a" again; expected columns that differ; remove one');
  });
});

describe("the check of what is compared within slices", () => {
  const sliced = (rows: number, columns: number) =>
    promoted({
      goldenSet: { sha256: SHA256, rows },
      slices: { columns: Array.from({ length: columns }, (_, column) => `c${column}`) },
    });

  it.each([
    [1_000_000, 2],
    [100_000, 20],
    [1_000_000, 0],
  ])("should allow %p rows with %p columns", (rows, columns) => {
    expect(messageOf(sliced(rows, columns))).toBe("no mistake");
  });

  it.each([
    [1_000_000, 3, 2, 666_666],
    [100_001, 20, 19, 100_000],
  ])("should refuse %p rows with %p columns, and say how many of either fit", (rows, columns, fewer, least) => {
    const message = messageOf(sliced(rows, columns));

    expect(message).toContain(
      `promotion.slices.columns: got ${columns} columns for a golden set of ${rows} rows; expected at most`,
    );
    expect(message).toContain(`name at most ${fewer} columns, or use a golden set of at most ${least} rows`);
  });
});

describe("the numbers of promotion that JSON lacks", () => {
  it.each([
    ["margin", Number.POSITIVE_INFINITY, "Infinity"],
    ["floor", Number.NEGATIVE_INFINITY, "-Infinity"],
    ["floor", Number.NaN, "NaN"],
  ])("should be told as they are: %s", (key, value, told) => {
    expect(messageOf(promoted({ metrics: [{ name: "auc", [key]: value }] }))).toContain(`metrics[0].${key}: got ${told}; `);
  });

  it("should be told as they are within what stands around them", () => {
    expect(messageOf(promoted({ registry: [Number.NaN, "NaN", null] }))).toContain('registry: got [NaN,"NaN",null]; ');
  });
});

describe("the checks of promotion's cloud", () => {
  it("should allow a model of Vertex AI", () => {
    expect(messageOf(onGoogle(GOOGLE))).toBe("no mistake");
    expect(messageOf(onGoogle({ ...GOOGLE, registry: "projects/acme-ml/locations/us-east1/models/4" }))).toBe("no mistake");
  });

  it("should refuse what AWS alone has, each with what to do", () => {
    const message = messageOf(
      onGoogle({
        ...SMALLEST,
        registry: "Churn-Models",
        baseline: { evaluation: "s3://acme-ml/b/evaluation.json", sha256: SHA256 },
        approval: { separate: true },
        mix: { baseline: "s3://acme-ml/h.manifest" },
      }),
    );

    expect(message).toContain("5 mistakes");
    expect(message).toContain('promotion.registry: got "Churn-Models" for a pipeline on Google Cloud; expected a Vertex AI model');
    expect(message).toContain("promotion.evaluations: got");
    expect(message).toContain("promotion.baseline.evaluation: got");
    expect(message).toContain("promotion.mix.baseline: got");
    expect(message).toContain("approval.separate: got true for a pipeline on Google Cloud, where the registry of Vertex AI has no");
  });

  it.each(["Churn Model", "projects/acme-ml/models/4", 1234])("should speak of Vertex AI first, and once, of %j", (registry) => {
    const message = messageOf(onGoogle({ ...GOOGLE, registry }));

    expect(message).toContain("1 mistake");
    expect(message).toContain(`promotion.registry: got ${JSON.stringify(registry)}; `);
    expect(message).toContain("expected on Google Cloud a Vertex AI model");
  });

  it.each(["projects/acme-ml/locations/europe-west4/models/4", "churn_models"])("should refuse %s on AWS", (registry) => {
    expect(messageOf(promoted({ registry }))).toContain("for a pipeline on AWS; expected the name of a model package group");
  });

  it("should refuse a folder of Google Cloud on AWS", () => {
    expect(messageOf(promoted({ evaluations: "gs://acme-ml/e/" }))).toContain("for a pipeline on AWS; expected s3://…");
  });

  it("should refuse a model of another project, where no permission is given", () => {
    const registry = "projects/acme-other/locations/europe-west4/models/4";

    expect(messageOf(onGoogle({ ...GOOGLE, registry }))).toContain(
      'got a model of the project "acme-other"; expected one of "acme-ml"',
    );
  });
});

describe("the checks of promotion's registry", () => {
  it.each(["churn-models", "Churn-Models"])("should refuse that of another model, named %s", (registry) => {
    const config = configOf({ one: { promotion: SMALLEST }, two: { promotion: { ...SMALLEST, registry } } });

    expect(messageOf(config)).toContain(
      `models.two.promotion.registry: got "${registry}", the registry of model one; expected one for`,
    );
  });

  it("should know a model of Vertex AI by its id and its full name", () => {
    const registry = "projects/acme-ml/locations/europe-west4/models/1234";
    const config = configOf(
      { one: { pipeline: ON_GCP, promotion: GOOGLE }, two: { pipeline: ON_GCP, promotion: { ...GOOGLE, registry } } },
      { aws: undefined, gcp: { project: "acme-ml", region: "europe-west4" } },
    );

    expect(messageOf(config)).toContain("models.two.promotion.registry: got");
  });

  it("should let models share a folder of evaluations, which name their model", () => {
    const config = configOf({ one: { promotion: SMALLEST }, two: { promotion: { ...SMALLEST, registry: "other" } } });

    expect(messageOf(config)).toBe("no mistake");
  });
});

describe("the checks of promotion's files", () => {
  const baseline = { sha256: SHA256 };

  it.each([
    [
      "evaluations among data",
      { evaluations: "s3://acme/in/e/" },
      'evaluations: got "s3://acme/in/e/", where model one watches "in/"',
    ],
    [
      "evaluations around data",
      { evaluations: "s3://acme/in" },
      "so that evaluations would be trained on; expected a place outside of it",
    ],
    ["evaluations among reports", { evaluations: "s3://acme/drift/e/" }, "would be taken for reports"],
    ["evaluations among manifests", { evaluations: "s3://acme/retrigger/manifests/e/" }, "may be removed with old ones"],
    [
      "a baseline among data",
      { baseline: { ...baseline, evaluation: "s3://acme/in/b/e.json" } },
      "promotion.baseline.evaluation: got",
    ],
    [
      "a hold-out among data",
      { mix: { baseline: "s3://acme/in/h.manifest" } },
      'mix.baseline: got "s3://acme/in/h.manifest", where model',
    ],
    ["a hold-out among manifests", { mix: { baseline: "s3://acme/retrigger/manifests/h" } }, "so that the hold-out may be removed"],
  ])("should refuse %s", (_case, section, expected) => {
    expect(messageOf(promoted(section))).toContain(expected);
  });

  it("should allow them beside data that is told apart by its suffixes", () => {
    const promotion = { ...SMALLEST, evaluations: "s3://acme/in/e/", mix: { baseline: "s3://acme/in/h.manifest" } };

    expect(messageOf(configOf({ one: { data: { suffixes: [".parquet"] }, promotion } }))).toBe("no mistake");
  });
});

describe("the checks of a hold-out", () => {
  const promotion = { ...SMALLEST, mix: { baseline: "s3://acme-ml/h.manifest" } };

  it("should need a manifest with sizes where it is measured by them", () => {
    const by = (name: string) => promoted({ mix: { baseline: `s3://acme-ml/${name}`, by: "bytes" } });

    expect(messageOf(by("h.manifest"))).toContain(
      'promotion.mix.by: got bytes with "s3://acme-ml/h.manifest"; expected a manifest of JSON',
    );
    expect(messageOf(by("h.jsonl"))).toBe("no mistake");
  });

  it("should need a pipeline that is given the list of its data", () => {
    const without = configOf({ one: { pipeline: { parameters: { Epochs: "3" } }, promotion } });

    expect(messageOf(without)).toContain("promotion.mix: got a hold-out for a pipeline that is not given the list of its data");
    expect(messageOf(configOf({ one: { pipeline: { parameters: { Data: "{manifestUri}" } }, promotion } }))).toBe("no mistake");
  });
});

describe("the checks of a model without a coordinator", () => {
  it("should refuse promotion", () => {
    const schedule = { cron: "0 4 * * *", mode: "direct" };
    const one = { pipeline: { name: "training" }, schedule, promotion: SMALLEST };

    expect(messageOf({ environment: "dev", aws: { region: "eu-central-1" }, models: { one } })).toContain(
      "models.one.promotion: got promotion without data, for a model that its cloud's scheduler alone starts",
    );
  });
});

describe("the checks of promotion, whatever stands there", () => {
  it.each([[null], [[]], ["yes"], [{ metrics: [null] }], [{ registry: 4, metrics: [{ name: 4 }], slices: [], mix: 1 }]])(
    "should bear %j",
    (promotion) => {
      expect(() => crossFieldProblems({ gcp: [], models: { one: { promotion } } }, ".")).not.toThrow();
    },
  );
});

// Helpers

function promoted(section: object) {
  return configOf({ one: { promotion: { ...SMALLEST, ...section } } });
}

function onGoogle(promotion: object) {
  return configOf(
    { one: { pipeline: ON_GCP, promotion } },
    { aws: undefined, gcp: { project: "acme-ml", region: "europe-west4" } },
  );
}
