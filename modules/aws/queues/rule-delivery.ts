import type { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { Construct } from "constructs";
import type { AwsDeployment } from "../deployment";
import type { DeadLetterQueue, GuardedQueue, QueueSender } from "./guarded-queue";

/**
 * How long EventBridge and its scheduler try to deliver before an event goes to the dead-letter queue: the upper limits of both,
 * since a training is better late than lost. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
 */
export const RETRY_POLICY = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

export interface RuleDelivery {
  readonly rule: CloudwatchEventRule;
  /** Lets the rule in, as do the dead letters. */
  readonly queue: GuardedQueue;
  /** Takes what could not be delivered; EventBridge needs a standard queue here, even beside a FIFO queue. */
  readonly undelivered: DeadLetterQueue;
  /** Group of the messages. @default - the queue is not FIFO */
  readonly messageGroupId?: string;
}

/** Sends the events of a rule to a queue. */
export function deliverToQueue(scope: Construct, id: string, delivery: RuleDelivery): CloudwatchEventTarget {
  const { rule, queue, undelivered, messageGroupId } = delivery;
  const { eventBusNameInput: eventBusName } = rule;
  return new CloudwatchEventTarget(scope, id, {
    rule: rule.name,
    ...(eventBusName === undefined ? {} : { eventBusName }),
    arn: queue.arn,
    ...(messageGroupId === undefined ? {} : { sqsTarget: { messageGroupId } }),
    deadLetterConfig: { arn: undelivered.arn },
    retryPolicy: RETRY_POLICY,
    // EventBridge does not retry what a queue's policy refuses.
    dependsOn: [queue.policy, undelivered.policy],
  });
}

/**
 * The rules of this account with such a name, in which `*` stands for anything, as a queue's policy lets them in. Many rules are
 * told by how their names begin: the policy of a queue holds 8,192 characters, too few for many ARNs.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
 * @param bus whose rules with such a name are let in beside those of the default bus
 */
export function rulesAsSender(
  { partition, region, accountId }: AwsDeployment,
  name: string,
  bus?: { readonly name: string },
): QueueSender {
  const rules = `arn:${partition}:events:${region}:${accountId}:rule`;
  return {
    service: "events.amazonaws.com",
    sourceArns: [`${rules}/${name}`, ...(bus === undefined ? [] : [`${rules}/${bus.name}/${name}`])],
  };
}
