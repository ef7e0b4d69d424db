import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { type AwsDeployment, physicalName } from "./deployment";
import { type PolicyStatement, policyDocument } from "./policy";
import { denyWithoutTls } from "./queue-policy";

export interface DecisionTopicProps {
  readonly deployment: AwsDeployment;
  /** Each gets a mail from AWS first, and hears nothing before it has confirmed. */
  readonly emails: readonly string[];
}

/** Tells people of the decisions that need them; encrypted, TLS only. Anything else may be subscribed beside it. */
export class DecisionTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { deployment, emails }: DecisionTopicProps) {
    super(scope, id);
    const topic = new SnsTopic(this, "Resource", {
      name: physicalName(deployment, "decisions"),
      // AWS's own key: its policy lets every role of the account use it that may publish to a topic.
      kmsMasterKeyId: "alias/aws/sns",
    });
    this.arn = topic.arn;
    // SNS takes no wildcard of actions in a topic's policy. Roles of the account publish by their own permission.
    new SnsTopicPolicy(this, "policy", { arn: topic.arn, policy: policyDocument([denyWithoutTls("sns:Publish", [topic.arn])]) });
    for (const email of new Set(emails)) {
      new SnsTopicSubscription(this, `email-${email}`, { topicArn: topic.arn, protocol: "email", endpoint: email });
    }
  }

  /** Lets a function tell people. */
  publish(): PolicyStatement {
    return { Effect: "Allow", Action: "sns:Publish", Resource: this.arn };
  }
}
