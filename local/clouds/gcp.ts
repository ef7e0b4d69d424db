import { setImmediate } from "node:timers/promises";
import type { MonitoringJobs, ReportReader } from "../../functions/core/drift/ports";
import { PoisonMessageError } from "../../functions/core/errors";
import { JSON_LINES } from "../../functions/gcp/adapters/storage/manifest-store";
import { createBatcher } from "../../functions/gcp/handlers/batcher";
import { createCoordinator } from "../../functions/gcp/handlers/coordinator";
import { createDriftEvaluator } from "../../functions/gcp/handlers/drift-evaluator";
import { createPromoter } from "../../functions/gcp/handlers/promoter";
import { createRollout } from "../../functions/gcp/handlers/rollout";
import { createSweeper } from "../../functions/gcp/handlers/sweeper";
import { parsePubSubEvent } from "../../functions/gcp/messages/pubsub-event";
import { parseObjectFinalized } from "../../functions/gcp/messages/storage-event";
import { numberedVersions } from "../../functions/memory/model-registry";
import { LANDING } from "../world/simulated-cloud";
import type { Delivery, QueuedMessage } from "../world/simulated-queue";
import type { SeededRandom } from "../world/time-and-chance";
import type { LocalCloud, ObjectWrite } from "./local-cloud";

/** Of the replay, reports come as messages. */
const NO_FILES: ReportReader = { read: async () => undefined };

/** And none by monitoring jobs. */
const NO_JOBS: MonitoringJobs = { endpointOf: async () => undefined };

/** Cloud Storage into Pub/Sub, Cloud Functions, Vertex AI, which tells nobody of the ends of its runs, nor of its models. */
export const gcpCloud: LocalCloud = {
  name: "gcp",
  manifests: JSON_LINES,
  objectMessage: objectFinalized,
  announcedKey,
  hostileMessages,
  requestMessage: (content) => JSON.stringify({ data: base64(JSON.stringify(content)) }),
  runEndMessage: () => undefined,
  createBatcher(ports, rejected) {
    const push = pushAtOnce("landings", createBatcher({ ...ports, rejected }, setImmediate));
    return async (messages) => {
      // Read before, so that all invocations come to the shared write at the same time.
      await ports.settings.list();
      return await push(messages);
    };
  },
  createCoordinator: (ports, rejected) => pushInOrder("requests", createCoordinator({ ...ports, rejected })),
  createSweeper,
  versionNaming: numberedVersions,
  versionMessage: () => undefined,
  createPromoter,
  endpointLayout: "vertex",
  createRollout,
  driftMessage: (report) => JSON.stringify({ data: base64(JSON.stringify(report)) }),
  createDriftEvaluator: (ports, rejected) =>
    pushInOrder("drift", createDriftEvaluator({ ...ports, rejected, reports: NO_FILES, jobs: NO_JOBS })),
};

type Handler = (event: unknown) => Promise<void>;

/** Pushes of messages without an order: all at once, as to one instance that takes so many. */
function pushAtOnce(topic: string, handler: Handler): Delivery {
  return async (messages) => {
    const outcomes = await Promise.allSettled(messages.map((message) => handler(eventOf(message, topic))));
    return messages.filter((_, index) => outcomes[index]?.status === "rejected").map(({ id }) => id);
  };
}

/** Pushes of messages with an ordering key: one after the other, and none of a key after one that failed. */
function pushInOrder(topic: string, handler: Handler): Delivery {
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

/** Generations are microseconds of the epoch in practice, and named so nowhere: they only rise. */
const FIRST_GENERATION = 978_307_200_000_000;

/** A Pub/Sub message before Pub/Sub gives it an id. */
interface Notification {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly data?: string;
}

/**
 * The notification of Cloud Storage that an object is complete, at `at` (epoch milliseconds).
 * https://cloud.google.com/storage/docs/pubsub-notifications
 */
function objectFinalized(write: ObjectWrite, at: number): string {
  return JSON.stringify(finalized(write, at));
}

/** Key of the object that a message announces; undefined for any other message. */
function announcedKey(body: string): string | undefined {
  try {
    const message = { ...JSON.parse(body), messageId: "any", publishTime: new Date(0).toISOString() };
    return parseObjectFinalized(parsePubSubEvent({ message }))?.object.key;
  } catch (error) {
    if (error instanceof PoisonMessageError) return undefined;
    throw error;
  }
}

/** Messages that no retry can cure, by what is wrong with them. */
function hostileMessages(at: number, random: SeededRandom): ReadonlyMap<string, string> {
  const fine = finalized({ key: "flights/west/hostile.csv", bytes: 2_048, md5: random.hex(32), number: 10 }, at);
  const { objectId: _none, ...withoutKey } = fine.attributes;
  const changed = (change: Notification) => JSON.stringify({ ...fine, ...change });
  return new Map([
    ["not JSON", changed({ data: base64("<Event>Object Created</Event>") })],
    ["another bucket", changed({ attributes: { ...fine.attributes, bucketId: "somebody-elses-bucket" } })],
    ["no key", changed({ attributes: withoutKey })],
    ["a key of 1 MB", changed({ attributes: { ...fine.attributes, objectId: `flights/west/${"a".repeat(1_000_000)}.csv` } })],
    ["a body without attributes", JSON.stringify({ data: fine.data })],
  ]);
}

function finalized({ key, bytes, md5, number }: ObjectWrite, at: number) {
  const { bucket } = LANDING;
  const time = new Date(at).toISOString();
  const generation = String(FIRST_GENERATION + number);
  const object = { kind: "storage#object", name: key, bucket, generation, size: String(bytes), md5Hash: md5, timeCreated: time };
  return {
    attributes: {
      notificationConfig: `projects/_/buckets/${bucket}/notificationConfigs/1`,
      eventType: "OBJECT_FINALIZE",
      payloadFormat: "JSON_API_V1",
      bucketId: bucket,
      objectId: key,
      objectGeneration: generation,
      eventTime: time,
    },
    data: base64(JSON.stringify(object)),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
