import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import type { ReportReader } from "../../../core/drift/ports";
import { MAX_DOCUMENT_CHARS } from "../../../core/drift/sources/drift-document";
import { PoisonMessageError } from "../../../core/errors";
import { isMissing, objectText, s3Failure } from "./s3-object";

const S3_URI = /^s3:\/\/([^/]+)\/(.+)$/s;

/** `ReportReader` of S3. A file is given up as soon as more than `maxBytes` of it have come. */
export function s3ReportReader(client: S3Client, maxBytes: number = MAX_DOCUMENT_CHARS): ReportReader {
  return {
    async read(uri, version) {
      const [, Bucket, Key] = S3_URI.exec(uri) ?? [];
      if (Bucket === undefined || Key === undefined)
        throw new PoisonMessageError(`got the report ${uri}; expected s3://<bucket>/<key>`);
      const found = await get(client, uri, { Bucket, Key, ...(version !== undefined && { VersionId: version }) });
      if (found === undefined) return undefined;
      const text = await objectText(uri, found, maxBytes);
      const writtenAt = found.LastModified?.getTime();
      if (writtenAt === undefined) throw new Error(`S3 gave no time for ${uri}`);
      // Where the bucket keeps no versions, equal bytes have equal tags, so the time is part of the name of the write.
      const written = found.VersionId ?? `${new Date(writtenAt).toISOString()} ${found.ETag ?? ""}`;
      return { text, version: written, writtenAt };
    },
  };
}

async function get(
  client: S3Client,
  uri: string,
  object: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string },
): Promise<GetObjectCommandOutput | undefined> {
  try {
    return await client.send(new GetObjectCommand(object));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw s3Failure(
      "read",
      uri,
      error,
      "add the folder of a monitor's files to monitoring.sagemaker.folders, so that the role may read it",
    );
  }
}
