import { join } from "node:path";
import { stringify } from "yaml";
import { ruleTargetSchema } from "../../config/sections/rule-target";
import type { EventPattern, RuleTarget } from "../../eventbridge/event-rule";
import { matchesPattern } from "../../eventbridge/matches-pattern";
import type { SageMakerEventName } from "../../functions/core/sagemaker-events/catalogue";
import type { PolicyStatement } from "../../modules/aws/access/policy";
import { NAMES, type SampleEvent, sample } from "../core/sagemaker-events/samples";
import { configOf } from "./config-messages";
import { awsTemplate, configFile } from "./synthesize";
import { type Block, statementsOf, type Template } from "./template";

const EXAMPLE = join(__dirname, "../../docs/examples/every-target.yaml");
const ACCOUNT = "$" + "{data.aws_caller_identity.caller.account_id}";
const PARTITION = "aws";

describe("AwsStack, of the example of every target", () => {
  const template = awsTemplate(EXAMPLE);

  it("should have every kind of target that there is", () => {
    const kinds = template.all("aws_cloudwatch_event_target").flatMap(({ target_id }) => {
      const [, kind] = /^\d-(.*)$/.exec(String(target_id)) ?? [];
      return kind === undefined ? [] : [kind];
    });

    const known: RuleTarget["type"][] = ruleTargetSchema.options.map(({ shape }) => shape.type.value);
    expect(new Set(kinds)).toEqual(new Set(known));
  });

  it("should refer to nothing that it does not hold", () => {
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should keep what cannot be delivered in the one queue of rules, which lets each of them in, and tell of it", () => {
    const targets = targetsOf(template);
    const url = template.reference("aws_sqs_queue", "url", { name: "retrigger-dev-rules-dlq" });

    expect(targets).toHaveLength(16);
    for (const { dead_letter_config } of targets) {
      expect(dead_letter_config).toEqual({ arn: url.replace(".url}", ".arn}") });
    }
    expect(new Set(template.rulesLetInto("retrigger-dev-rules-dlq"))).toEqual(
      new Set(Object.keys(namesOf(template)).map((name) => `retrigger-dev-rule-${name}`)),
    );
    expect(template.json.output?.dead_letter_queues?.value).toMatchObject({ rules: url });
  });

  it("should let each target be reached by exactly what it needs", () => {
    const reached = targetsOf(template).map((target) => [
      `${ruleOf(template, target)} ${target.target_id}`,
      accessOf(template, target),
    ]);

    const by = (Action: string, Resource: string | readonly string[]) => [{ Effect: "Allow", Action, Resource }];
    const fixed = "eu-central-1:111122223333";
    const own = `eu-central-1:${ACCOUNT}`;
    const deploy = by("states:StartExecution", `arn:aws:states:${fixed}:stateMachine:deploy-model`);
    const document = `arn:${PARTITION}:ssm:eu-central-1::document/AWS-RunShellScript`;
    expect(Object.fromEntries(reached)).toEqual({
      "failed-trainings 1-notify": "topic policy",
      "broken-endpoint 1-pause": "queue policy",
      "broken-endpoint 2-notify": "topic policy",
      "new-features 1-request": "queue policy",
      "new-labels 1-request": "queue policy",
      "deploy-approved 1-state-machine": deploy,
      "ended-tunings 1-pipeline": by("sagemaker:StartPipelineExecution", [
        `arn:${PARTITION}:sagemaker:${own}:pipeline/churn-evaluation`,
      ]),
      "ended-tunings 2-request": "queue policy",
      "ended-tunings 3-kinesis": by("kinesis:PutRecord", `arn:aws:kinesis:${fixed}:stream/ml-events`),
      "endpoint-changes 1-lambda": "lambda permission",
      "endpoint-changes 2-sns": "owner's statement",
      "endpoint-changes 3-sqs": "owner's statement",
      "endpoint-changes 4-event-bus": by("events:PutEvents", `arn:aws:events:${fixed}:event-bus/audit`),
      "schema-changed 1-pause": "queue policy",
      "schema-changed 2-notify": "topic policy",
      "schema-changed 3-run-command": [
        ...by("ssm:SendCommand", document),
        {
          Effect: "Allow",
          Action: "ssm:SendCommand",
          Resource: `arn:${PARTITION}:ec2:${own}:instance/*`,
          Condition: { StringEquals: { "ec2:ResourceTag/Role": ["feature-server"] } },
        },
      ],
    });
  });

  it("should tell the names of the rules", () => {
    expect(namesOf(template)).toMatchObject({ "failed-trainings": ruleName(template, "failed-trainings") });
  });

  it("should match of the catalogue's samples those that each rule is about, and no others", () => {
    const matched = Object.keys(namesOf(template)).map((name) => {
      const pattern = patternOf(template, name);
      return [name, NAMES.filter((event) => matchesPattern(pattern, sample(event)))];
    });

    expect(Object.fromEntries(matched)).toEqual({
      "failed-trainings": [],
      "broken-endpoint": [],
      "deploy-approved": ["model-package"],
      "new-features": ["feature-group"],
      "new-labels": [],
      "ended-tunings": [],
      "endpoint-changes": [],
      "schema-changed": [],
    });
  });

  it.each<[string, SageMakerEventName, Partial<SampleEvent>, Partial<SampleEvent>]>([
    ["failed-trainings", "training-job", detail({ TrainingJobStatus: "Failed" }), detail({ TrainingJobStatus: "Stopped" })],
    [
      "broken-endpoint",
      "endpoint",
      detail({ EndpointName: "churn-prod", EndpointStatus: "FAILED" }),
      detail({ EndpointName: "churn-prod", EndpointStatus: "IN_SERVICE" }),
    ],
    [
      "broken-endpoint",
      "endpoint-deployment",
      detail({ EndpointName: "churn-prod", EndpointStatus: "ROLLING_BACK" }),
      detail({ EndpointName: "churn-prod-2", EndpointStatus: "ROLLING_BACK" }),
    ],
    [
      "deploy-approved",
      "model-package",
      detail({ ModelPackageGroupName: "churn", ModelApprovalStatus: "Approved" }),
      detail({ ModelPackageGroupName: "churn", ModelApprovalStatus: "PendingManualApproval" }),
    ],
    [
      "deploy-approved",
      "model-package",
      detail({ ModelPackageGroupName: "churn", ModelApprovalStatus: "Approved", UpdatedModelPackageFields: undefined }),
      detail({
        ModelPackageGroupName: "churn",
        ModelApprovalStatus: "Approved",
        UpdatedModelPackageFields: ["ApprovalDescription"],
      }),
    ],
    [
      "new-features",
      "feature-group",
      detail({ FeatureGroupName: "customers", FeatureGroupStatus: "Created" }),
      detail({ FeatureGroupName: "customers", FeatureGroupStatus: "Deleting" }),
    ],
    [
      "new-labels",
      "labeling-job",
      {
        resources: ["arn:aws:sagemaker:eu-central-1:111122223333:labeling-job/churn-labels-7"],
        detail: { LabelingJobStatus: "Completed" },
      },
      {
        resources: ["arn:aws:sagemaker:eu-central-1:111122223333:labeling-job/churn-labels-7"],
        detail: { LabelingJobStatus: "Failed" },
      },
    ],
    [
      "ended-tunings",
      "tuning-job",
      detail({ HyperParameterTuningJobName: "churn-3", HyperParameterTuningJobStatus: "Completed" }),
      detail({ HyperParameterTuningJobName: "fraud-3", HyperParameterTuningJobStatus: "Completed" }),
    ],
    [
      "endpoint-changes",
      "endpoint",
      detail({ EndpointName: "churn-prod", EndpointStatus: "IN_SERVICE" }),
      detail({ EndpointName: "churn-prod", EndpointStatus: "UPDATING" }),
    ],
  ])("should match with rule %s a %s event alone that it is about", (name, event, match, miss) => {
    const pattern = patternOf(template, name);

    expect(matchesPattern(pattern, sample(event, match))).toBe(true);
    expect(matchesPattern(pattern, sample(event, miss))).toBe(false);
    const others = NAMES.filter((other) => other !== event).map((other) => sample(other, { detail: match.detail ?? {} }));
    const kindred = name === "broken-endpoint" ? 1 : 0;
    expect(others.filter((other) => matchesPattern(pattern, other))).toHaveLength(kindred);
  });
});

describe("AwsStack without rules", () => {
  it("should have nothing of them", () => {
    const template = awsTemplate(configFile(stringify(configOf({ one: {} }))));

    expect(template.text).not.toContain("event-rules");
    expect(template.all("aws_kms_key")).toEqual([]);
    expect(template.json.output).not.toHaveProperty("rules");
    expect(template.json.output?.dead_letter_queues?.value).not.toHaveProperty("rules");
  });
});

// Helpers

function detail(fields: SampleEvent["detail"]): Partial<SampleEvent> {
  return { detail: fields };
}

/** The targets of configured rules: those of generated ones bear no number. */
function targetsOf(template: Template): Block[] {
  return template.all("aws_cloudwatch_event_target").filter(({ target_id }) => target_id !== undefined);
}

/** Name of the configured rule of a target. */
function ruleOf(template: Template, { rule }: Block): string {
  return String(template.resolve(rule).name).replace("retrigger-dev-rule-", "");
}

function ruleName(template: Template, name: string): string {
  return template.reference("aws_cloudwatch_event_rule", "name", { name: `retrigger-dev-rule-${name}` });
}

function namesOf(template: Template): Record<string, unknown> {
  return { ...(template.json.output?.rules?.value ?? {}) };
}

function patternOf(template: Template, name: string): EventPattern {
  return JSON.parse(String(template.one("aws_cloudwatch_event_rule", { name: `retrigger-dev-rule-${name}` }).event_pattern));
}

function sourcesIn(statements: readonly PolicyStatement[]): Set<string> {
  return new Set(statements.flatMap(({ Condition }) => Condition?.ArnEquals?.["aws:SourceArn"] ?? []));
}

/** What lets EventBridge reach a target: the statements of its role, or where it is allowed. */
function accessOf(template: Template, target: Block): unknown {
  const { arn, role_arn, rule } = target;
  if (role_arn !== undefined) return template.roleStatements(String(role_arn).replace(/\.arn\}$/, ".name}"));
  const source = String(rule).replace(/\.name\}$/, ".arn}");
  const name = String(template.resolve(rule).name);
  if (template.rulesLetInto("retrigger-dev-requests.fifo").includes(name) && String(arn).includes("requests"))
    return "queue policy";
  if (arn === template.reference("aws_sns_topic", "arn")) {
    const allowed = statementsOf(template.one("aws_sns_topic_policy").policy).filter(({ Effect }) => Effect === "Allow");
    return allowed.length === 1 ? "topic policy" : allowed;
  }
  const permissions = template.all("aws_lambda_permission").filter(({ source_arn }) => source_arn === source);
  if (permissions.length === 1 && String(arn).startsWith(String(permissions[0]?.function_name))) return "lambda permission";
  const grants: Readonly<Record<string, unknown>> = { ...(template.json.output?.rule_grants?.value ?? {}) };
  const grant: PolicyStatement | undefined =
    grants[String(arn)] === undefined ? undefined : JSON.parse(String(grants[String(arn)]));
  const isExact = grant?.Resource === arn && (grant?.Action === "sns:Publish" || sourcesIn(grant ? [grant] : []).has(source));
  return isExact ? "owner's statement" : "nothing";
}
