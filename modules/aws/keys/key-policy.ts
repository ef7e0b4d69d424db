// What the policy of the customer's own key must say, which nobody but its owner writes.
import { CloudwatchEventBus } from "@cdktf/provider-aws/lib/cloudwatch-event-bus";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import type { IConstruct } from "constructs";
import type { PolicyStatement } from "../access/policy";
import { type AwsDeployment, dnsSuffix, physicalName } from "../deployment";

/** The account of a key, by its ARN. */
export function accountOfKey(key: string): string {
  return key.split(":")[4] ?? "";
}

/** The region of a key, by its ARN. */
export function regionOfKey(key: string): string {
  return key.split(":")[3] ?? "";
}

/**
 * The statements that the policy of a key must have for all that is within a scope: of roles and of whoever deploys, of each
 * service that sends to a queue or topic, of event buses and of logs. It is the key's own account that they speak of, so that they
 * are known before anything is deployed.
 * @param scope whose queues, topics and logs are encrypted with the key
 * @throws Error when a service may send to a queue or topic of which nothing is known here
 */
export function keyPolicy(scope: IConstruct, deployment: AwsDeployment, key: string): PolicyStatement[] {
  const ofKey = { ...deployment, accountId: accountOfKey(key) };
  const constructs = scope.node.findAll();
  const services = new Set(constructs.flatMap(sendingServices));
  const groups = constructs.flatMap((construct) => (construct instanceof CloudwatchLogGroup ? (construct.nameInput ?? []) : []));
  const buses = constructs.flatMap((construct) => (construct instanceof CloudwatchEventBus ? (construct.nameInput ?? []) : []));
  return [
    ...accountStatements(ofKey),
    ...[...services].sort().map((service) => senderStatement(service, ofKey)),
    ...(buses.length === 0 ? [] : busStatements(buses, ofKey)),
    ...(groups.length === 0 ? [] : [logStatement(groups, ofKey)]),
  ];
}

/** What a key's own policy calls the key. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html */
const ITSELF = "*";

/**
 * Leaves to IAM, by the policies of roles, who of the account may use the key; a key's default policy does it for all actions.
 * Whoever deploys lets DynamoDB and Lambda use it on their own by grants.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
function accountStatements({ partition, accountId }: AwsDeployment): PolicyStatement[] {
  const Principal = { AWS: `arn:${partition}:iam::${accountId}:root` };
  return [
    {
      Sid: "RolesOfTheAccount",
      Effect: "Allow",
      Principal,
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: ITSELF,
    },
    {
      Sid: "GrantsOfWhoeverDeploys",
      Effect: "Allow",
      Principal,
      Action: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
      Resource: ITSELF,
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

/** The services that a policy of a queue or topic lets in; none of anything else. */
function sendingServices(construct: IConstruct): string[] {
  if (!(construct instanceof SqsQueuePolicy || construct instanceof SnsTopicPolicy)) return [];
  const { Statement }: { Statement: readonly PolicyStatement[] } = JSON.parse(construct.policyInput ?? "{}");
  return Statement.flatMap(({ Effect, Principal }) => {
    const service = typeof Principal === "object" ? Principal.Service : undefined;
    return Effect === "Allow" && service !== undefined ? [service] : [];
  });
}

function senderStatement(service: string, { partition, region, accountId }: AwsDeployment): PolicyStatement {
  const use = { Effect: "Allow", Principal: { Service: service }, Resource: ITSELF } as const;
  switch (service.split(".")[0]) {
    case "events":
      // Without a condition: EventBridge brings neither account nor rule on its way to an encrypted topic, and what a condition
      // refuses is lost without a trace. AWS's page has none for a queue either.
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html#eb-sqs-encrypted
      return { Sid: "EventBridgeToQueuesAndTopics", ...use, Action: ["kms:Decrypt", "kms:GenerateDataKey"] };
    case "sns":
      // https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
      return { Sid: "TopicsToQueues", ...use, Action: ["kms:Decrypt", "kms:GenerateDataKey*"] };
    case "cloudwatch":
      // https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
      return {
        Sid: "AlarmsToTopics",
        ...use,
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:*` },
        },
      };
    default:
      throw new Error(
        `nothing is known of how ${service} uses the key of a queue or topic; add it to modules/aws/keys/key-policy.ts`,
      );
  }
}

/**
 * EventBridge looks at the key of a bus, then encrypts with it what the bus holds, for that bus alone.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html
 */
function busStatements(names: readonly string[], { partition, region, accountId }: AwsDeployment): PolicyStatement[] {
  const use = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Resource: ITSELF } as const;
  const arns = names.map((name) => `arn:${partition}:events:${region}:${accountId}:event-bus/${name}`);
  return [
    { Sid: "KeyOfEventBuses", ...use, Action: "kms:DescribeKey" },
    {
      Sid: "EventBuses",
      ...use,
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Condition: { StringEquals: { "kms:EncryptionContext:aws:events:event-bus:arn": arns } },
    },
  ];
}

/**
 * CloudWatch Logs is a principal of its region. A group can have the key only when this is in its policy.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
function logStatement(groups: readonly string[], deployment: AwsDeployment): PolicyStatement {
  const { partition, region, accountId } = deployment;
  const ofFunctions = `/aws/lambda/${physicalName(deployment, "")}`;
  const names = new Set(groups.map((name) => (name.startsWith(ofFunctions) ? `${ofFunctions}*` : name)));
  return {
    Sid: "Logs",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.${dnsSuffix(partition)}` },
    Action: ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    Resource: ITSELF,
    Condition: {
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": [...names].map(
          (name) => `arn:${partition}:logs:${region}:${accountId}:log-group:${name}`,
        ),
      },
    },
  };
}
