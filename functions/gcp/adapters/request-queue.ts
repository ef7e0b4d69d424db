import type { RequestQueue } from "../../core/coordination/request-queue";
import type { GoogleRest } from "./google-rest";
import { topicPublisher } from "./topic-publisher";

/**
 * `RequestQueue` in a Pub/Sub topic: in order per model, for subscriptions with message ordering and as long as all publish in one
 * region, which is why `endpoint` is a region's own (`https://europe-west4-pubsub.googleapis.com`); a request sent again is delivered
 * again. https://cloud.google.com/pubsub/docs/ordering
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
