import * as z from "zod/mini";
import { type LandedObject, landedObjectSchema } from "../../core/batching/landed-object";
import { PoisonMessageError } from "../../core/errors";
import { type PubSubMessage, parseBody } from "./pubsub-event";

const GENERATION = z.string().check(z.regex(/^\d{1,20}$/, { error: "expected digits" }));

/** https://cloud.google.com/storage/docs/pubsub-notifications#attributes */
const attributesSchema = z.object({
  eventType: z.enum(["OBJECT_FINALIZE", "OBJECT_DELETE", "OBJECT_ARCHIVE", "OBJECT_METADATA_UPDATE"]),
  bucketId: z.string().check(z.minLength(3), z.maxLength(222)),
  objectId: landedObjectSchema.shape.key,
  objectGeneration: GENERATION,
});

/** The object resource, of which the size alone is not in the attributes: decimal digits in a text. */
const resourceSchema = z.object({ size: z.string().check(z.regex(/^\d{1,15}$/, { error: "expected digits" })) });

/**
 * The object that a notification of Cloud Storage tells to be complete, and its bucket; undefined when the notification tells of
 * anything else: a deletion, an archived version, new metadata. The generation names the write. Without a body, as where
 * the notification has the payload format NONE, the size is not known and is taken for 0.
 * @throws PoisonMessageError when the message is no such notification
 */
export function parseObjectFinalized(message: PubSubMessage): { bucket: string; object: LandedObject } | undefined {
  const parsed = attributesSchema.safeParse(message.attributes);
  if (!parsed.success) {
    throw new PoisonMessageError(`not a notification of Cloud Storage, by its attributes: ${z.prettifyError(parsed.error)}`);
  }
  const { eventType, bucketId: bucket, objectId: key, objectGeneration: version } = parsed.data;
  if (eventType !== "OBJECT_FINALIZE") return undefined;
  return { bucket, object: { key, version, bytes: message.body === "" ? 0 : sizeOf(message) } };
}

function sizeOf(message: PubSubMessage): number {
  const parsed = resourceSchema.safeParse(parseBody(message));
  if (!parsed.success) throw new PoisonMessageError(`not an object of Cloud Storage: ${z.prettifyError(parsed.error)}`);
  return Number(parsed.data.size);
}
