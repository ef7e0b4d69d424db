import { createHash } from "node:crypto";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { appendObjects } from "../core/batching/append-objects";
import type { DataPorts } from "../core/batching/data-ports";
import type { LandedObject } from "../core/batching/landed-object";
import { publishBatches } from "../core/batching/publish-batches";
import { PoisonMessageError } from "../core/errors";
import { isWatched, type ModelSettings } from "../core/model-settings";
import { messageOf } from "../core/report";
import { parseObjectCreated } from "./s3-event";

interface Arrival {
  readonly messageId: string;
  readonly object: LandedObject;
}

/**
 * Handler of the data queue: adds what landed to the models' batches, and publishes a batch that it filled. A message is
 * acknowledged once its object is stored for every model that watches it; one that can never be stored is reported and
 * returned as failed, which takes it to the dead-letter queue, beside its stored neighbours.
 */
export function createBatcher(ports: DataPorts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const hints = new Map<string, number>();
  return async (event) => {
    const models = await ports.settings.list();
    const failed = new Set<string>();
    const arrivals = sortByModel(ports, models, event.Records, failed);
    for (const [settings, arrived] of arrivals) {
      try {
        const delivery = { model: settings.model, id: deliveryId(arrived), objects: arrived.map(({ object }) => object) };
        const { isSealed } = await appendObjects(ports.batches, hints, delivery, settings.batch, ports.now());
        if (isSealed) await publishNow(ports, settings);
      } catch (error) {
        for (const { messageId } of arrived) failed.add(messageId);
        const messages = arrived.length;
        ports.report({ level: "error", event: "append-failed", model: settings.model, messages, error: messageOf(error) });
      }
    }
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

function sortByModel(ports: DataPorts, models: readonly ModelSettings[], records: readonly SQSRecord[], failed: Set<string>) {
  const arrivals = new Map<ModelSettings, Arrival[]>();
  for (const { messageId, body } of records) {
    try {
      const { bucket, object } = parseObjectCreated(body);
      const watching = models.filter(({ data }) => isWatched(data, bucket, object.key));
      if (watching.length === 0) throw new PoisonMessageError(`no model watches s3://${bucket}/${object.key}`);
      if (isFolderMarker(object)) continue;
      for (const settings of watching) {
        const arrived = arrivals.get(settings);
        if (arrived === undefined) arrivals.set(settings, [{ messageId, object }]);
        else arrived.push({ messageId, object });
      }
    } catch (error) {
      failed.add(messageId);
      ports.report({ level: "error", event: "message-rejected", messageId, error: messageOf(error) });
    }
  }
  return arrivals;
}

/** The S3 console creates empty objects named `folder/`; they hold no data. */
function isFolderMarker({ key, bytes }: LandedObject): boolean {
  return bytes === 0 && key.endsWith("/");
}

function deliveryId(arrived: readonly Arrival[]): string {
  const ids = arrived.map(({ messageId }) => messageId).sort();
  return createHash("sha256").update(JSON.stringify(ids)).digest("base64url");
}

/** The objects are stored, so a failure here must not return their messages: the sweeper publishes again. */
async function publishNow(ports: DataPorts, settings: ModelSettings): Promise<void> {
  try {
    await publishBatches(ports, settings);
  } catch (error) {
    ports.report({ level: "error", event: "publish-postponed", model: settings.model, error: messageOf(error) });
  }
}
