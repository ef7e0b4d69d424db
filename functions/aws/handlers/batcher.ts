import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { type Arrival, collectArrivals } from "../../core/batching/collect-arrivals";
import type { DataPorts } from "../../core/batching/ports";
import { failureEvent } from "../../core/log/log";
import type { ModelSettings } from "../../core/model-settings";
import { deliveryIdOf } from "../../node/hashes";
import { readDataMessage } from "../messages/data-message";

/**
 * Handler of the data queue: adds what landed to the models' batches, and publishes a batch that it filled. A message is
 * acknowledged once its object is stored for every model that watches it; one that can never be stored is reported and
 * returned as failed, which takes it to the dead-letter queue, beside its stored neighbours.
 */
export function createBatcher(ports: DataPorts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const collector = { hints: new Map<string, number>(), deliveryIdOf };
  return async (event) => {
    const models = await ports.settings.list();
    const rejected = new Set<string>();
    const arrivals = event.Records.flatMap((record) => arrivalOf(ports, models, record, rejected));
    const failed = await collectArrivals(ports, collector, models, arrivals);
    return { batchItemFailures: [...rejected, ...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

function arrivalOf(
  ports: DataPorts,
  models: readonly ModelSettings[],
  { messageId, body }: SQSRecord,
  rejected: Set<string>,
): Arrival[] {
  try {
    const message = readDataMessage({ id: messageId, body }, models);
    return message.type === "nothing" ? [] : [{ messageId, bucket: message.bucket, object: message.object }];
  } catch (error) {
    rejected.add(messageId);
    ports.log(failureEvent("batcher", messageId, error));
    return [];
  }
}
