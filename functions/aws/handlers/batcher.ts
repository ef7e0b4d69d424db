import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { type Arrival, collectArrivals } from "../../core/batching/collect-arrivals";
import type { DataPorts } from "../../core/batching/ports";
import type { ModelList } from "../../core/model-settings";
import { type RejectingPorts, setAside } from "../../core/rejected-message";
import { deliveryIdOf } from "../../node/hashes";
import { readDataMessage } from "../messages/data-message";

export interface BatcherPorts extends DataPorts, RejectingPorts<SQSRecord> {}

/** Messages that are set aside at the same time: a batch of a thousand may be of nothing else. */
const SET_ASIDE_AT_ONCE = 10;

/**
 * Handler of the data queue: adds what landed to the models' batches, and publishes a batch that it filled. A message is
 * acknowledged once its object is stored for every model that watches it; one that can never be stored is set aside at once, after
 * its neighbours were stored.
 */
export function createBatcher(ports: BatcherPorts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const collector = { hints: new Map<string, number>(), deliveryIdOf };
  return async (event) => {
    const models = await ports.settings.list();
    const refused: RefusedRecord[] = [];
    const arrivals = event.Records.flatMap((record) => arrivalOf(models, record, refused));
    const failed = await collectArrivals(ports, collector, models, arrivals);
    const returned = await returnedOf(ports, refused);
    return { batchItemFailures: [...returned, ...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

interface RefusedRecord {
  readonly record: SQSRecord;
  readonly error: unknown;
}

function arrivalOf(models: ModelList, record: SQSRecord, refused: RefusedRecord[]): Arrival[] {
  const { messageId, body } = record;
  try {
    const message = readDataMessage({ id: messageId, body }, models);
    return message.type === "nothing" ? [] : [{ messageId, bucket: message.bucket, object: message.object }];
  } catch (error) {
    refused.push({ record, error });
    return [];
  }
}

/** Ids of those that could not be set aside. */
async function returnedOf(ports: BatcherPorts, refused: readonly RefusedRecord[]): Promise<string[]> {
  const returned: string[] = [];
  for (let at = 0; at < refused.length; at += SET_ASIDE_AT_ONCE) {
    const page = refused.slice(at, at + SET_ASIDE_AT_ONCE).map(async ({ record, error }) => {
      const { messageId } = record;
      if (!(await setAside(ports, record, { role: "batcher", messageId, isRead: false, error }))) returned.push(messageId);
    });
    await Promise.all(page);
  }
  return returned;
}
