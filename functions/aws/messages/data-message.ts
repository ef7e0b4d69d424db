import { isFolderMarker } from "../../core/batching/collect-arrivals";
import { PoisonMessageError } from "../../core/errors";
import { NOTHING, type NothingOfOurs, type ObjectLanded } from "../../core/incoming-message";
import { checkReadable, isWatched, type ModelList } from "../../core/model-settings";
import { parseObjectCreated, type SqsMessage } from "./s3-event";

/**
 * A message of the data queue. The bus selects by prefix and suffix, so an object that no model watches should not have come.
 * @throws PoisonMessageError when it announces no object, or one that no model watches
 */
export function readDataMessage({ body }: SqsMessage, models: ModelList): ObjectLanded | NothingOfOurs {
  const { bucket, object } = parseObjectCreated(body);
  if (isFolderMarker(object)) return NOTHING;
  const watching = models.filter(({ data }) => isWatched(data, bucket, object.key));
  if (watching.length === 0) {
    checkReadable(models);
    throw new PoisonMessageError(`no model watches s3://${bucket}/${object.key}`);
  }
  return { type: "object", bucket, object, models: watching };
}
