import { setImmediate } from "node:timers/promises";
import type { MonitoringJobs, ReportReader } from "../../functions/core/drift/ports";
import { manifestFile, manifestKeys } from "../../functions/gcp/adapters/storage/manifest-store";
import { createBatcher } from "../../functions/gcp/handlers/batcher";
import { createCoordinator } from "../../functions/gcp/handlers/coordinator";
import { createDriftEvaluator } from "../../functions/gcp/handlers/drift-evaluator";
import { createSweeper } from "../../functions/gcp/handlers/sweeper";
import type { Delivery, Edition } from "../edition";
import { LANDING } from "../landing";
import type { QueuedMessage } from "../world/queued-message";
import { announcedKey, hostileMessages, objectFinalized } from "./events";

/** Of the replay, reports come as messages. */
const NO_FILES: ReportReader = { read: async () => undefined };

/** And none by monitoring jobs. */
const NO_JOBS: MonitoringJobs = { endpointOf: async () => undefined };

/** Cloud Storage into Pub/Sub, Cloud Functions, Vertex AI, which tells nobody of the ends of its runs. */
export const gcpEdition: Edition = {
  cloud: "gcp",
  manifests: { scheme: "gs", suffix: ".jsonl", textOf: manifestFile, keysOf: manifestKeys },
  objectMessage: objectFinalized,
  announcedKey,
  hostileMessages,
  requestMessage: (request) => JSON.stringify({ data: Buffer.from(JSON.stringify(request)).toString("base64") }),
  runEndMessage: () => undefined,
  createBatcher(ports) {
    const push = pushAtOnce("landings", createBatcher(ports, setImmediate));
    return async (messages) => {
      // Read before, so that all invocations come to the shared write at the same time.
      await ports.settings.list();
      return await push(messages);
    };
  },
  createCoordinator: (ports) => pushInOrder("requests", createCoordinator(ports)),
  createSweeper,
  driftMessage: (report) => JSON.stringify({ data: Buffer.from(JSON.stringify(report)).toString("base64") }),
  createDriftEvaluator: (ports) => pushInOrder("drift", createDriftEvaluator({ ...ports, reports: NO_FILES, jobs: NO_JOBS })),
};

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
