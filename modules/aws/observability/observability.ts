import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import type { WatchLevel } from "../../../functions/core/log/essential-metrics";
import type { Watched } from "../../../operations/configured-alarms";
import type { WatchedResources } from "../../watched";
import { denyWithoutTls, policyDocument } from "../access/policy";
import { type AwsDeployment, keyTags, physicalName } from "../deployment";
import { OPERATIONS_TOPIC, subscribeQueue } from "../functions/messenger";
import type { GuardedQueue } from "../queues/guarded-queue";
import { Alarms } from "./alarms";
import { Dashboard } from "./dashboard";

export interface ObservabilityProps {
  readonly deployment: AwsDeployment;
  /** @default full */
  readonly watch?: WatchLevel;
  readonly limits: Watched["limits"];
  readonly models: Watched["models"];
  readonly resources: WatchedResources;
  /** Folder or address of the runbooks. */
  readonly runbooks: string;
  readonly hasAlarms: boolean;
  readonly hasDashboard: boolean;
  /** Addresses that hear of alarms. */
  readonly emails: readonly string[];
  /** The queue of those who tell chats of alarms. @default - no chat is told of them */
  readonly messages?: GuardedQueue | undefined;
  /** ARNs of existing topics that hear of alarms too; at most 4. */
  readonly topics: readonly string[];
}

/** What operators look at, and what looks at the deployment for them. */
export class Observability extends Construct {
  /** ARN of the topic that writes to operators; undefined when nobody and no chat is named, or there are no alarms. */
  readonly topic: string | undefined;
  /** Name of the dashboard. */
  readonly dashboard: string | undefined;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { deployment, watch = "full", resources, limits, models, runbooks, hasAlarms, hasDashboard, emails, messages } = props;
    const isTold = emails.length > 0 || messages !== undefined;
    this.topic = hasAlarms && isTold ? new OperationsTopic(this, "topic", { deployment, emails, messages }).arn : undefined;
    const topics = [...(this.topic === undefined ? [] : [this.topic]), ...new Set(props.topics)];
    const alarms = hasAlarms
      ? new Alarms(this, "alarms", { deployment, watch, limits, models, resources, runbooks, topics }).overview
      : [];
    this.dashboard = hasDashboard ? new Dashboard(this, "dashboard", { deployment, watch, resources, alarms }).name : undefined;
  }
}

const CLOUDWATCH = { Service: "cloudwatch.amazonaws.com" } as const;

interface OperationsTopicProps {
  readonly deployment: AwsDeployment;
  /** Each gets a mail from AWS first, and hears nothing before it has confirmed. */
  readonly emails: readonly string[];
  readonly messages: GuardedQueue | undefined;
}

/**
 * Tells operators of alarms and of their end: another topic than that of decisions, whose approvers need not be operators. It is
 * encrypted by the customer's key, or by one of its own, since CloudWatch cannot publish to a topic with AWS's own key.
 * https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
 */
class OperationsTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { deployment, emails, messages }: OperationsTopicProps) {
    super(scope, id);
    const { accountId, partition, region } = deployment;
    const name = physicalName(deployment, OPERATIONS_TOPIC);
    const topic = new SnsTopic(this, "Resource", { name, kmsMasterKeyId: deployment.keys?.all ?? this.addKey(deployment, name) });
    this.arn = topic.arn;
    new SnsTopicPolicy(this, "policy", {
      arn: topic.arn,
      policy: policyDocument([
        {
          Effect: "Allow",
          Principal: CLOUDWATCH,
          Action: "sns:Publish",
          Resource: topic.arn,
          Condition: {
            StringEquals: { "aws:SourceAccount": accountId },
            ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:*` },
          },
        },
        denyWithoutTls("sns:Publish", [topic.arn]),
      ]),
    });
    for (const email of new Set(emails)) {
      new SnsTopicSubscription(this, `email-${email}`, { topicArn: topic.arn, protocol: "email", endpoint: email });
    }
    if (messages !== undefined) subscribeQueue(this, "chats", topic.arn, messages);
  }

  /** A key that CloudWatch may use; its ARN. */
  private addKey(deployment: AwsDeployment, topicName: string): string {
    const { accountId, partition } = deployment;
    const key = new KmsKey(this, "key", {
      description: `Encrypts the topic ${topicName}`,
      enableKeyRotation: true,
      tags: keyTags(deployment),
      policy: policyDocument([
        // Without it, nobody could ever change the key again.
        // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        { Effect: "Allow", Principal: { AWS: `arn:${partition}:iam::${accountId}:root` }, Action: "kms:*", Resource: "*" },
        { Effect: "Allow", Principal: CLOUDWATCH, Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" },
      ]),
    });
    return key.arn;
  }
}
