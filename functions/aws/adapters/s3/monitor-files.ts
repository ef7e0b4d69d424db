import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { MonitorFiles } from "../../../core/capture/ports";
import { MAX_DOCUMENT_CHARS } from "../../../core/drift/sources/drift-document";
import { retryWithJitter } from "../../../node/retry-with-jitter";
import { isConflict, isMissing, objectText, parseStorageUri, s3Failure, statusOf } from "./s3-object";

/** `MonitorFiles` of S3: of those that write a file at the same time one wins, by a conditional write. */
export function s3MonitorFiles(client: S3Client): MonitorFiles {
  return {
    async read(uri) {
      const { bucket, key } = parseStorageUri(uri);
      const found = await unlessMissing(uri, client.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
      return found && (await objectText(uri, found, MAX_DOCUMENT_CHARS));
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
        throw s3Failure("write", uri, error, "let the role write it");
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
    const remedy =
      "let the role read it, and list its bucket without a condition, or else S3 denies access to every file that is missing";
    throw s3Failure("read", uri, error, remedy);
  }
}
