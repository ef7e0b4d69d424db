import * as z from "zod/mini";
import type { ReportReader } from "../../../core/drift/ports";
import { MAX_DOCUMENT_CHARS } from "../../../core/drift/sources/drift-document";
import { PoisonMessageError } from "../../../core/errors";
import { timeSchema } from "../../../core/numbers";
import { type GoogleRest, jsonAnswer } from "../google-rest";
import { isMissing, sizeSchema } from "./storage-object";

const STORAGE = "https://storage.googleapis.com";
const OBJECT_URI = /^gs:\/\/([^/]+)\/(.+)$/s;

/** Of the object resource: https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
const resourceSchema = z.object({
  generation: z.string(),
  size: sizeSchema,
  timeCreated: z.pipe(z.pipe(z.string(), z.transform(Date.parse)), timeSchema),
});

/**
 * `ReportReader` of Cloud Storage: the version of `gs://bucket/object` is its generation. `endpoint` is another address of Cloud
 * Storage than its own.
 */
export function gcsReportReader(rest: GoogleRest, endpoint: string = STORAGE): ReportReader {
  return {
    async read(uri, version) {
      const [, bucket, key] = OBJECT_URI.exec(uri) ?? [];
      if (bucket === undefined || key === undefined) throw new Error(`got the report ${uri}; expected gs://<bucket>/<object>`);
      const url = `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(key)}`;
      const what = `reading ${uri}`;
      const get = (parameters: Readonly<Record<string, string>>) =>
        rest({
          what,
          method: "GET",
          url: `${url}?${new URLSearchParams(parameters)}`,
          answers: [404],
          maxBytes: MAX_DOCUMENT_CHARS,
        });
      const found = await get(version === undefined ? {} : { generation: version });
      if (isMissing(found, bucket)) return undefined;
      const { generation, size, timeCreated: writtenAt } = jsonAnswer(what, resourceSchema, found.body);
      if (size > MAX_DOCUMENT_CHARS) {
        const remedy = "leave out the features that nobody watches";
        throw new PoisonMessageError(`got ${uri} of ${size} bytes; expected at most ${MAX_DOCUMENT_CHARS}: ${remedy}`);
      }
      const content = await get({ alt: "media", generation });
      if (isMissing(content, bucket)) return undefined;
      return { text: textOf(uri, content.body), version: generation, writtenAt };
    },
  };
}

function textOf(uri: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PoisonMessageError(`${uri} is not UTF-8 text; have the monitor write JSON, not compressed`, { cause: error });
  }
}
