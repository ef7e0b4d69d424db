import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../functions/core/environment";
import { messageVariables } from "../message-variables";
import { denyWithoutTls, type PolicyStatement, policyDocument } from "./access/policy";
import { type AwsDeployment, dnsSuffix, keyTags, physicalName } from "./deployment";

export interface DecisionTopicProps {
  readonly deployment: AwsDeployment;
  /** Each gets a mail from AWS first, and hears nothing before it has confirmed. */
  readonly emails: readonly string[];
  /** EventBridge publishes what rules tell of; the topic then has a key of its own, or the customer's. @default false */
  readonly opensToRules?: boolean;
  /** Folder or address of the runbooks, which messages name. @default - those of the repository */
  readonly runbooks?: string;
  /** Address of the console, which messages link to. @default - none */
  readonly console?: string;
}

/** Tells people of the decisions that need them; encrypted, TLS only. Anything else may be subscribed beside it. */
export class DecisionTopic extends Construct {
  readonly arn: string;
  /** What must exist before rules publish. */
  readonly policy: SnsTopicPolicy;
  private readonly props: DecisionTopicProps;

  constructor(scope: Construct, id: string, props: DecisionTopicProps) {
    super(scope, id);
    const { deployment, emails, opensToRules = false } = props;
    this.props = props;
    const topic = new SnsTopic(this, "Resource", {
      name: physicalName(deployment, "decisions"),
      kmsMasterKeyId: this.keyFor(deployment, opensToRules),
    });
    this.arn = topic.arn;
    // SNS takes no wildcard of actions in a topic's policy. Roles of the account publish by their own permission.
    const statements = [...(opensToRules ? [publishByRules(topic.arn)] : []), denyWithoutTls("sns:Publish", [topic.arn])];
    this.policy = new SnsTopicPolicy(this, "policy", { arn: topic.arn, policy: policyDocument(statements) });
    for (const email of new Set(emails)) {
      new SnsTopicSubscription(this, `email-${email}`, { topicArn: topic.arn, protocol: "email", endpoint: email });
    }
  }

  private keyFor(deployment: AwsDeployment, opensToRules: boolean): string {
    if (deployment.keys?.all !== undefined) return deployment.keys.all;
    // AWS's own key: its policy lets every role of the account use it that may publish to a topic, but no service.
    return opensToRules ? new TopicKey(this, "key", { deployment }).arn : "alias/aws/sns";
  }

  /** Lets a function tell people. */
  publish(): PolicyStatement {
    return { Effect: "Allow", Action: "sns:Publish", Resource: this.arn };
  }

  /** The address that it needs for that, and what messages name. */
  environment(): Record<string, string> {
    return { [ENVIRONMENT.topic]: this.arn, ...messageVariables(this.props) };
  }
}

/**
 * Without a condition, as EventBridge brings nothing that one could hold, on its way to a topic.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
 */
function publishByRules(topicArn: string): PolicyStatement {
  return { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sns:Publish", Resource: topicArn };
}

const USE: PolicyStatement["Action"] = ["kms:GenerateDataKey*", "kms:Decrypt"];

interface TopicKeyProps {
  readonly deployment: AwsDeployment;
}

/**
 * A key for topics that EventBridge publishes to, as it may not use AWS's own key.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
class TopicKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { deployment }: TopicKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, "Resource", {
      description: `Encrypts what Retrigger tells people, in ${deployment.environment}`,
      enableKeyRotation: true,
      tags: keyTags(deployment),
      policy: policyDocument(keyStatements(deployment)),
    });
    this.arn = key.arn;
  }
}

/**
 * In the policy of a key, its resource is the key itself.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
 */
function keyStatements({ partition, region, accountId }: AwsDeployment): PolicyStatement[] {
  return [
    { Effect: "Allow", Principal: { AWS: `arn:${partition}:iam::${accountId}:root` }, Action: "kms:*", Resource: "*" },
    // EventBridge brings neither account nor rule on its way to an encrypted topic.
    { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: USE, Resource: "*" },
    {
      // As in the policy of AWS's own key: whoever in the account may publish.
      Effect: "Allow",
      Principal: "*",
      Action: USE,
      Resource: "*",
      Condition: {
        StringEquals: { "kms:CallerAccount": accountId },
        StringLike: { "kms:ViaService": `sns.${region}.${dnsSuffix(partition)}*` },
      },
    },
  ];
}
