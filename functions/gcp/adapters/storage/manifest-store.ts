import * as z from "zod/mini";
import {
  isSameBatch,
  type ManifestLocation,
  type ManifestStore,
  manifestStem,
  type WrittenList,
} from "../../../core/batching/ports";
import { jsonExcess } from "../../../core/outside-json";
import { combineLists, digestOf, ledgerFile, parseLedger } from "../../../node/batch-codecs";
import type { GoogleRest } from "../google-rest";

const STORAGE = "https://storage.googleapis.com";

/**
 * `ManifestStore` in the model's own bucket: `<stem>.jsonl` for training jobs, `<stem>.ledger.json.gz` for Retrigger.
 * `endpoint` is another address of Cloud Storage than its own.
 */
export function gcsManifestStore(rest: GoogleRest, endpoint: string = STORAGE): ManifestStore {
  /** The first writer's object stays (412). Resolves to its bytes where that was another, to undefined where it was this one. */
  async function putOnce(bucket: string, key: string, body: Uint8Array, contentType: string): Promise<Uint8Array | undefined> {
    const query = new URLSearchParams({ uploadType: "media", ifGenerationMatch: "0", name: key });
    const { status } = await rest({
      what: `writing gs://${bucket}/${key}`,
      method: "POST",
      url: `${endpoint}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?${query}`,
      headers: { "content-type": contentType },
      body,
      answers: [412],
    });
    return status === 412 ? await mustGet(bucket, key) : undefined;
  }

  /** Undefined when there is no such object. */
  async function get(bucket: string, key: string): Promise<Buffer | undefined> {
    const { status, body } = await rest({
      what: `reading gs://${bucket}/${key}`,
      method: "GET",
      url: `${endpoint}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(key)}?alt=media`,
      answers: [404],
    });
    if (status !== 404) return body;
    if (!/bucket does not exist/i.test(body.toString("utf8"))) return undefined;
    throw new Error(`there is no bucket ${bucket}; create it, or correct data.bucket in retrigger.yaml`);
  }

  async function mustGet(bucket: string, key: string): Promise<Buffer> {
    const list = await get(bucket, key);
    if (list !== undefined) return list;
    throw new Error(`there is no gs://${bucket}/${key}; restore it, or reject the request that names it`);
  }

  /** Undefined where another list lies there. */
  async function putList(bucket: string, stem: string, keys: readonly string[]): Promise<WrittenList | undefined> {
    const key = `${stem}.jsonl`;
    const text = Buffer.from(manifestFile(bucket, keys));
    const found = await putOnce(bucket, key, text, "application/jsonl");
    if (found !== undefined && !text.equals(found)) return undefined;
    return { uri: `gs://${bucket}/${key}`, digest: digestOf(text) };
  }

  return {
    writeManifest: (at, objects) =>
      putList(
        at.data.bucket,
        manifestStem(at),
        objects.map(({ key }) => key),
      ),

    combineManifests: ({ bucket, manifestPrefix }, name, manifests) =>
      combineLists(manifests, {
        read: async ({ uri }) => {
          const key = keyIn(bucket, uri);
          return key === undefined ? undefined : await get(bucket, key);
        },
        keysOf: ({ uri }, bytes) => manifestKeys(uri, bucket, Buffer.from(bytes).toString("utf8")),
        write: (keys) => putList(bucket, `${manifestPrefix}${name}`, keys),
      }),

    async writeLedger(at, ledger) {
      const found = await putOnce(at.data.bucket, ledgerKey(at), ledgerFile(ledger), "application/gzip");
      return found === undefined || isSameBatch(parseLedger(`gs://${at.data.bucket}/${ledgerKey(at)}`, found), ledger);
    },

    async readLedger(at) {
      const { bucket } = at.data;
      const bytes = await get(bucket, ledgerKey(at));
      return bytes && parseLedger(`gs://${bucket}/${ledgerKey(at)}`, bytes);
    },
  };
}

/** Undefined for what is not in the model's bucket, and so no list of it. */
function keyIn(bucket: string, uri: string): string | undefined {
  const start = `gs://${bucket}/`;
  return uri.startsWith(start) ? uri.slice(start.length) : undefined;
}

function ledgerKey(at: ManifestLocation): string {
  return `${manifestStem(at)}.ledger.json.gz`;
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
