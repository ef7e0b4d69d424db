import * as z from "zod/mini";
import type { CaptureStore } from "../../../core/capture/ports";
import { textLines } from "../../../node/text-lines";
import { type GoogleDownload, type GoogleRest, jsonAnswer } from "../google-rest";
import { isMissing, parseStorageUri, sizeSchema } from "./storage-object";

const STORAGE = "https://storage.googleapis.com";

/** https://cloud.google.com/storage/docs/json_api/v1/objects/list#response */
const pageSchema = z.object({
  items: z._default(z.array(z.object({ name: z.string(), size: sizeSchema })), []),
  prefixes: z._default(z.array(z.string()), []),
  nextPageToken: z.optional(z.string()),
});

/**
 * `CaptureStore` of Cloud Storage. An object is read by one request, of which memory holds a chunk at a time; a connection that
 * breaks rejects with RetryableError: resumed in the middle, a line could be lost or come twice. `endpoint` is another address of
 * Cloud Storage than its own.
 */
export function gcsCaptureStore(rest: GoogleRest, download: GoogleDownload, endpoint: string = STORAGE): CaptureStore {
  async function* listPages(uri: string, parameters: Readonly<Record<string, string>>) {
    const { bucket, key: prefix } = parseStorageUri(uri);
    let pageToken: string | undefined;
    do {
      const query = new URLSearchParams({ ...parameters, prefix, ...(pageToken !== undefined && { pageToken }) });
      const url = `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o?${query}`;
      const what = `listing ${uri}`;
      const answer = await rest({ what, method: "GET", url, answers: [404] });
      if (isMissing(answer, bucket)) throw new Error(`Cloud Storage does not list ${uri}; check monitoring.capture.location`);
      const page = jsonAnswer(what, pageSchema, answer.body);
      yield page;
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
  }

  return {
    async *list(prefix) {
      const { bucket } = parseStorageUri(prefix);
      for await (const { items } of listPages(prefix, { fields: "items(name,size),nextPageToken" })) {
        for (const { name, size } of items) yield { uri: `gs://${bucket}/${name}`, bytes: size };
      }
    },

    async folders(prefix) {
      const { key } = parseStorageUri(prefix);
      const found: string[] = [];
      for await (const { prefixes } of listPages(prefix, { delimiter: "/", fields: "prefixes,nextPageToken" })) {
        found.push(...prefixes.map((folder) => folder.slice(key.length)));
      }
      return found;
    },

    async *lines(uri) {
      const { bucket, key } = parseStorageUri(uri);
      const url = `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(key)}?alt=media`;
      yield* textLines(uri, await download({ what: `reading ${uri}`, url }));
    },
  };
}
