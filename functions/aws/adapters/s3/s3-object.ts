import { Readable } from "node:stream";
import { type GetObjectCommandOutput, NoSuchBucket, S3ServiceException } from "@aws-sdk/client-s3";
import { PoisonMessageError, RetryableError } from "../../../core/errors";
import { messageOf } from "../../../core/log/log";

/**
 * The text of an object of S3, which is given up as soon as more than `maxBytes` of it have come.
 * @throws PoisonMessageError when it is larger, or no UTF-8 text
 */
export async function objectText(uri: string, object: GetObjectCommandOutput, maxBytes: number): Promise<string> {
  return textOf(uri, await objectBytes(uri, object, maxBytes));
}

/**
 * The bytes of an object of S3, as `objectText`.
 * @throws PoisonMessageError when it is larger
 */
export async function objectBytes(uri: string, { Body, ContentLength }: GetObjectCommandOutput, maxBytes: number): Promise<Buffer> {
  if (!(Body instanceof Readable)) throw new Error(`S3 answered with no content of ${uri}`);
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop ends the connection, so that the rest is not fetched.
  for await (const chunk of Body) {
    chunks.push(chunk);
    size += chunk.length;
    if (Math.max(size, ContentLength ?? 0) > maxBytes) {
      const got = ContentLength === undefined ? `more than ${maxBytes}` : String(ContentLength);
      throw new PoisonMessageError(`got ${uri} of ${got} bytes; expected at most ${maxBytes}: write less into one file`);
    }
  }
  return Buffer.concat(chunks);
}

/**
 * The bytes of an object of S3 as they come, to be read once. What reads them rejects with RetryableError when the connection
 * breaks: resumed in the middle, a line could be lost or come twice.
 */
export function objectStream(uri: string, { Body }: GetObjectCommandOutput): AsyncIterable<Uint8Array> {
  if (!(Body instanceof Readable)) throw new Error(`S3 answered with no content of ${uri}`);
  return unbroken(uri, Body);
}

async function* unbroken(uri: string, body: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new RetryableError(`reading ${uri} broke off (${messageOf(error)}); it can be read again later`, { cause: error });
  }
}

function textOf(uri: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PoisonMessageError(`${uri} is not UTF-8 text; have the monitor write JSON, not compressed`, { cause: error });
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

/**
 * What S3 refused or could not do, with its status, its name for it and what to do; whoever looks for it finds the cause.
 * @param what such as `read`
 * @param remedy of a refused permission; what is missing says itself what to do
 */
export function s3Failure(what: string, uri: string, cause: unknown, remedy: string): Error {
  if (cause instanceof RetryableError || cause instanceof PoisonMessageError) return cause;
  const { name, message } = cause instanceof Error ? cause : { name: "Error", message: String(cause) };
  const status = statusOf(cause);
  const told = `S3 did not ${what} ${uri} (${status ?? "no answer"} ${name}: ${message})`;
  if (status === undefined || status >= 500 || status === 429) return new RetryableError(`${told}; it is tried again`, { cause });
  return new Error(`${told}; ${remedyOf(status, name, message) ?? remedy}`, { cause });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function remedyOf(status: number, name: string, message: string): string | undefined {
  if (name === "NoSuchBucket") return "create the bucket, or correct its name in retrigger.yaml";
  if (/^KMS|kms/.test(`${name} ${message}`))
    return "let the function's role use the KMS key of the bucket, and see that it is enabled";
  return status === 404 ? "put the object back" : undefined;
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
