import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { MonitorFiles } from "../../../core/capture/ports";
import { retryWithJitter } from "../../../node/retry-with-jitter";
import { isConflict, isMissing, objectText, parseStorageUri, statusOf } from "./s3-object";

/** As on Google Cloud: above any baseline, and little enough for the function's memory. */
const MAX_BYTES = 128 * 1024 * 1024;

/** `MonitorFiles` of S3: of those that write a file at the same time one wins, by a conditional write. */
export function s3MonitorFiles(client: S3Client): MonitorFiles {
  return {
    async read(uri) {
      const { bucket, key } = parseStorageUri(uri);
      const found = await unlessMissing(uri, client.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
      return found && (await objectText(uri, found, MAX_BYTES));
    },

    async has(uri) {
      const { bucket, key } = parseStorageUri(uri);
      return (await unlessMissing(uri, client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })))) !== undefined;
    },

    async create(uri, text) {
      const { bucket, key } = parseStorageUri(uri);
      const file = { Bucket: bucket, Key: key, Body: Buffer.from(text), ContentType: "application/json", IfNoneMatch: "*" };
      try {
        await retryWithJitter(`writing ${uri}`, isConflict, () => client.send(new PutObjectCommand(file)));
        return true;
      } catch (error) {
        if (statusOf(error) === 412) return false;
        if (statusOf(error) === 403) throw refusal(uri, "the role may write it", error);
        throw error;
      }
    },
  };
}

/** Undefined for a file that is not there. */
async function unlessMissing<T>(uri: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    const remedy = "the role may read it, and list its bucket without a condition, or else S3 says so of every missing file";
    if (statusOf(error) === 403) throw refusal(uri, remedy, error);
    throw error;
  }
}

function refusal(uri: string, remedy: string, cause: unknown): Error {
  return new Error(`S3 denies access to ${uri}; check that ${remedy}`, { cause });
}
