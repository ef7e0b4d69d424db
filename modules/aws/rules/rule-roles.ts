import { createHash } from "node:crypto";
import type { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { type PolicyStatement, trustPolicy } from "../access/policy";
import { addRolePolicy } from "../access/role-policies";
import { type AwsDeployment, physicalName, RULE_PREFIX, roleName } from "../deployment";
import type { TargetAccess } from "./event-targets";

export interface RuleRolesProps {
  readonly deployment: AwsDeployment;
}

export interface RuleRole {
  readonly arn: string;
  /** What must exist before EventBridge takes the role. */
  readonly policy: IamRolePolicy;
}

/** The roles that EventBridge takes to reach targets: one for each kind of target and resource, whichever rules share it. */
export class RuleRoles extends Construct {
  private readonly deployment: AwsDeployment;
  private readonly roles = new Map<string, RuleRole>();

  constructor(scope: Construct, id: string, { deployment }: RuleRolesProps) {
    super(scope, id);
    this.deployment = deployment;
  }

  /** The role for a target of this kind and resource. */
  roleFor(kind: string, { resource, statements }: Extract<TargetAccess, { by: "role" }>): RuleRole {
    const key = `${kind}-${createHash("sha256").update(resource).digest("hex").slice(0, 12)}`;
    const known = this.roles.get(key);
    if (known !== undefined) return known;
    const role = new IamRole(this, key, {
      name: roleName(this.deployment, `rule-${key}`),
      description: `Takes the events of Retrigger's rules to a target of type ${kind}`,
      assumeRolePolicy: rulesTrust(this.deployment),
    });
    const taker = { service: "events" } as const;
    const policy = addRolePolicy(this, `${key}-policy`, { deployment: this.deployment, roleName: role.name, taker, statements });
    const created = { arn: role.arn, policy };
    this.roles.set(key, created);
    return created;
  }
}

/**
 * Trusts EventBridge for the rules of this deployment alone. They are told by how their names begin: a trust policy holds 2,048
 * characters, too few for many rules' ARNs.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
 */
function rulesTrust(deployment: AwsDeployment): string {
  const { partition, region, accountId } = deployment;
  return trustPolicy("events.amazonaws.com", {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnLike: {
      "aws:SourceArn": `arn:${partition}:events:${region}:${accountId}:rule/${physicalName(deployment, `${RULE_PREFIX}*`)}`,
    },
  });
}

/** A rule that sends to a topic or queue whose policy belongs to somebody else. */
export interface OwnedTarget {
  readonly arn: string;
  readonly action: "sns:Publish" | "sqs:SendMessage";
  readonly rule: CloudwatchEventRule;
}

/** By the ARN of each topic and queue, the statement (JSON) that its owner must add to its policy, or nothing arrives there. */
export function ownerGrants(targets: readonly OwnedTarget[]): Record<string, string> {
  return Object.fromEntries(
    targets.map(({ arn, action }) => {
      const rules = new Set(targets.filter((other) => other.arn === arn).map(({ rule }) => rule));
      return [arn, JSON.stringify(statementFor(arn, action, [...rules]))];
    }),
  );
}

/**
 * Without a condition for a topic: EventBridge meets none there.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
function statementFor(arn: string, action: OwnedTarget["action"], rules: readonly CloudwatchEventRule[]): PolicyStatement {
  return {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: action,
    Resource: arn,
    ...(action === "sns:Publish" ? {} : { Condition: { ArnEquals: { "aws:SourceArn": rules.map((rule) => rule.arn) } } }),
  };
}
