import { type PolicyStatement, policyDocument } from "../access/policy";

/** A service that sends to a queue on behalf of some of its resources. */
export interface QueueSender {
  /** Such as `events.amazonaws.com`. */
  readonly service: string;
  readonly sourceArns: readonly string[];
}

/** Policy of a queue that only these services and the account's own roles may send to, with TLS only. */
export function queuePolicy(queueArn: string, senders: readonly QueueSender[]): string {
  return policyDocument([
    ...senders.map(
      ({ service, sourceArns }): PolicyStatement => ({
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": sourceArns } },
      }),
    ),
    denyWithoutTls("sqs:*", [queueArn]),
  ]);
}

/** Denies what comes without TLS. */
export function denyWithoutTls(action: string, resources: readonly string[]): PolicyStatement {
  return {
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** Lets a role send to a queue. */
export function sendTo(queue: { readonly arn: string }): PolicyStatement {
  return { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue.arn };
}

/** Lets a function's role read a queue, as Lambda does on its behalf. */
export function receiveFrom(queue: { readonly arn: string }): PolicyStatement {
  return { Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource: queue.arn };
}
