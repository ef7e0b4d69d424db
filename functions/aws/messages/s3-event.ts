import * as z from "zod/mini";
import { type LandedObject, landedObjectSchema } from "../../core/batching/landed-object";
import { PoisonMessageError } from "../../core/errors";
import { amountSchema } from "../../core/numbers";
import { jsonExcess } from "../../core/outside-json";
import { quoted } from "../../core/plain-text";

/** A message of SQS, as far as the functions read it. */
export interface SqsMessage {
  readonly id: string;
  readonly body: string;
  /**
   * Who sent it, its attribute `SenderId`. Undefined where a redrive asks what a message is worth.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
   */
  readonly sender?: string;
}

/**
 * "Object Created" of S3 as EventBridge delivers it; the key is raw, not URL-encoded.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
const objectCreatedSchema = z.object({
  source: z.literal("aws.s3"),
  "detail-type": z.literal("Object Created"),
  detail: z.object({
    bucket: z.object({ name: z.string().check(z.minLength(3), z.maxLength(63)) }),
    object: z.object({
      key: landedObjectSchema.shape.key,
      size: z._default(amountSchema, 0),
      etag: z.optional(z.string().check(z.maxLength(1024))),
      "version-id": z.optional(z.string().check(z.maxLength(1024))),
      sequencer: z.optional(z.string().check(z.maxLength(1024))),
    }),
  }),
});

/** An object that was written, and the id of its version in a bucket that keeps versions. */
export interface CreatedObject {
  readonly bucket: string;
  readonly object: LandedObject;
  readonly versionId?: string;
}

/**
 * The object that an event announces, and its bucket; undefined for an event that is not of S3. The sequencer names the write: it
 * is the same for a redelivery, and another, later one when the key is written again. A bucket whose versioning is suspended gives
 * every write the version id `null`, which is no version.
 * @throws PoisonMessageError when an event of S3 is another, or broken
 */
export function parseS3Event(event: unknown): CreatedObject | undefined {
  const parsed = objectCreatedSchema.safeParse(event);
  if (!parsed.success) {
    const isForeign = parsed.error.issues.some(({ path }) => path.length === 0 || path[0] === "source");
    if (isForeign) return undefined;
    throw notObjectCreated(z.prettifyError(parsed.error));
  }
  const { bucket, object } = parsed.data.detail;
  const versionId = object["version-id"] === "null" ? undefined : object["version-id"];
  const version = object.sequencer ?? versionId ?? object.etag ?? "";
  return {
    bucket: bucket.name,
    object: { key: object.key, version, bytes: object.size },
    ...(versionId !== undefined && { versionId }),
  };
}

/**
 * The object that the text of an event announces.
 * @throws PoisonMessageError when it is no "Object Created" of S3
 */
export function parseObjectCreated(body: string): CreatedObject {
  const created = parseS3Event(parseJson(body));
  if (created === undefined) throw notObjectCreated(`it is of another source: ${quoted(body)}`);
  return created;
}

function notObjectCreated(why: string): PoisonMessageError {
  return new PoisonMessageError(`not an "Object Created" event of S3: ${why}`);
}

/** @throws PoisonMessageError when the text is not JSON */
export function parseJson(body: string): unknown {
  const excess = jsonExcess(body);
  if (excess !== undefined) throw new PoisonMessageError(`${excess}: send less in one message`);
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new PoisonMessageError(`not JSON: ${quoted(body)}`, { cause: error });
  }
}
