import type { Delivery } from "../edition";
import { LANDING } from "../landing";
import type { QueuedMessage } from "../queued-message";

type Handler = (event: unknown) => Promise<void>;

/** Pushes of messages without an order: all at once, as to one instance that takes so many. */
export function pushAtOnce(topic: string, handler: Handler): Delivery {
  return async (messages) => {
    const outcomes = await Promise.allSettled(messages.map((message) => handler(eventOf(message, topic))));
    return messages.filter((_, index) => outcomes[index]?.status === "rejected").map(({ id }) => id);
  };
}

/** Pushes of messages with an ordering key: one after the other, and none of a key after one that failed. */
export function pushInOrder(topic: string, handler: Handler): Delivery {
  return async (messages) => {
    const failedKeys = new Set<string | undefined>();
    const failed: string[] = [];
    for (const message of messages) {
      const isTaken = !failedKeys.has(message.group) && (await settles(handler(eventOf(message, topic))));
      if (isTaken) continue;
      failedKeys.add(message.group);
      failed.push(message.id);
    }
    return failed;
  };
}

async function settles(handled: Promise<void>): Promise<boolean> {
  const [outcome] = await Promise.allSettled([handled]);
  return outcome.status === "fulfilled";
}

/** What functions-framework makes of a push. https://cloud.google.com/pubsub/docs/push#receive_push */
function eventOf({ id, body, group, sentAt, receives }: QueuedMessage, topic: string) {
  const publishTime = new Date(sentAt).toISOString();
  return {
    specversion: "1.0",
    id,
    type: "google.cloud.pubsub.topic.v1.messagePublished",
    source: `//pubsub.googleapis.com/projects/${LANDING.project}/topics/${topic}`,
    time: publishTime,
    data: {
      subscription: `projects/${LANDING.project}/subscriptions/${topic}`,
      deliveryAttempt: receives,
      message: { ...JSON.parse(body), messageId: id, publishTime, ...(group !== undefined && { orderingKey: group }) },
    },
  };
}
