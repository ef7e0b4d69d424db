import { PoisonMessageError } from "../../../core/errors";
import type { EvaluationFiles } from "../../../core/promotion/ports";
import { hashedLines } from "../../../node/hashed-lines";
import { GoogleApiError, type GoogleDownload, type GoogleRest } from "../google-rest";
import { isMissing, parseStorageUri } from "./storage-object";

const STORAGE = "https://storage.googleapis.com";

/** Status of a body that was not read to its end. */
const TOO_LARGE = 413;

/**
 * `EvaluationFiles` of Cloud Storage. A file is read by one request; of one that is read by lines, memory holds a chunk at a time.
 * `endpoint` is another address of Cloud Storage than its own.
 */
export function gcsEvaluationFiles(rest: GoogleRest, download: GoogleDownload, endpoint: string = STORAGE): EvaluationFiles {
  function request(uri: string) {
    const { bucket, key } = parseStorageUri(uri);
    const url = `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(key)}?alt=media`;
    return { bucket, what: `reading ${uri}`, url };
  }

  return {
    async read(uri, mostBytes) {
      const { bucket, what, url } = request(uri);
      const ask = { what, method: "GET", url, answers: [404], maxBytes: mostBytes } as const;
      const answer = await rest(ask).catch((cause: unknown) => {
        if (!(cause instanceof GoogleApiError && cause.status === TOO_LARGE)) throw cause;
        const got = `got ${uri} of more than ${mostBytes} bytes`;
        throw new PoisonMessageError(`${got}; expected at most that: write less into one file`, { cause });
      });
      return isMissing(answer, bucket) ? undefined : answer.body;
    },

    async lines(uri) {
      const { bucket, what, url } = request(uri);
      try {
        return hashedLines(uri, await download({ what, url }));
      } catch (error) {
        if (!(error instanceof GoogleApiError)) throw error;
        if (isMissing({ status: error.status, body: Buffer.from(error.message) }, bucket)) return undefined;
        throw error;
      }
    },
  };
}
