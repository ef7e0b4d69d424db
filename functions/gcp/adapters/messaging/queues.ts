import type { AnswerQueue } from "../../../core/coordination/ports";
import { qualityMessageOf } from "../../../core/quality/quality-message";
import type { QualityQueue } from "../../../core/quality/quality-queue";
import { type RejectedMessages, refusalTexts } from "../../../core/rejected-message";
import type { RequestQueue } from "../../../core/training-request";
import type { PubSubMessage } from "../../messages/pubsub-event";
import type { GoogleRest } from "../google-rest";

/**
 * `RequestQueue` in a Pub/Sub topic: in order per model, for subscriptions with message ordering and as long as all publish in one
 * region, which is why `endpoint` is a region's own (`https://europe-west4-pubsub.googleapis.com`); a request sent again is
 * delivered again. https://cloud.google.com/pubsub/docs/ordering
 */
export function pubSubRequestQueue(rest: GoogleRest, topic: string, endpoint: string): RequestQueue {
  const publish = topicPublisher(rest, topic, endpoint);
  return {
    async send(request) {
      const { id: requestId, model } = request;
      await publish({ data: base64(JSON.stringify(request)), attributes: { requestId, model }, orderingKey: model });
    },
  };
}

/** `AnswerQueue` in the same topic, in order with what is asked of the model. */
export function pubSubAnswerQueue(rest: GoogleRest, topic: string, endpoint: string): AnswerQueue {
  const publish = topicPublisher(rest, topic, endpoint);
  return {
    async send(answer) {
      const { id: answerId, model } = answer;
      await publish({ data: base64(JSON.stringify(answer)), attributes: { answerId, model }, orderingKey: model });
    },
  };
}

/** `QualityQueue` in the same topic, in order with what is asked of the model. */
export function pubSubQualityQueue(rest: GoogleRest, topic: string, endpoint: string): QualityQueue {
  const publish = topicPublisher(rest, topic, endpoint);
  return {
    async send(signal) {
      const { model, metric } = signal;
      const data = base64(JSON.stringify(qualityMessageOf(signal)));
      await publish({ data, attributes: { model, quality: attributeText(metric) }, orderingKey: model });
    },
  };
}

/** A message of Pub/Sub: https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage */
export interface TopicMessage {
  /** Bytes in base64; empty for a message of attributes alone. */
  readonly data: string;
  /** Values have at most 1,024 bytes. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Messages of one key are delivered in the order in which they were published in one region. */
  readonly orderingKey?: string;
}

/** Publishes to the topic `projects/<project>/topics/<topic>`, at least once. `endpoint` is the address of Pub/Sub. */
export function topicPublisher(rest: GoogleRest, topic: string, endpoint: string): (message: TopicMessage) => Promise<void> {
  return async (message) => {
    await rest({
      what: `publishing to ${topic}`,
      method: "POST",
      url: `${endpoint}/v1/${topic}:publish`,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: [message] }),
    });
  };
}

/** A text as the data of a message. */
export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** https://cloud.google.com/pubsub/quotas#resource_limits */
const MAX_ATTRIBUTES = 100;
const MAX_ATTRIBUTE_BYTES = 1024;
const MAX_MESSAGE_BYTES = 10_000_000;

/**
 * `RejectedMessages` in a dead-letter topic, with the refusal beside the message's own attributes; without it where they leave no
 * room. Of the ordering key functions-framework tells nothing; a dead-letter subscription keeps no order.
 */
export function pubSubRejectedMessages(rest: GoogleRest, topic: string, endpoint: string): RejectedMessages<PubSubMessage> {
  const publish = topicPublisher(rest, topic, endpoint);
  return {
    async keep({ messageId, publishedAt, data, attributes: own }, refusal) {
      const texts = refusalTexts(refusal, { messageId, sentAt: publishedAt });
      const told = Object.entries(texts).map(([name, text]) => [name, attributeText(text)] as const);
      const attributes = { ...own, ...Object.fromEntries(told) };
      const hasRoom =
        Object.keys(attributes).length <= MAX_ATTRIBUTES && JSON.stringify({ data, attributes }).length <= MAX_MESSAGE_BYTES;
      await publish({ data, attributes: hasRoom ? attributes : own });
    },
  };
}

/** As much of a text as fits into an attribute, without half a character at its end. */
export function attributeText(text: string): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, MAX_ATTRIBUTE_BYTES)).replace(/\uFFFD+$/, "");
}
