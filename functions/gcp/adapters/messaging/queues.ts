import type { RequestQueue } from "../../../core/coordination/ports";
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
      await publish({ text: JSON.stringify(request), attributes: { requestId, model }, orderingKey: model });
    },
  };
}

/** A message of Pub/Sub: https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage */
export interface TopicMessage {
  readonly text: string;
  /** Values have at most 1,024 bytes. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Messages of one key are delivered in the order in which they were published in one region. */
  readonly orderingKey?: string;
}

/** Publishes to the topic `projects/<project>/topics/<topic>`, at least once. `endpoint` is the address of Pub/Sub. */
export function topicPublisher(rest: GoogleRest, topic: string, endpoint: string): (message: TopicMessage) => Promise<void> {
  return async ({ text, attributes, orderingKey }) => {
    const message = { data: Buffer.from(text).toString("base64"), attributes, ...(orderingKey !== undefined && { orderingKey }) };
    await rest({
      what: `publishing to ${topic}`,
      method: "POST",
      url: `${endpoint}/v1/${topic}:publish`,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: [message] }),
    });
  };
}
