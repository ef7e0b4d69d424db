import type { ModelSettings } from "../../../../functions/core/model-settings";
import type { PromotionSettings } from "../../../../functions/core/promotion/promotion-settings";
import type { PolicyStatement } from "../../../../modules/aws/access/policy";
import { Approver } from "../../../../modules/aws/functions/approver";
import { Promoter } from "../../../../modules/aws/functions/promoter";
import { promotedModels, separatelyApproved } from "../../../../modules/promoted-models";
import type { Template } from "../../../stacks/template";
import { promotionOf } from "../../promoted-settings";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

const PROMOTER = "retrigger-dev-promoter";
const APPROVER = "retrigger-dev-approver";
const APPROVAL_STATUS = "sagemaker:ModelApprovalStatus";
const MODEL_PACKAGES = "arn:aws:sagemaker:eu-central-1:111122223333:model-package";

describe("Promoter", () => {
  it("should run every minute, with memory for the predictions of three models", () => {
    const template = synthesizePromoter([promoted("churn")]);

    expect(template.one("aws_scheduler_schedule", { name: PROMOTER })).toMatchObject({
      schedule_expression: "rate(1 minute)",
      flexible_time_window: { mode: "OFF" },
      target: { retry_policy: { maximum_retry_attempts: 0, maximum_event_age_in_seconds: 60 } },
    });
    expect(template.one("aws_lambda_function", { function_name: PROMOTER })).toMatchObject({
      memory_size: 1024,
      timeout: 300,
      environment: {
        variables: {
          RETRIGGER_ENVIRONMENT: "dev",
          RETRIGGER_STATE: template.reference("aws_dynamodb_table", "name"),
          RETRIGGER_TOPIC: template.reference("aws_sns_topic", "arn"),
        },
      },
    });
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should write the states of promotion, candidates and coordinators alone, and look at what runs were started for", () => {
    const statements = synthesizePromoter([promoted("churn")]).functionStatements(PROMOTER);

    expect(partitionsOf(statements, "dynamodb:PutItem")).toEqual([["promotion#*", "coordinator#*"], ["candidates#*"]]);
    expect(partitionsOf(statements, "dynamodb:BatchGetItem")).toEqual([["promotion#*"]]);
    expect(JSON.stringify(statements)).not.toContain("BatchWriteItem");
  });

  it("should read evaluations, and the baseline's where it lies elsewhere, and no other object", () => {
    const uri = "s3://acme-baselines/churn/2025/evaluation.json";
    const template = synthesizePromoter([promoted("churn", {}, uri), promoted("other")]);

    const statements = template.functionStatements(PROMOTER);
    expect(resourcesOf(statements, "s3:GetObject")).toEqual([
      "arn:aws:s3:::acme-ml/evaluations/churn/*",
      "arn:aws:s3:::acme-baselines/churn/2025/*",
      "arn:aws:s3:::acme-ml/evaluations/other/*",
    ]);
    expect(resourcesOf(statements, "s3:ListBucket")).toEqual(["arn:aws:s3:::acme-ml", "arn:aws:s3:::acme-baselines"]);
    expect(JSON.stringify(statements)).not.toContain("s3:Put");
  });

  it("should need no permission for a baseline that lies among the evaluations", () => {
    const uri = "s3://acme-ml/evaluations/churn/baseline/evaluation.json";
    const statements = synthesizePromoter([promoted("churn", {}, uri)]).functionStatements(PROMOTER);

    expect(resourcesOf(statements, "s3:GetObject")).toEqual(["arn:aws:s3:::acme-ml/evaluations/churn/*"]);
  });

  it("should be allowed everything of nothing but the list of model packages, which reveals names", () => {
    const statements = synthesizePromoter([promoted("churn")]).functionStatements(PROMOTER);

    const unbounded = statements.filter(({ Resource = [] }) => [Resource].flat().includes("*"));
    expect(unbounded).toEqual([{ Effect: "Allow", Action: "sagemaker:ListModelPackages", Resource: "*" }]);
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
  });

  it("should read and mark the versions of the models' groups alone, in both spellings", () => {
    const statements = synthesizePromoter([promoted("churn"), promoted("credit", { registry: "Credit" })]).functionStatements(
      PROMOTER,
    );

    const groups = ["churn-models", "Credit", "credit"].map((group) => `${MODEL_PACKAGES}/${group}/*`);
    expect(resourcesOf(statements, "sagemaker:DescribeModelPackage")).toEqual(groups);
    expect(marksOf(statements)).toEqual([{ groups, as: ["Approved", "Rejected", "PendingManualApproval"] }]);
  });

  it("should never approve the candidates of a model whose approval is separate", () => {
    const statements = synthesizePromoter([promoted("churn"), separated("credit")]).functionStatements(PROMOTER);

    expect(marksOf(statements)).toEqual([
      { groups: [`${MODEL_PACKAGES}/churn-models/*`], as: ["Approved", "Rejected", "PendingManualApproval"] },
      { groups: [`${MODEL_PACKAGES}/credit-models/*`], as: ["Rejected", "PendingManualApproval"] },
    ]);
  });
});

describe("Approver", () => {
  it("should approve, and nothing else, for the models whose approval is separate", () => {
    const statements = synthesizePromoter([promoted("churn"), separated("credit")]).functionStatements(APPROVER);

    expect(marksOf(statements)).toEqual([{ groups: [`${MODEL_PACKAGES}/credit-models/*`], as: ["Approved"] }]);
    expect(resourcesOf(statements, "sagemaker:DescribeModelPackage")).toEqual([`${MODEL_PACKAGES}/credit-models/*`]);
    expect(partitionsOf(statements, "dynamodb:PutItem")).toEqual([["promotion#*"]]);
  });

  it("should read no evaluation, and tell nobody", () => {
    const text = JSON.stringify(synthesizePromoter([separated("credit")]).functionStatements(APPROVER));

    expect(text).not.toMatch(/s3:|sns:|"\*"/);
  });

  it("should run every minute, as a role of its own", () => {
    const template = synthesizePromoter([separated("credit")]);

    expect(template.one("aws_scheduler_schedule", { name: APPROVER })).toMatchObject({ schedule_expression: "rate(1 minute)" });
    const [one, other] = [PROMOTER, APPROVER].map((function_name) => template.one("aws_lambda_function", { function_name }).role);
    expect(one).not.toEqual(other);
  });
});

// Helpers

function promoted(model: string, promotion: Partial<PromotionSettings> = {}, baselineUri?: string): ModelSettings {
  const { guardrails, ...same } = promotionOf("s3", model);
  const baseline = baselineUri === undefined ? {} : { baseline: { uri: baselineUri, sha256: "0".repeat(64) } };
  return { ...settingsOf(model), promotion: { ...same, guardrails: { ...guardrails, ...baseline }, ...promotion } };
}

function separated(model: string): ModelSettings {
  return promoted(model, { approval: { needed: "always", approvers: 1, isSeparate: true } });
}

function synthesizePromoter(models: readonly ModelSettings[]): Template {
  return synthesize((stack, deployment) => {
    const { state, decisions } = coordinatorResourcesOf(stack, deployment, models);
    const own = promotedModels(models);
    new Promoter(stack, "promoter", { deployment, state, decisions, models: own });
    const separate = separatelyApproved(own);
    if (separate.length > 0) new Approver(stack, "approver", { deployment, state, models: separate });
  });
}

function resourcesOf(statements: readonly PolicyStatement[], action: string): string[] {
  return statements.filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource = [] }) => Resource);
}

/** The partitions of each statement that allows an action on the table. */
function partitionsOf(statements: readonly PolicyStatement[], action: string) {
  return statements
    .filter(({ Action }) => [Action].flat().includes(action))
    .map(({ Condition }) => Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"]);
}

/** What versions may be marked as. */
function marksOf(statements: readonly PolicyStatement[]) {
  return statements
    .filter(({ Action }) => [Action].flat().includes("sagemaker:UpdateModelPackage"))
    .map(({ Resource: groups, Condition: { StringEquals, ...others } = {} }) => ({
      groups,
      ...(StringEquals && { as: StringEquals[APPROVAL_STATUS] }),
      ...others,
    }));
}
