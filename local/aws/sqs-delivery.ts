import { createHash } from "node:crypto";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Delivery } from "../edition";
import { LANDING } from "../landing";
import type { QueuedMessage } from "../queued-message";

/** Lambda's side of an SQS queue: all messages in one event, answered for one by one. */
export function sqsDelivery(queue: string, handler: (event: SQSEvent) => Promise<SQSBatchResponse>): Delivery {
  return async (messages) => {
    const { batchItemFailures } = await handler({ Records: messages.map((message) => recordOf(message, queue)) });
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function recordOf(message: QueuedMessage, queue: string): SQSEvent["Records"][number] {
  return {
    messageId: message.id,
    receiptHandle: `${message.id}/${message.receives}`,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      SenderId: LANDING.account,
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
      ...(message.group !== undefined && {
        MessageGroupId: message.group,
        SequenceNumber: String(message.sequence).padStart(20, "0"),
      }),
    },
    messageAttributes: {},
    md5OfBody: createHash("md5").update(message.body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:${LANDING.region}:${LANDING.account}:${queue}`,
    awsRegion: LANDING.region,
  };
}
