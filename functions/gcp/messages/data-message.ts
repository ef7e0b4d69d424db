import { isFolderMarker } from "../../core/batching/collect-arrivals";
import { PoisonMessageError } from "../../core/errors";
import { NOTHING, type NothingOfOurs, type ObjectLanded } from "../../core/incoming-message";
import { checkReadable, isWatched, type ModelList } from "../../core/model-settings";
import type { PubSubMessage } from "./pubsub-event";
import { parseObjectFinalized } from "./storage-event";

/**
 * A notification of a bucket. It selects by one prefix and by no suffix, so what a model does not watch comes here too.
 * @throws PoisonMessageError when it is none, or of a bucket of no model
 */
export function readDataMessage(message: PubSubMessage, models: ModelList): ObjectLanded | NothingOfOurs {
  const finalized = parseObjectFinalized(message);
  if (finalized === undefined || isFolderMarker(finalized.object)) return NOTHING;
  const { bucket, object } = finalized;
  const watching = models.filter(({ data }) => isWatched(data, bucket, object.key));
  if (watching.length === 0) checkReadable(models);
  if (!models.some(({ data }) => data.bucket === bucket)) {
    throw new PoisonMessageError(`no model watches gs://${bucket}/${object.key}`);
  }
  return watching.length === 0 ? NOTHING : { type: "object", bucket, object, models: watching };
}
