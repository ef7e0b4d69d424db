import {
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { CaptureStore } from "../../../core/capture/ports";
import { textLines } from "../../../node/text-lines";
import { objectStream, parseStorageUri, s3Failure } from "./s3-object";

/**
 * `CaptureStore` of S3. An object is read by one request, of which memory holds a chunk at a time; a connection that breaks rejects
 * with RetryableError: resumed in the middle, a line could be lost or come twice.
 */
export function s3CaptureStore(client: S3Client): CaptureStore {
  return {
    async *list(prefix) {
      const { bucket, key } = parseStorageUri(prefix);
      for await (const { Contents } of listPages(client, prefix, { Bucket: bucket, Prefix: key })) {
        for (const { Key, Size } of Contents ?? []) yield { uri: `s3://${bucket}/${Key}`, bytes: Size ?? 0 };
      }
    },

    async folders(prefix) {
      const { bucket, key } = parseStorageUri(prefix);
      const found: string[] = [];
      for await (const { CommonPrefixes } of listPages(client, prefix, { Bucket: bucket, Prefix: key, Delimiter: "/" })) {
        found.push(...(CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix?.slice(key.length) ?? []));
      }
      return found;
    },

    async *lines(uri) {
      const { bucket, key } = parseStorageUri(uri);
      const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch(refuse("read", uri));
      yield* textLines(uri, objectStream(uri, found));
    },
  };
}

/** A page has at most 1,000 names: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
async function* listPages(
  client: S3Client,
  prefix: string,
  input: ListObjectsV2CommandInput,
): AsyncGenerator<ListObjectsV2CommandOutput> {
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ ...input, ...(token !== undefined && { ContinuationToken: token }) });
    const page = await client.send(command).catch(refuse("list", prefix));
    yield page;
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

function refuse(what: "read" | "list", uri: string): (error: unknown) => never {
  return (error) => {
    throw s3Failure(what, uri, error, "check monitoring.capture.location, and that the role may list and read it");
  };
}
