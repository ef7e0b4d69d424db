import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelSettings } from "../../../../functions/core/model-settings";
import type { PromotionSettings } from "../../../../functions/core/promotion/promotion-settings";
import { fnv1a } from "../../../../functions/core/request-ids";
import type { PolicyStatement } from "../../../../modules/aws/access/policy";
import { Rollout } from "../../../../modules/aws/functions/rollout";
import { rolledOutModels } from "../../../../modules/promoted-models";
import type { Template } from "../../../stacks/template";
import { promotionOf, rolloutOf } from "../../promoted-settings";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

const NAME = "retrigger-dev-rollout";
const SAGEMAKER = "arn:aws:sagemaker:eu-central-1:111122223333";
const ROLES = "arn:aws:iam::111122223333:role";
const PREFIX = `rt-${fnv1a("dev/churn").slice(0, 8)}`;

describe("Rollout", () => {
  it("should run every minute, and not be asked again by the scheduler", () => {
    const template = synthesizeRollout([rolledOut("churn")]);

    expect(template.one("aws_scheduler_schedule", { name: NAME })).toMatchObject({
      schedule_expression: "rate(1 minute)",
      flexible_time_window: { mode: "OFF" },
      target: { retry_policy: { maximum_retry_attempts: 0, maximum_event_age_in_seconds: 60 } },
    });
    expect(template.one("aws_lambda_function", { function_name: NAME })).toMatchObject({
      timeout: 300,
      environment: {
        variables: {
          RETRIGGER_ENVIRONMENT: "dev",
          RETRIGGER_STATE: template.reference("aws_dynamodb_table", "name"),
        },
      },
    });
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should do to the clouds' services exactly this", () => {
    expect(serviceStatements([rolledOut("churn")])).toEqual([
      {
        Effect: "Allow",
        Action: "sagemaker:DescribeModelPackage",
        Resource: [`${SAGEMAKER}:model-package/churn-models/*`],
      },
      {
        Effect: "Allow",
        Action: ["sagemaker:DescribeEndpoint", "sagemaker:UpdateEndpoint", "sagemaker:UpdateEndpointWeightsAndCapacities"],
        Resource: [`${SAGEMAKER}:endpoint/churn`],
      },
      {
        Effect: "Allow",
        Action: ["sagemaker:DescribeEndpointConfig", "sagemaker:UpdateEndpoint"],
        Resource: [`${SAGEMAKER}:endpoint-config/*`],
      },
      { Effect: "Allow", Action: "sagemaker:DescribeModel", Resource: [`${SAGEMAKER}:model/*`] },
      {
        Effect: "Allow",
        Action: ["sagemaker:CreateEndpointConfig", "sagemaker:CreateModel"],
        Resource: [`${SAGEMAKER}:model/${PREFIX}-*`, `${SAGEMAKER}:endpoint-config/${PREFIX}-*`],
      },
      {
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: [`${ROLES}/churn-serving`],
        Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
      },
      {
        Effect: "Allow",
        Action: ["application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies"],
        Resource: "*",
      },
      {
        Effect: "Allow",
        Action: [
          "application-autoscaling:DeregisterScalableTarget",
          "application-autoscaling:PutScalingPolicy",
          "application-autoscaling:RegisterScalableTarget",
        ],
        Resource: "arn:aws:application-autoscaling:eu-central-1:111122223333:scalable-target/*",
        Condition: {
          StringEquals: {
            "application-autoscaling:service-namespace": "sagemaker",
            "application-autoscaling:scalable-dimension": "sagemaker:variant:DesiredInstanceCount",
          },
        },
      },
      {
        Effect: "Allow",
        Action: ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"],
        Resource: ["arn:aws:cloudwatch:eu-central-1:111122223333:alarm:TargetTracking-endpoint/churn/variant/*"],
      },
      { Effect: "Allow", Action: "cloudwatch:GetMetricData", Resource: "*" },
    ]);
  });

  it("should hold each model to its own endpoint, names and role, and a role that two have once", () => {
    const role = `${ROLES}/serving`;
    const statements = serviceStatements([
      rolledOut("churn", { sagemaker: { role, namePrefix: "rt-00000001" } }),
      rolledOut("credit", { endpoint: "Credit", sagemaker: { role, namePrefix: "rt-00000002" } }),
    ]);

    expect(resourcesOf(statements, "sagemaker:UpdateEndpointWeightsAndCapacities")).toEqual(
      ["churn", "Credit", "credit"].map((name) => `${SAGEMAKER}:endpoint/${name}`),
    );
    expect(resourcesOf(statements, "sagemaker:CreateModel")).toEqual(
      ["model/rt-00000001", "model/rt-00000002", "endpoint-config/rt-00000001", "endpoint-config/rt-00000002"].map(
        (name) => `${SAGEMAKER}:${name}-*`,
      ),
    );
    expect(resourcesOf(statements, "iam:PassRole")).toEqual([role]);
  });

  it("should be allowed of the services exactly what its adapters ask them for", () => {
    const allowed = serviceStatements([rolledOut("churn")]).flatMap(({ Action }) => Action);

    // Of no call of its own: a role that is passed, and the alarms that a policy of autoscaling makes.
    const implied = ["iam:PassRole", "cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"];
    expect(new Set(allowed)).toEqual(new Set([...commandsOfAdapters(), ...implied]));
  });

  it("should write the states of promotion alone", () => {
    const statements = synthesizeRollout([rolledOut("churn")]).functionStatements(NAME);

    expect(partitionsOf(statements, "dynamodb:PutItem")).toEqual([["promotion#*"]]);
    expect(partitionsOf(statements, "dynamodb:BatchGetItem")).toEqual([["promotion#*"]]);
    expect(JSON.stringify(statements)).not.toContain("BatchWriteItem");
  });

  it("should neither make nor delete an endpoint, nor mark or delete a version, nor tell anybody", () => {
    const text = JSON.stringify(synthesizeRollout([rolledOut("churn")]).functionStatements(NAME));

    expect(text).not.toMatch(/CreateEndpoint"|DeleteEndpoint"|UpdateModelPackage|DeleteModelPackage|s3:|sns:|sagemaker:\*/);
  });
});

// Helpers

function rolledOut(model: string, rollout: Partial<NonNullable<PromotionSettings["rollout"]>> = {}): ModelSettings {
  return { ...settingsOf(model), promotion: { ...promotionOf("s3", model), rollout: { ...rolloutOf("s3", model), ...rollout } } };
}

function synthesizeRollout(models: readonly ModelSettings[]): Template {
  return synthesize((stack, deployment) => {
    const { state } = coordinatorResourcesOf(stack, deployment, models);
    new Rollout(stack, "rollout", { deployment, state, models: rolledOutModels(models) });
  });
}

/** What the function may do beside its state, its log, its dead letters and the topic. */
function serviceStatements(models: readonly ModelSettings[]): PolicyStatement[] {
  const own = /^(?:sagemaker|cloudwatch|application-autoscaling|iam):/;
  return synthesizeRollout(models)
    .functionStatements(NAME)
    .filter(({ Action }) => [Action].flat().some((action) => own.test(action)));
}

/** The actions of the commands that adapters of rollouts send. */
function commandsOfAdapters(): string[] {
  const adapters = join(__dirname, "../../../../functions/aws/adapters");
  const files = readdirSync(join(adapters, "sagemaker")).filter((file) =>
    /^(?:candidate-model|endpoint-|model-package)/.test(file),
  );
  const sources = [...files.map((file) => `sagemaker/${file}`), "cloudwatch/traffic-metrics.ts"].map((file) =>
    readFileSync(join(adapters, file), "utf8"),
  );
  return sources.flatMap((source) =>
    [...source.matchAll(/new (\w+)Command\(/g)].map(([, name = ""]) => {
      if (name === "GetMetricData") return `cloudwatch:${name}`;
      return `${/Scal(?:able|ing)/.test(name) ? "application-autoscaling" : "sagemaker"}:${name}`;
    }),
  );
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
