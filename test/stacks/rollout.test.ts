// What the stacks hold where candidates get the traffic of endpoints, and that they hold none of it where none does.
import { join } from "node:path";
import { fnv1a } from "../../functions/core/request-ids";
import { rolesOf } from "../modules/gcp/iam";
import { awsTemplate, gcpTemplate } from "./synthesize";

const FIXTURES = join(__dirname, "../fixtures/config");
const ROLLED_OUT = join(FIXTURES, "rolled-out-on-both-clouds.yaml");
const OTHERS = ["batcher", "coordinator", "sweeper", "drift-evaluator", "promoter"];

describe("a stack on AWS with models that are rolled out", () => {
  const template = awsTemplate(ROLLED_OUT);
  const statements = template.functionStatements("retrigger-dev-rollout");
  const resourcesOf = (action: string) =>
    statements.filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource = [] }) => Resource);

  it("should move the traffic of the configured endpoints alone", () => {
    const endpoints = resourcesOf("sagemaker:UpdateEndpointWeightsAndCapacities").map((arn) => arn.split(":").at(-1));

    expect(endpoints).toEqual(["endpoint/Churn-Endpoint", "endpoint/churn-endpoint", "endpoint/credit"]);
  });

  it("should make models and configurations of the two models' own names alone", () => {
    const prefixes = ["churn", "credit"].map((model) => `rt-${fnv1a(`dev/${model}`).slice(0, 8)}`);
    const made = resourcesOf("sagemaker:CreateModel").map((arn) => arn.split(":").at(-1));

    expect(made).toEqual(["model", "endpoint-config"].flatMap((kind) => prefixes.map((prefix) => `${kind}/${prefix}-*`)));
  });

  it("should give the configured role away, to SageMaker alone, by this function alone", () => {
    expect(resourcesOf("iam:PassRole")).toEqual(["arn:aws:iam::111122223333:role/serving"]);
    for (const name of OTHERS) {
      const text = JSON.stringify(template.functionStatements(`retrigger-dev-${name}`));
      expect(text).not.toMatch(/role\/serving|UpdateEndpoint|CreateModel|application-autoscaling/);
    }
  });

  it("should be allowed everything of nothing but what has no resources, to look at", () => {
    const unbounded = statements.filter(({ Resource = [] }) => [Resource].flat().includes("*"));

    expect(unbounded.flatMap(({ Action }) => Action)).toEqual([
      "application-autoscaling:DescribeScalableTargets",
      "application-autoscaling:DescribeScalingPolicies",
      "cloudwatch:GetMetricData",
    ]);
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
  });

  it("should own no endpoint, configuration or model, and refer to nothing that it does not hold", () => {
    expect(template.text).not.toMatch(/aws_sagemaker_(endpoint|model)\b/);
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should write how traffic goes over into the rows of those models alone", () => {
    const rows = template.all("aws_dynamodb_table_item").map(({ item }) => String(item));

    expect(rows.filter((row) => row.includes('"rollout"'))).toHaveLength(2);
    expect(rows.find((row) => row.includes('{"S":"demand"}'))).not.toContain("rollout");
  });

  it("should watch the function and the models that are rolled out, and no others", () => {
    const alarms = template.all("aws_cloudwatch_metric_alarm").map(({ alarm_name }) => String(alarm_name));
    const ofRollouts = alarms.filter((name) => /rollout-stuck|rollout-share-wrong|rollout-held-long|rolled-back/.test(name));

    expect(alarms).toContain("retrigger-dev-function-errors_rollout");
    expect(ofRollouts.filter((name) => /_(churn|credit)$/.test(name))).toHaveLength(8);
    expect(ofRollouts).toHaveLength(8);
  });
});

describe("a stack on Google Cloud with a model that is rolled out", () => {
  const template = gcpTemplate(ROLLED_OUT);

  it("should let one function alone move traffic", () => {
    const movers = template
      .all("google_service_account")
      .map(({ account_id }) => String(account_id))
      .filter((account) => rolesOf(template, account).some(({ role }) => role === "retrigger_dev_traffic"));

    expect(movers).toEqual(["retrigger-dev-rollout"]);
  });

  it("should own no endpoint, and refer to nothing that it does not hold", () => {
    expect(template.text).not.toMatch(/google_vertex_ai_endpoint/);
    expect(template.danglingReferences()).toEqual([]);
  });
});

describe("a stack without models that are rolled out", () => {
  it.each([
    ["AWS", awsTemplate(join(FIXTURES, "promoted-on-both-clouds.yaml"))],
    ["Google Cloud", gcpTemplate(join(FIXTURES, "promoted-on-both-clouds.yaml"))],
  ])("should hold nothing of it on %s, though models are promoted", (_cloud, template) => {
    expect(JSON.stringify(template.json.resource)).not.toMatch(
      /rollout|rolled|traffic\b|UpdateEndpoint|PassRole|GetMetricData|endpoints\./i,
    );
  });
});
