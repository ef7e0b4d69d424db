import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import type { Construct } from "constructs";
import { WatchedConstruct, type WatchedPart } from "../../watched";
import { denyWithoutTls, lengthInAws, type PolicyStatement, policyDocument } from "../access/policy";
import { type AwsDeployment, queueName } from "../deployment";

/** Half of what the dead-letter queue keeps, which counts a message's age from when it was first sent. */
const SEVEN_DAYS_SEC = 604_800;
const MAX_RECEIVES = 5;

export interface GuardedQueueProps {
  readonly deployment: AwsDeployment;
  /** The queue is named `<namePrefix>-<environment>-<role>`. */
  readonly role: string;
  /** Timeout of the function that reads the queue. */
  readonly consumerTimeoutSec: number;
  /** How long that function's mapping gathers messages. @default 0 */
  readonly batchingWindowSec?: number;
  /** @default false */
  readonly fifo?: boolean;
  /** @default - only roles of the account may send */
  readonly senders?: readonly QueueSender[];
}

/** A queue with a dead-letter queue of its own kind; both encrypted, TLS only. A message is tried five times. */
export class GuardedQueue extends WatchedConstruct {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly deadLetters: DeadLetterQueue;
  /** What must exist before the senders send. */
  readonly policy: SqsQueuePolicy;
  readonly watched: WatchedPart;

  constructor(scope: Construct, id: string, props: GuardedQueueProps) {
    super(scope, id);
    const { deployment, role, consumerTimeoutSec, batchingWindowSec = 0, fifo = false, senders = [] } = props;
    this.name = queueName(deployment, role, fifo);
    this.deadLetters = new DeadLetterQueue(this, "dead-letters", {
      deployment,
      of: role,
      fifo,
      // Made from its parts: the queue names its dead-letter queue in turn, and Terraform refuses a circle.
      sourceQueueArn: `arn:${deployment.partition}:sqs:${deployment.region}:${deployment.accountId}:${this.name}`,
    });
    const queue = new SqsQueue(this, "Resource", {
      name: this.name,
      // By content, since EventBridge, as a sender, names no deduplication id; what other senders name comes first.
      ...(fifo ? { fifoQueue: true, contentBasedDeduplication: true } : {}),
      // Six times the function's timeout, and its batching window:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeoutSeconds: 6 * consumerTimeoutSec + batchingWindowSec,
      messageRetentionSeconds: SEVEN_DAYS_SEC,
      sqsManagedSseEnabled: true,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: this.deadLetters.arn, maxReceiveCount: MAX_RECEIVES }),
    });
    this.arn = queue.arn;
    this.url = queue.url;
    this.watched = { kind: "queue", role, name: this.name, address: queue.url };
    const policy = queuePolicy(queue.arn, senders);
    const got = lengthInAws(policy, deployment.accountId);
    const message = `got a policy of ${got} characters for the queue ${this.name}, which names every topic that may send to it; SQS allows ${MAX_POLICY_CHARACTERS}; name fewer topics under monitoring.cloudwatch.topics, such as one for several alarms`;
    if (got > MAX_POLICY_CHARACTERS) this.node.addValidation({ validate: () => [message] });
    this.policy = new SqsQueuePolicy(this, "policy", { queueUrl: queue.url, policy });
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html */
const MAX_POLICY_CHARACTERS = 8_192;

/** The longest that SQS keeps a message. */
const FOURTEEN_DAYS_SEC = 1_209_600;

export interface DeadLetterQueueProps {
  readonly deployment: AwsDeployment;
  /** Whose failures it takes: it is named `<namePrefix>-<environment>-<of>-dlq`. */
  readonly of: string;
  /** @default false */
  readonly fifo?: boolean;
  /** The queue that it serves as redrive target. @default - none may */
  readonly sourceQueueArn?: string;
  /** @default - only roles of the account may send */
  readonly senders?: readonly QueueSender[];
}

/** Keeps for 14 days what could not be delivered; encrypted, TLS only. */
export class DeadLetterQueue extends WatchedConstruct {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** What must exist before the senders send. */
  readonly policy: SqsQueuePolicy;
  readonly watched: WatchedPart;

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    const { deployment, of, fifo = false, sourceQueueArn, senders = [] } = props;
    const redrive =
      sourceQueueArn === undefined
        ? { redrivePermission: "denyAll" }
        : { redrivePermission: "byQueue", sourceQueueArns: [sourceQueueArn] };
    this.name = queueName(deployment, `${of}-dlq`, fifo);
    const queue = new SqsQueue(this, "Resource", {
      name: this.name,
      ...(fifo ? { fifoQueue: true } : {}),
      messageRetentionSeconds: FOURTEEN_DAYS_SEC,
      sqsManagedSseEnabled: true,
      redriveAllowPolicy: JSON.stringify(redrive),
    });
    this.arn = queue.arn;
    this.url = queue.url;
    this.watched = { kind: "dead-letter-queue", role: of, name: this.name, address: queue.url };
    this.policy = new SqsQueuePolicy(this, "policy", { queueUrl: queue.url, policy: queuePolicy(queue.arn, senders) });
  }
}

/** A service that sends to a queue on behalf of some of its resources. */
export interface QueueSender {
  /** Such as `events.amazonaws.com`. */
  readonly service: string;
  /** ARNs, or patterns of them. */
  readonly sourceArns: readonly string[];
}

/** Policy of a queue that only these services and the account's own roles may send to, with TLS only. */
function queuePolicy(queueArn: string, senders: readonly QueueSender[]): string {
  return policyDocument([
    ...senders.map(
      ({ service, sourceArns }): PolicyStatement => ({
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnLike: { "aws:SourceArn": sourceArns } },
      }),
    ),
    denyWithoutTls("sqs:*", [queueArn]),
  ]);
}

/** Lets a role send to a queue. */
export function sendTo(queue: { readonly arn: string }): PolicyStatement {
  return { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue.arn };
}

/** Lets a function's role read a queue, as Lambda does on its behalf. */
export function receiveFrom(queue: { readonly arn: string }): PolicyStatement {
  return { Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource: queue.arn };
}
