import type { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import type { PolicyStatement } from "./policy";

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

/** Without a condition for a topic: EventBridge meets none there. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html */
function statementFor(arn: string, action: OwnedTarget["action"], rules: readonly CloudwatchEventRule[]): PolicyStatement {
  return {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: action,
    Resource: arn,
    ...(action === "sns:Publish" ? {} : { Condition: { ArnEquals: { "aws:SourceArn": rules.map((rule) => rule.arn) } } }),
  };
}
