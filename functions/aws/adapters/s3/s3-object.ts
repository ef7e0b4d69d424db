import { Readable } from "node:stream";
import { type GetObjectCommandOutput, NoSuchBucket, S3ServiceException } from "@aws-sdk/client-s3";
import { PoisonMessageError } from "../../../core/errors";

/**
 * The text of an object of S3, which is given up as soon as more than `maxBytes` of it have come.
 * @throws PoisonMessageError when it is larger, or no UTF-8 text
 */
export async function objectText(uri: string, object: GetObjectCommandOutput, maxBytes: number): Promise<string> {
  return textOf(uri, await bytesOf(uri, object, maxBytes));
}

async function bytesOf(uri: string, { Body, ContentLength }: GetObjectCommandOutput, maxBytes: number): Promise<Buffer> {
  if (!(Body instanceof Readable)) throw new Error(`S3 answered with no content of ${uri}`);
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop ends the connection, so that the rest is not fetched.
  for await (const chunk of Body) {
    chunks.push(chunk);
    size += chunk.length;
    if (Math.max(size, ContentLength ?? 0) > maxBytes) {
      const got = ContentLength === undefined ? `more than ${maxBytes}` : String(ContentLength);
      throw new PoisonMessageError(
        `got ${uri} of ${got} bytes; expected at most ${maxBytes}: leave out the features that nobody watches`,
      );
    }
  }
  return Buffer.concat(chunks);
}

function textOf(uri: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PoisonMessageError(`${uri} is no UTF-8 text; have the monitor write JSON, not compressed`, { cause: error });
  }
}

/** The status that S3 answered with, such as 404; undefined where it did not answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/**
 * True for an object or version that is not there, or is the mark of a deletion, in a bucket that is: HeadObject answers without a
 * body, so the status tells. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function isMissing(error: unknown): boolean {
  const status = statusOf(error);
  return (status === 404 || status === 405) && !(error instanceof NoSuchBucket);
}

/**
 * Another writer was putting the same key at the same moment:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

/** Where an object, or what begins with a prefix, lies. */
export interface StorageLocation {
  readonly bucket: string;
  /** Empty for all of a bucket. */
  readonly key: string;
}

const S3_URI = /^s3:\/\/([^/]+)\/(.*)$/s;

/** @throws Error when it is no address of S3 */
export function parseStorageUri(uri: string): StorageLocation {
  const [, bucket, key] = S3_URI.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) throw new Error(`got ${uri}; expected s3://<bucket>/<key>`);
  return { bucket, key };
}
