import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { policyDocument } from "../access/policy";
import { type AwsDeployment, physicalName } from "../deployment";
import { denyWithoutTls } from "../queues/queue-policy";

const CLOUDWATCH = { Service: "cloudwatch.amazonaws.com" } as const;

export interface OperationsTopicProps {
  readonly deployment: AwsDeployment;
  /** Each gets a mail from AWS first, and hears nothing before it has confirmed. */
  readonly emails: readonly string[];
}

/**
 * Tells operators of alarms and of their end: another topic than that of decisions, whose approvers need not be operators. It is
 * encrypted by a key of its own, since CloudWatch cannot publish to a topic with AWS's own key.
 * https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
 */
export class OperationsTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { deployment, emails }: OperationsTopicProps) {
    super(scope, id);
    const { accountId, partition, region } = deployment;
    const name = physicalName(deployment, "operations");
    const key = new KmsKey(this, "key", {
      description: `Encrypts the topic ${name}`,
      enableKeyRotation: true,
      policy: policyDocument([
        // Without it, nobody could ever change the key again. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        { Effect: "Allow", Principal: { AWS: `arn:${partition}:iam::${accountId}:root` }, Action: "kms:*", Resource: "*" },
        { Effect: "Allow", Principal: CLOUDWATCH, Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" },
      ]),
    });
    const topic = new SnsTopic(this, "Resource", { name, kmsMasterKeyId: key.arn });
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
  }
}
