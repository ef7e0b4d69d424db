import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import type { EvaluationFiles } from "../../../core/promotion/ports";
import { hashedLines } from "../../../node/hashed-lines";
import { isMissing, objectBytes, objectStream, parseStorageUri, s3Failure } from "./s3-object";

/** `EvaluationFiles` of S3. A file is read by one request; of one that is read by lines, memory holds a chunk at a time. */
export function s3EvaluationFiles(client: S3Client): EvaluationFiles {
  async function get(uri: string): Promise<GetObjectCommandOutput | undefined> {
    const { bucket, key } = parseStorageUri(uri);
    try {
      return await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw unreadable(uri, error);
    }
  }

  return {
    async read(uri, mostBytes) {
      const found = await get(uri);
      if (found === undefined) return undefined;
      return await objectBytes(uri, found, mostBytes).catch((error: unknown) => {
        throw unreadable(uri, error);
      });
    },

    async lines(uri) {
      const found = await get(uri);
      return found && hashedLines(uri, objectStream(uri, found));
    },
  };
}

function unreadable(uri: string, error: unknown): Error {
  const remedy = "check promotion.evaluations in retrigger.yaml, and that the role may read it and list its bucket";
  return s3Failure("read", uri, error, `${remedy}, or else S3 denies access to every file that is missing`);
}
