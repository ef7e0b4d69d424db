import { SendMessageCommand, type SendMessageCommandInput, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { utf8Bytes } from "../../../core/batching/landed-object";
import type { AnswerQueue } from "../../../core/coordination/ports";
import type { DriftQueue } from "../../../core/drift/ports";
import { qualityMessageOf } from "../../../core/quality/quality-message";
import type { QualityQueue } from "../../../core/quality/quality-queue";
import { type RejectedMessages, refusalTexts } from "../../../core/rejected-message";
import type { RequestQueue } from "../../../core/training-request";
import { requestIdHash } from "../../../node/hashes";
import { failureOf } from "../call-limits";

/**
 * `RequestQueue` in an SQS FIFO queue: in order per model, and a request sent again within 5 minutes is delivered once.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
export function sqsRequestQueue(client: SQSClient, queueUrl: string): RequestQueue {
  return { send: (request) => sendInOrder(client, queueUrl, request) };
}

/** `AnswerQueue` in the same queue, in order with what is asked of the model. */
export function sqsAnswerQueue(client: SQSClient, queueUrl: string): AnswerQueue {
  return { send: (answer) => sendInOrder(client, queueUrl, answer) };
}

/**
 * `QualityQueue` in the same queue, in order with what is asked of the model. A signal that is sent again within 5 minutes is
 * delivered once.
 */
export function sqsQualityQueue(client: SQSClient, queueUrl: string): QualityQueue {
  return {
    async send(signal) {
      const body = JSON.stringify(qualityMessageOf(signal));
      await send(client, {
        QueueUrl: queueUrl,
        MessageBody: body,
        MessageGroupId: signal.model,
        MessageDeduplicationId: requestIdHash(body),
      });
    },
  };
}

async function sendInOrder(client: SQSClient, queueUrl: string, message: { readonly id: string; readonly model: string }) {
  await send(client, {
    QueueUrl: queueUrl,
    MessageBody: JSON.stringify(message),
    MessageGroupId: message.model,
    MessageDeduplicationId: requestIdHash(message.id),
  });
}

async function send(client: SQSClient, message: SendMessageCommandInput): Promise<void> {
  await client.send(new SendMessageCommand(message)).catch((error: unknown) => {
    throw failureOf(`sending to ${message.QueueUrl}`, error);
  });
}

/** `DriftQueue` in a standard SQS queue. */
export function sqsDriftQueue(client: SQSClient, queueUrl: string): DriftQueue {
  return {
    async send(message) {
      await send(client, { QueueUrl: queueUrl, MessageBody: JSON.stringify(message) });
    },
  };
}

/**
 * The most that a queue of Retrigger takes, body and attributes together: SQS's default.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
const MAX_MESSAGE_BYTES = 256 * 1024;

/**
 * `RejectedMessages` in a dead-letter queue, with the refusal in the message's attributes; without it where a body leaves no room.
 * A FIFO queue keeps the group, and takes a message once within 5 minutes. Attributes that the message had are not kept: no
 * function reads them, and SQS allows ten.
 */
export function sqsRejectedMessages(client: SQSClient, queueUrl: string): RejectedMessages<SQSRecord> {
  return {
    async keep({ messageId, body, attributes }, refusal) {
      const { MessageGroupId: group } = attributes;
      const texts = refusalTexts(refusal, { messageId, sentAt: Number(attributes.SentTimestamp) });
      await send(client, {
        QueueUrl: queueUrl,
        MessageBody: body,
        ...(hasRoom(body, texts) && { MessageAttributes: attributesOf(texts) }),
        ...(group !== undefined && { MessageGroupId: group, MessageDeduplicationId: messageId }),
      });
    },
  };
}

function hasRoom(body: string, texts: Readonly<Record<string, string>>): boolean {
  return utf8Bytes(body) + utf8Bytes(JSON.stringify(attributesOf(texts))) <= MAX_MESSAGE_BYTES;
}

function attributesOf(texts: Readonly<Record<string, string>>) {
  const entries = Object.entries(texts).map(([name, text]) => [name, { DataType: "String", StringValue: text }] as const);
  return Object.fromEntries(entries);
}
