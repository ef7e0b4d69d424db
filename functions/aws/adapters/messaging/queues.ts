import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { RequestQueue } from "../../../core/coordination/ports";
import type { DriftQueue } from "../../../core/drift/ports";
import { requestIdHash } from "../../../node/hashes";

/**
 * `RequestQueue` in an SQS FIFO queue: in order per model, and a request sent again within 5 minutes is delivered once.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
export function sqsRequestQueue(client: SQSClient, queueUrl: string): RequestQueue {
  return {
    async send(request) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(request),
          MessageGroupId: request.model,
          MessageDeduplicationId: requestIdHash(request.id),
        }),
      );
    },
  };
}

/** `DriftQueue` in a standard SQS queue. */
export function sqsDriftQueue(client: SQSClient, queueUrl: string): DriftQueue {
  return {
    async send(message) {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
    },
  };
}
