import { type Arrival, collectArrivals, isFolderMarker } from "../../core/batching/collect-arrivals";
import type { DataPorts } from "../../core/batching/ports";
import { PoisonMessageError, RetryableError } from "../../core/errors";
import { messageOf } from "../../core/log/log";
import { isWatched } from "../../core/model-settings";
import { deliveryIdOf } from "../../node/hashes";
import { messageIdOf, parsePubSubEvent } from "../messages/pubsub-event";
import { parseObjectFinalized } from "../messages/storage-event";

/**
 * Handler of a bucket's notifications: adds what landed to the models' batches, and publishes a batch that it filled. Pub/Sub pushes
 * one message at a time, many at once: the invocations that an instance has at the same time share one write for each model.
 * A rejection returns the message; one that can never be stored is rejected too, which takes it to the dead-letter topic.
 * @param gather how long the first invocation waits for others
 */
export function createBatcher(ports: DataPorts, gather: () => Promise<unknown>): (event: unknown) => Promise<void> {
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

/** Undefined for what is none of a model's: a deletion, an object beside the watched ones, a folder's marker. */
async function arrivalOf(ports: DataPorts, event: unknown): Promise<Arrival | undefined> {
  try {
    const message = parsePubSubEvent(event);
    const finalized = parseObjectFinalized(message);
    if (finalized === undefined || isFolderMarker(finalized.object)) return undefined;
    const { bucket, object } = finalized;
    const models = (await ports.settings.list()).filter(({ data }) => data.bucket === bucket);
    if (models.length === 0) throw new PoisonMessageError(`no model watches gs://${bucket}/${object.key}`);
    // A notification selects by one prefix and by no suffix, so what a model does not watch comes here too.
    const isOurs = models.some(({ data }) => isWatched(data, bucket, object.key));
    return isOurs ? { messageId: message.messageId, bucket, object } : undefined;
  } catch (error) {
    if (error instanceof PoisonMessageError) {
      const about = { function: "batcher", messageId: messageIdOf(event), error: messageOf(error) };
      ports.log({ level: "error", event: "message-rejected", ...about });
    }
    throw error;
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
