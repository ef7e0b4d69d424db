import { CloudwatchEventBus } from "@cdktf/provider-aws/lib/cloudwatch-event-bus";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { TerraformStack, Testing } from "cdktf";
import { type PolicyStatement, policyDocument } from "../../../../modules/aws/access/policy";
import type { AwsDeployment } from "../../../../modules/aws/deployment";
import { keyPolicy } from "../../../../modules/aws/keys/key-policy";
import { deploymentOf } from "../synthesize";

const KEY = "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab";

describe("keyPolicy", () => {
  it("should leave to IAM who of the key's account uses it, and to whoever deploys to let AWS's services use it", () => {
    const root = { AWS: "arn:aws:iam::444455556666:root" };

    expect(policyOf({})).toEqual([
      {
        Sid: "RolesOfTheAccount",
        Effect: "Allow",
        Principal: root,
        Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        Resource: "*",
      },
      {
        Sid: "GrantsOfWhoeverDeploys",
        Effect: "Allow",
        Principal: root,
        Action: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
        Resource: "*",
        Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
    ]);
  });

  it.each([
    ["a queue", { queue: "events.amazonaws.com" }],
    ["a topic", { topic: "events.amazonaws.com" }],
  ])("should let EventBridge in without any condition, which it would not meet, where it sends to %s", (_case, senders) => {
    expect(policyOf(senders)[2]).toEqual({
      Sid: "EventBridgeToQueuesAndTopics",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
    });
  });

  it("should let CloudWatch in for the alarms of the account", () => {
    expect(policyOf({ topic: "cloudwatch.amazonaws.com" })[2]).toEqual({
      Sid: "AlarmsToTopics",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: {
        StringEquals: { "aws:SourceAccount": "444455556666" },
        ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:444455556666:alarm:*" },
      },
    });
  });

  it("should let SNS in where a queue takes the messages of a topic", () => {
    expect(policyOf({ queue: "sns.amazonaws.com" })[2]).toEqual({
      Sid: "TopicsToQueues",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
    });
  });

  it("should let EventBridge look at the key of a bus, and encrypt what that bus holds", () => {
    const use = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Resource: "*" };
    const arn = "arn:aws:events:eu-central-1:444455556666:event-bus/retrigger-dev-bucket-owners";

    expect(policyOf({ bus: "retrigger-dev-bucket-owners" }).slice(2)).toEqual([
      { Sid: "KeyOfEventBuses", ...use, Action: "kms:DescribeKey" },
      {
        Sid: "EventBuses",
        ...use,
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Condition: { StringEquals: { "kms:EncryptionContext:aws:events:event-bus:arn": [arn] } },
      },
    ]);
  });

  it("should let CloudWatch Logs of the region in for the groups that there are", () => {
    const groups = ["/aws/lambda/retrigger-dev-batcher", "/aws/lambda/retrigger-dev-sweeper", "/aws/vendedlogs/other"];

    expect(policyOf({ groups })[2]).toEqual({
      Sid: "Logs",
      Effect: "Allow",
      Principal: { Service: "logs.eu-central-1.amazonaws.com" },
      Action: ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: "*",
      Condition: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": [
            "arn:aws:logs:eu-central-1:444455556666:log-group:/aws/lambda/retrigger-dev-*",
            "arn:aws:logs:eu-central-1:444455556666:log-group:/aws/vendedlogs/other",
          ],
        },
      },
    });
  });

  it.each([
    ["aws-cn", "cn-north-1", "logs.cn-north-1.amazonaws.com.cn"],
    ["aws-us-gov", "us-gov-west-1", "logs.us-gov-west-1.amazonaws.com"],
    ["aws-iso", "us-iso-east-1", "logs.us-iso-east-1.c2s.ic.gov"],
  ])("should name CloudWatch Logs as the partition %s does", (partition, region, expected) => {
    const groups = ["/aws/lambda/retrigger-dev-batcher"];

    const statements = policyOf({ groups }, deploymentOf({ partition, region }));

    expect(statements.at(-1)?.Principal).toEqual({ Service: expected });
    expect(JSON.stringify(statements)).not.toContain("arn:aws:");
  });

  it("should not pass over a service of which nothing is known", () => {
    expect(() => policyOf({ queue: "iot.amazonaws.com" })).toThrow(
      "nothing is known of how iot.amazonaws.com uses the key of a queue or topic; add it to modules/aws/keys/key-policy.ts",
    );
  });
});

// Helpers

interface Sent {
  /** Service that a queue lets in. */
  readonly queue?: string;
  /** Service that a topic lets in. */
  readonly topic?: string;
  /** Name of an event bus. */
  readonly bus?: string;
  /** Names of groups of logs. */
  readonly groups?: readonly string[];
}

function policyOf({ queue, topic, bus, groups = [] }: Sent, deployment: AwsDeployment = deploymentOf()): PolicyStatement[] {
  const stack = new TerraformStack(Testing.app(), "stack");
  if (queue !== undefined) new SqsQueuePolicy(stack, "queue", { queueUrl: "url", policy: letIn(queue) });
  if (topic !== undefined) new SnsTopicPolicy(stack, "topic", { arn: "arn", policy: letIn(topic) });
  if (bus !== undefined) new CloudwatchEventBus(stack, "bus", { name: bus });
  for (const [index, name] of groups.entries()) new CloudwatchLogGroup(stack, `group-${index}`, { name });
  return keyPolicy(stack, deployment, KEY);
}

function letIn(service: string): string {
  return policyDocument([
    { Effect: "Allow", Principal: { Service: service }, Action: "sqs:SendMessage" },
    { Effect: "Deny", Principal: "*", Action: "sqs:*" },
  ]);
}
