import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Where the drift evaluator gets its messages from. */
export interface DriftQueue {
  /** At least once; the message is JSON. */
  send(message: object): Promise<void>;
}

/** `DriftQueue` in a standard SQS queue. */
export function sqsDriftQueue(client: SQSClient, queueUrl: string): DriftQueue {
  return {
    async send(message) {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
    },
  };
}
