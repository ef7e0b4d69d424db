import { type Arrival, collectArrivals } from "../../core/batching/collect-arrivals";
import type { DataPorts } from "../../core/batching/ports";
import { RetryableError } from "../../core/errors";
import type { RejectingPorts } from "../../core/rejected-message";
import { deliveryIdOf } from "../../node/hashes";
import { readDataMessage } from "../messages/data-message";
import { type PubSubMessage, parsePubSubEvent, rejectPush } from "../messages/pubsub-event";

export interface BatcherPorts extends DataPorts, RejectingPorts<PubSubMessage> {}

/**
 * Handler of a bucket's notifications: adds what landed to the models' batches, and publishes a batch that it filled. Pub/Sub
 * pushes one message at a time, many at once: the invocations that an instance has at the same time share one write for each model.
 * A rejection returns the message; one that can never be stored is set aside at once.
 * @param gather how long the first invocation waits for others
 */
export function createBatcher(ports: BatcherPorts, gather: () => Promise<unknown>): (event: unknown) => Promise<void> {
  const collector = { hints: new Map<string, number>(), deliveryIdOf };
  const store = groupCommit<Arrival>(gather, async (arrivals) => {
    const failed = await collectArrivals(ports, collector, await ports.settings.list(), arrivals);
    const error = new RetryableError("the object could not be stored for every model; it is delivered again");
    return new Map(arrivals.filter(({ messageId }) => failed.has(messageId)).map((arrival) => [arrival, error]));
  });
  return async (event) => {
    const arrival = await arrivalOf(ports, event);
    if (arrival !== undefined) await store(arrival);
  };
}

/** Undefined for what no model wants to know, and for what was set aside. */
async function arrivalOf(ports: BatcherPorts, event: unknown): Promise<Arrival | undefined> {
  let message: PubSubMessage | undefined;
  try {
    message = parsePubSubEvent(event);
    const read = readDataMessage(message, await ports.settings.list());
    if (read.type === "nothing") return undefined;
    return { messageId: message.messageId, bucket: read.bucket, object: read.object };
  } catch (error) {
    await rejectPush(ports, event, message, { role: "batcher", isRead: false, error });
    return undefined;
  }
}

/**
 * Lets concurrent calls share a commit: what is brought until `gather` resolves goes into one, and what is brought while that is
 * under way goes into the next. Each call rejects or resolves by what its own item came to.
 */
export function groupCommit<T>(
  gather: () => Promise<unknown>,
  /** Resolves to why items failed, by item; rejects when all did. */
  commit: (items: readonly T[]) => Promise<ReadonlyMap<T, Error>>,
): (item: T) => Promise<void> {
  interface Waiting {
    readonly item: T;
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let isRunning = false;

  async function commitGroup(): Promise<void> {
    await gather();
    const group = waiting;
    waiting = [];
    try {
      const failed = await commit(group.map(({ item }) => item));
      for (const { item, resolve, reject } of group) {
        const error = failed.get(item);
        if (error === undefined) resolve();
        else reject(error);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) await commitGroup();
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void run();
    });
}
