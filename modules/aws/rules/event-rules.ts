import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { EventRule, RuleTarget } from "../../../eventbridge/event-rule";
import { literalText } from "../../terraform-text";
import type { DecisionTopic } from "../decision-topic";
import { type AwsDeployment, physicalName, RULE_PREFIX } from "../deployment";
import { DeadLetterQueue, type GuardedQueue, type QueueSender } from "../queues/guarded-queue";
import { RETRY_POLICY, rulesAsSender } from "../queues/rule-delivery";
import { deliveryOfTarget, type TargetAccess } from "./event-targets";
import { type OwnedTarget, ownerGrants, RuleRoles } from "./rule-roles";

export interface EventRulesProps {
  readonly deployment: AwsDeployment;
  /** At least one; their names differ. */
  readonly rules: readonly EventRule[];
}

/** What the targets of type request, pause and notify reach. */
export interface RuleDestinations {
  /** FIFO, with deduplication by content; lets the requesters in. */
  readonly requests: GuardedQueue;
  /** Lets EventBridge publish, if there are notices. */
  readonly decisions: DecisionTopic;
}

/** The configured rules on the events of the default bus; what each may reach is all that it names. */
export class EventRules extends Construct {
  /** Takes the events that EventBridge could not deliver. */
  readonly undelivered: DeadLetterQueue;
  /** Whom the queue of requests must let in. */
  readonly requesters: readonly QueueSender[];
  /** True when people are told of events, through the topic of decisions. */
  readonly hasNotices: boolean;
  private readonly deployment: AwsDeployment;
  private readonly rules: readonly { readonly rule: EventRule; readonly resource: CloudwatchEventRule }[];
  private readonly roles: RuleRoles;
  private readonly owned: OwnedTarget[] = [];

  constructor(scope: Construct, id: string, { deployment, rules }: EventRulesProps) {
    super(scope, id);
    this.deployment = deployment;
    this.rules = rules.map((rule) => ({ rule, resource: this.addRule(rule) }));
    this.requesters = this.sendersTo("request", "pause");
    this.hasNotices = this.sendersTo("notify").length > 0;
    this.roles = new RuleRoles(this, "roles", { deployment });
    const senders = [this.sender];
    this.undelivered = new DeadLetterQueue(this, "undelivered", { deployment, of: "rules", senders });
  }

  /** Physical name of each rule. */
  get names(): Record<string, string> {
    return Object.fromEntries(this.rules.map(({ rule, resource }) => [rule.name, resource.name]));
  }

  /** By the ARN of each topic and queue of somebody else, the statement (JSON) that its owner must add to its policy. */
  get grants(): Record<string, string> {
    return ownerGrants(this.owned);
  }

  /**
   * Gives every rule its targets; once.
   * @param destinations of a deployment with a coordinator
   * @throws Error when a target is the coordinator's and there is none
   */
  deliverTo(destinations?: RuleDestinations): void {
    for (const { rule, resource } of this.rules) {
      for (const [index, target] of rule.targets.entries()) {
        this.addTarget(`${index + 1}-${target.type}`, rule, resource, target, destinations);
      }
    }
  }

  private addRule({ name, description, pattern }: EventRule): CloudwatchEventRule {
    return new CloudwatchEventRule(this, `rule-${name}`, {
      name: physicalName(this.deployment, `${RULE_PREFIX}${name}`),
      ...(description === "" ? {} : { description: literalText(description) }),
      eventPattern: literalText(JSON.stringify(pattern)),
    });
  }

  private addTarget(
    targetId: string,
    rule: EventRule,
    resource: CloudwatchEventRule,
    target: RuleTarget,
    destinations: RuleDestinations | undefined,
  ): void {
    const own = destinations && { requests: destinations.requests.arn, decisions: destinations.decisions.arn };
    const ownPolicies = destinations === undefined ? [] : [destinations.requests.policy, destinations.decisions.policy];
    const { attributes, access } = deliveryOfTarget(this.deployment, own, rule, target);
    const { roleArn, grant } = this.grantAccess(`${rule.name}_${targetId}`, resource, target.type, attributes.arn, access);
    new CloudwatchEventTarget(this, `target-${rule.name}_${targetId}`, {
      rule: resource.name,
      targetId,
      ...attributes,
      ...(roleArn === undefined ? {} : { roleArn }),
      deadLetterConfig: { arn: this.undelivered.arn },
      retryPolicy: RETRY_POLICY,
      // EventBridge does not retry what is refused for want of a permission.
      dependsOn: [this.undelivered.policy, ...(grant ?? ownPolicies)],
    });
  }

  /** The role of a target, if it needs one, and what must exist before the first event is sent there. */
  private grantAccess(
    id: string,
    rule: CloudwatchEventRule,
    kind: RuleTarget["type"],
    arn: string,
    access: TargetAccess,
  ): { roleArn?: string; grant?: ITerraformDependable[] } {
    switch (access.by) {
      case "role": {
        const role = this.roles.roleFor(kind, access);
        return { roleArn: role.arn, grant: [role.policy] };
      }
      case "permission": {
        const { functionName, qualifier } = access;
        const permission = new LambdaPermission(this, `permission-${id}`, {
          statementId: physicalName(this.deployment, `${RULE_PREFIX}${id}`, 100),
          principal: "events.amazonaws.com",
          action: "lambda:InvokeFunction",
          functionName,
          ...(qualifier === undefined ? {} : { qualifier }),
          sourceArn: rule.arn,
        });
        return { grant: [permission] };
      }
      case "owner":
        this.owned.push({ arn, action: access.action, rule });
        return { grant: [] };
      case "deployment":
        return {};
    }
  }

  /** Every rule of this section. */
  private get sender(): QueueSender {
    return rulesAsSender(this.deployment, physicalName(this.deployment, `${RULE_PREFIX}*`));
  }

  private sendersTo(...kinds: readonly RuleTarget["type"][]): QueueSender[] {
    const rules = this.rules.filter(({ rule: { targets } }) => targets.some(({ type }) => kinds.includes(type)));
    return rules.length === 0 ? [] : [this.sender];
  }
}
