import type { ModelSettings } from "../model-settings";
import { isWatched } from "../model-settings";
import { messageOf } from "../report";
import { appendObjects } from "./append-objects";
import type { DataPorts } from "./data-ports";
import type { LandedObject } from "./landed-object";
import { publishBatches } from "./publish-batches";

/** An object that landed, and the message that told of it. */
export interface Arrival {
  readonly messageId: string;
  readonly bucket: string;
  readonly object: LandedObject;
}

/** What a function remembers between deliveries. */
export interface Collector {
  /** The open generation by model, as far as it is known. */
  readonly hints: Map<string, number>;
  /** Equal for equal sets of message ids, so that a redelivery is known again. */
  readonly deliveryIdOf: (messageIds: readonly string[]) => string;
}

/**
 * Adds what landed to the batch of every model that watches it, in one append for each model, and publishes a batch that this
 * filled. Resolves to the ids of the messages whose objects are not stored for every model: those must be delivered again.
 */
export async function collectArrivals(
  ports: DataPorts,
  { hints, deliveryIdOf }: Collector,
  models: readonly ModelSettings[],
  arrivals: readonly Arrival[],
): Promise<ReadonlySet<string>> {
  const failed = new Set<string>();
  for (const settings of models) {
    const { model, data, batch } = settings;
    const arrived = arrivals.filter(({ bucket, object }) => isWatched(data, bucket, object.key));
    if (arrived.length === 0) continue;
    const messageIds = arrived.map(({ messageId }) => messageId);
    try {
      const delivery = { model, id: deliveryIdOf(messageIds), objects: arrived.map(({ object }) => object) };
      const { isSealed } = await appendObjects(ports.batches, hints, delivery, batch, ports.now());
      if (isSealed) await publishNow(ports, settings);
    } catch (error) {
      for (const messageId of messageIds) failed.add(messageId);
      const about = { function: "batcher", model, messages: messageIds.length, error: messageOf(error) };
      ports.report({ level: "error", event: "handler-failed", ...about });
    }
  }
  return failed;
}

/** The consoles create empty objects named `folder/`; they hold no data. */
export function isFolderMarker({ key, bytes }: LandedObject): boolean {
  return bytes === 0 && key.endsWith("/");
}

/** The objects are stored, so a failure here must not return their messages: the sweeper publishes again. */
async function publishNow(ports: DataPorts, settings: ModelSettings): Promise<void> {
  try {
    await publishBatches(ports, settings);
  } catch (error) {
    ports.report({ level: "error", event: "publish-postponed", model: settings.model, error: messageOf(error) });
  }
}
