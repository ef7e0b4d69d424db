import { configOf, messageOf } from "../../stacks/config-messages";

const SHA256 = "ab".repeat(32);
const ROLE = "arn:aws:iam::111122223333:role/serving";
const AWS = { endpoint: "churn", role: ROLE };
const GCP = { endpoint: "1234567890" };
const ON_GCP = { name: undefined, template: "gs://acme-pipelines/p.yaml", outputDirectory: "gs://acme-runs/p" };

describe("the check of a rollout's endpoint", () => {
  it("should refuse one endpoint for two models, and name both", () => {
    const config = configOf({ churn: aws({}, "churn-models"), credit: aws({ endpoint: "CHURN" }, "credit-models") });

    const message = messageOf(config);
    expect(message).toContain("1 mistake");
    expect(message).toContain(
      'models.credit.promotion.rollout.endpoint: got "CHURN", the endpoint of model churn, for model credit; expected one for each model',
    );
  });

  it("should know an endpoint of Vertex AI by its ID and its full name", () => {
    const full = "projects/acme-ml/locations/europe-west4/endpoints/1234567890";

    expect(messageOf(onGcp({ churn: gcp({}, "1"), credit: gcp({ endpoint: full }, "2") }))).toContain(
      "the endpoint of model churn, for model credit",
    );
    expect(messageOf(onGcp({ churn: gcp({}, "1"), credit: gcp({ endpoint: "12" }, "2") }))).toBe("no mistake");
  });

  it.each([
    [
      "of another project",
      "projects/acme-other/locations/europe-west4/endpoints/1",
      'of the project "acme-other"; expected one of "acme-ml"',
    ],
    [
      "of a project by its number",
      "projects/123456789012/locations/europe-west4/endpoints/1",
      'of the project "123456789012"; expected one of "acme-ml"',
    ],
    [
      "of a project whose name is short",
      "projects/acme/locations/europe-west4/endpoints/1",
      'of the project "acme"; expected one of "acme-ml"',
    ],
    ["of another region", "projects/acme-ml/locations/us-central1/endpoints/1", 'in "us-central1"; expected one in "europe-west4"'],
    ["of SageMaker", "Churn", "for a pipeline on Google Cloud; expected an endpoint of Vertex AI"],
  ])("should refuse one %s on Google Cloud", (_case, endpoint, expected) => {
    expect(messageOf(onGcp({ churn: gcp({ endpoint }, "1") }))).toContain(expected);
  });

  it("should allow one in the region of the registry, where that is another than the pipeline's", () => {
    const place = "projects/acme-ml/locations/us-central1";

    expect(messageOf(onGcp({ churn: gcp({ endpoint: `${place}/endpoints/1` }, `${place}/models/1`) }))).toBe("no mistake");
  });

  it("should refuse one of Vertex AI on AWS", () => {
    const endpoint = "projects/acme-ml/locations/europe-west4/endpoints/1";

    expect(messageOf(configOf({ churn: aws({ endpoint }) }))).toContain(
      "for a pipeline on AWS; expected the name of a SageMaker endpoint",
    );
  });
});

describe("the checks of a rollout's cloud", () => {
  it.each([
    ["role", undefined, "role: missing; expected the ARN of the IAM role"],
    ["business", { metric: "Revenue" }, "business.namespace: missing; expected the namespace of the metric in CloudWatch"],
  ])("should need %s on AWS", (key, value, expected) => {
    expect(messageOf(configOf({ churn: aws({ [key]: value }) }))).toContain(expected);
  });

  it.each([
    ["role", ROLE, "expected no role"],
    ["shadow", "2h", 'got "2h"; expected 0, as Vertex AI has no shadow'],
    ["native", { canary: 10, alarms: ["a"] }, "got blue/green by SageMaker for an endpoint of Vertex AI"],
    ["people", { promote: ["ada"] }, "expected none, as Pub/Sub attests nobody"],
    ["business", { namespace: "Acme", metric: "custom.googleapis.com/revenue" }, "expected none, as the type of a metric"],
  ])("should refuse %s on Google Cloud, and say why", (key, value, expected) => {
    expect(messageOf(onGcp({ churn: gcp({ [key]: value }, "1") }))).toContain(expected);
  });

  it.each([
    ["role", "x", "expected no role"],
    ["shadow", "0s", 'got "0s"; expected 0, as Vertex AI has no shadow'],
    ["native", { canary: 5, linear: 10, alarms: ["a"] }, "got blue/green by SageMaker"],
  ])("should tell once of a wrong %s on Google Cloud, that it goes", (key, value, expected) => {
    const message = messageOf(onGcp({ churn: gcp({ [key]: value }, "1") }));

    expect(message).toContain("1 mistake\n");
    expect(message).toContain(expected);
  });

  it.each(["Revenue", 'x" OR metric.type = "y', "custom.googleapis.com", "custom.googleapis.com/a b"])(
    "should refuse as a metric's type on Google Cloud: %s",
    (metric) => {
      expect(messageOf(onGcp({ churn: gcp({ business: { metric } }, "1") }))).toContain(
        "expected the type of a metric of Cloud Monitoring, <host>/<path>, such as custom.googleapis.com/revenue",
      );
    },
  );

  it.each(["prometheus.googleapis.com/shop:revenue/gauge", "logging.googleapis.com/user/revenue-eur", "custom.googleapis.com/a/b"])(
    "should allow as a metric's type on Google Cloud: %s",
    (metric) => {
      expect(messageOf(onGcp({ churn: gcp({ business: { metric } }, "1") }))).toBe("no mistake");
    },
  );

  it.each([
    ["eu-central-1", "aws-cn", '"aws"'],
    ["cn-north-1", "aws", '"aws-cn"'],
    ["us-gov-west-1", "aws", '"aws-us-gov"'],
  ])("should refuse in %s a role of the partition %s", (region, partition, expected) => {
    const role = `arn:${partition}:iam::111122223333:role/serving`;

    expect(messageOf(configOf({ churn: aws({ role }) }, { aws: { region } }))).toContain(
      `role: got a role of the partition "${partition}"; expected one of ${expected}`,
    );
  });

  it.each([null, true, [], "churn"])("should tell of a rollout that is %j alone", (rollout) => {
    const message = messageOf(configOf({ churn: { promotion: { ...promotionOf("s3", "churn-models"), rollout } } }));

    expect(message).toContain("1 mistake\n");
    expect(message).toContain("expected a mapping with endpoint, role");
  });

  it("should allow on Google Cloud what both clouds know", () => {
    const both = { stages: [10, 50], shadow: 0, tolerance: 1.5, bake: "1h", business: { metric: "custom.googleapis.com/revenue" } };

    expect(messageOf(onGcp({ churn: gcp(both, "1") }))).toBe("no mistake");
  });
});

describe("the check of a rollout's stages", () => {
  it.each([
    [[5, 25, 25], "stages[2]: got 25 after 25; expected stages that rise"],
    [[25, 5], "stages[1]: got 5 after 25; expected stages that rise"],
  ])("should refuse %j", (stages, expected) => {
    expect(messageOf(configOf({ churn: aws({ stages }) }))).toContain(expected);
  });

  it("should refuse a deadline that stages and bake fill, at its last window, and say how long they take", () => {
    const rollout = { stages: [5, 25, 50], bake: "2h", business: { namespace: "Acme", metric: "Revenue" }, shadow: "1h" };
    // 12 windows of shadow, 3 times 7 that compare, 66 more to dwell, 24 of bake: 123 of five minutes.
    const message = messageOf(configOf({ churn: aws({ ...rollout, deadline: "615m" }) }));

    expect(message).toContain(
      'deadline: got "615m"; expected more than 10h 15m, which stages, business.dwell, shadow and bake take at least',
    );
    expect(messageOf(configOf({ churn: aws({ ...rollout, deadline: "620m" }) }))).toBe("no mistake");
  });

  it.each([
    [{ deadline: "2h" }, 'got "2h"; expected more than 3h 45m, which stages and bake take at least'],
    [{ deadline: "2h", shadow: "15m" }, 'got "2h"; expected more than 4h, which stages, shadow and bake take at least'],
  ])("should say what %j takes in hours and minutes", (rollout, expected) => {
    expect(messageOf(configOf({ churn: aws(rollout) }))).toContain(expected);
  });
});

describe("the check of SageMaker's own blue/green", () => {
  const native = { linear: 10, alarms: ["errors"] };

  it("should refuse it beside what counts evidence, each key by itself", () => {
    const counted = { stages: [5], shadow: "1h", tolerance: 1.5, business: { namespace: "Acme", metric: "Revenue" } };

    const message = messageOf(configOf({ churn: aws({ ...counted, native }) }));
    expect(message).toContain("4 mistakes");
    for (const key of Object.keys(counted)) expect(message).toContain(`remove ${key}, or native`);
  });

  it.each([
    [10, "43m", "no mistake"],
    [10, "44m", 'wait: got "44m" 11 times, after each of 10 steps and before the old fleet is removed, together 8.1 hours'],
    [10, "48m", "expected at most 8 hours, after which SageMaker gives up; set it to at most 43m, or linear to more"],
    [12, "48m", "no mistake"],
    [12, "49m", "set it to at most 48m"],
    [15, "1h", "no mistake"],
  ])("should know how long SageMaker waits, in steps of %d %%: %s", (linear, wait, expected) => {
    expect(messageOf(configOf({ churn: aws({ native: { ...native, linear, wait } }) }))).toContain(expected);
  });

  it("should refuse an alarm that is named twice", () => {
    expect(messageOf(configOf({ churn: aws({ native: { ...native, alarms: ["a", "a"] } }) }))).toContain(
      'alarms[1]: got "a" again; expected alarms that differ',
    );
  });
});

// Helpers

function aws(rollout: object, registry = "churn-models") {
  return { promotion: { ...promotionOf("s3", registry), rollout: { ...AWS, ...rollout } } };
}

function gcp(rollout: object, registry: string) {
  return { pipeline: ON_GCP, promotion: { ...promotionOf("gs", registry), rollout: { ...GCP, ...rollout } } };
}

function onGcp(models: Parameters<typeof configOf>[0]) {
  return configOf(models, { aws: undefined, gcp: { project: "acme-ml", region: "europe-west4" } });
}

function promotionOf(scheme: "s3" | "gs", registry: string) {
  return {
    registry,
    evaluations: `${scheme}://acme-ml/evaluations/${registry.replaceAll("/", "-")}/`,
    goldenSet: { sha256: SHA256, rows: 5000 },
    metrics: [{ name: "auc" }],
  };
}
