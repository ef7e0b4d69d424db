import * as z from "zod/mini";
import type { ManifestStore } from "../../../core/batching/ports";
import { jsonExcess } from "../../../core/outside-json";
import { type ListFormat, manifestStore } from "../../../node/manifest-store";
import type { GoogleRest } from "../google-rest";

const STORAGE = "https://storage.googleapis.com";

/** The lists that training jobs on Google Cloud read. */
export const JSON_LINES: ListFormat = {
  scheme: "gs",
  suffix: ".jsonl",
  contentType: "application/jsonl",
  textOf: manifestFile,
  keysOf: manifestKeys,
};

/** `ManifestStore` in Cloud Storage. `endpoint` is another address of Cloud Storage than its own. */
export function gcsManifestStore(rest: GoogleRest, endpoint: string = STORAGE): ManifestStore {
  return manifestStore(JSON_LINES, {
    async get(bucket, key) {
      const { status, body } = await rest({
        what: `reading gs://${bucket}/${key}`,
        method: "GET",
        url: `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(key)}?alt=media`,
        answers: [404],
      });
      if (status !== 404) return body;
      if (!/bucket does not exist/i.test(body.toString("utf8"))) return undefined;
      throw new Error(`there is no bucket ${bucket}; create it, or correct its name in retrigger.yaml`);
    },

    async create(bucket, key, body, contentType) {
      const query = new URLSearchParams({ uploadType: "media", ifGenerationMatch: "0", name: key });
      const { status } = await rest({
        what: `writing gs://${bucket}/${key}`,
        method: "POST",
        url: `${endpoint}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?${query}`,
        headers: { "content-type": contentType },
        body,
        answers: [412],
      });
      return status !== 412;
    },
  });
}

const lineSchema = z.object({ uri: z.string() });

/**
 * The text of a manifest: JSON Lines, every object once as `{"uri":"gs://<bucket>/<key>"}`, in the order of the keys given. A
 * reader takes the newest generation of each, as on S3: of an older one nothing is left unless the bucket keeps versions.
 */
export function manifestFile(bucket: string, keys: readonly string[]): string {
  return [...new Set(keys)].map((key) => `${JSON.stringify({ uri: `gs://${bucket}/${key}` })}\n`).join("");
}

/**
 * The keys of `bucket` that a manifest lists.
 * @throws Error when the text is not such a manifest
 */
export function manifestKeys(uri: string, bucket: string, text: string): string[] {
  const start = `gs://${bucket}/`;
  const keys: string[] = [];
  // Line by line: the first that is none of a manifest ends it.
  for (let [from, line] = [0, 1]; from < text.length; line++) {
    const feed = text.indexOf("\n", from);
    const end = feed === -1 ? text.length : feed;
    if (end > from) {
      const parsed = z.safeParse(lineSchema, lineJson(text.slice(from, end)));
      if (!parsed.success || !parsed.data.uri.startsWith(start)) {
        const remedy = "restore it, or reject the request that names it";
        throw new Error(`line ${line} of ${uri} is not {"uri":"${start}…"}; ${remedy}`);
      }
      keys.push(parsed.data.uri.slice(start.length));
    }
    from = end + 1;
  }
  return keys;
}

/** Of a line, which is an object of one text. */
const LINE_LIMITS = { values: 100, containers: 10, depth: 4 };

function lineJson(line: string): unknown {
  return jsonExcess(line, LINE_LIMITS) === undefined ? parseJson(line) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so not a manifest either: the caller's error says which.
    return undefined;
  }
}
