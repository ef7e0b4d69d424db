import type { MonitorFiles } from "../../../core/capture/ports";
import { MAX_DOCUMENT_CHARS } from "../../../core/drift/sources/drift-document";
import { PoisonMessageError } from "../../../core/errors";
import { GoogleApiError, type GoogleRest } from "../google-rest";
import { isMissing, parseStorageUri } from "./storage-object";

const STORAGE = "https://storage.googleapis.com";

/** Status of a body that was not read to its end. */
const TOO_LARGE = 413;

/**
 * `MonitorFiles` of Cloud Storage: of those that write a file at the same time one wins, by the precondition that it has no
 * generation yet. `endpoint` is another address of Cloud Storage than its own.
 */
export function gcsMonitorFiles(rest: GoogleRest, endpoint: string = STORAGE): MonitorFiles {
  /** The resource, or with `alt=media` the content; undefined where there is none. */
  async function get(uri: string, query: string): Promise<Buffer | undefined> {
    const { bucket, key } = parseStorageUri(uri);
    const url = `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(key)}?${query}`;
    const answer = await rest({
      what: `reading ${uri}`,
      method: "GET",
      url,
      answers: [404],
      maxBytes: MAX_DOCUMENT_CHARS,
    }).catch((error: unknown) => {
      if (!(error instanceof GoogleApiError && error.status === TOO_LARGE)) throw error;
      throw new PoisonMessageError(
        `got ${uri} of more than ${MAX_DOCUMENT_CHARS} bytes; expected fewer: write less into one file`,
        {
          cause: error,
        },
      );
    });
    return isMissing(answer, bucket) ? undefined : answer.body;
  }

  return {
    async read(uri) {
      const bytes = await get(uri, "alt=media");
      return bytes && textOf(uri, bytes);
    },

    async has(uri) {
      return (await get(uri, "fields=generation")) !== undefined;
    },

    async create(uri, text) {
      const { bucket, key } = parseStorageUri(uri);
      const query = new URLSearchParams({ uploadType: "media", ifGenerationMatch: "0", name: key });
      const { status } = await rest({
        what: `writing ${uri}`,
        method: "POST",
        url: `${endpoint}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?${query}`,
        headers: { "content-type": "application/json" },
        body: text,
        answers: [412],
      });
      return status !== 412;
    },
  };
}

function textOf(uri: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PoisonMessageError(`${uri} is not UTF-8 text; remove it, or correct it`, { cause: error });
  }
}
