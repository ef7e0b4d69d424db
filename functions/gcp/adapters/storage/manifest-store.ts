import * as z from "zod/mini";
import { type ManifestLocation, type ManifestStore, manifestStem } from "../../../core/batching/ports";
import { ledgerFile, parseLedger } from "../../../node/batch-codecs";
import type { GoogleRest } from "../google-rest";

const STORAGE = "https://storage.googleapis.com";

/**
 * `ManifestStore` in the model's own bucket: `<stem>.jsonl` for training jobs, `<stem>.ledger.json.gz` for Retrigger.
 * `endpoint` is another address of Cloud Storage than its own.
 */
export function gcsManifestStore(rest: GoogleRest, endpoint: string = STORAGE): ManifestStore {
  /** The first writer's object stays (412); every other one has written the same and is content with it. */
  async function putOnce(bucket: string, key: string, body: string | Uint8Array, contentType: string): Promise<string> {
    const query = new URLSearchParams({ uploadType: "media", ifGenerationMatch: "0", name: key });
    await rest({
      what: `writing gs://${bucket}/${key}`,
      method: "POST",
      url: `${endpoint}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?${query}`,
      headers: { "content-type": contentType },
      body,
      answers: [412],
    });
    return `gs://${bucket}/${key}`;
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

  return {
    async writeManifest(at, objects) {
      const { bucket } = at.data;
      const keys = objects.map(({ key }) => key);
      return await putOnce(bucket, `${manifestStem(at)}.jsonl`, manifestFile(bucket, keys), "application/jsonl");
    },

    async combineManifests({ bucket, manifestPrefix }, model, name, uris) {
      const keys = new Set<string>();
      for (const uri of uris) {
        const list = await get(bucket, keyIn(bucket, uri));
        if (list === undefined) throw new Error(`there is no manifest ${uri}; restore it, or reject the request that names it`);
        for (const key of manifestKeys(uri, bucket, list.toString("utf8"))) keys.add(key);
      }
      const text = manifestFile(bucket, [...keys].sort());
      return await putOnce(bucket, `${manifestPrefix}${model}/${name}.jsonl`, text, "application/jsonl");
    },

    async writeLedger(at, ledger) {
      await putOnce(at.data.bucket, ledgerKey(at), ledgerFile(ledger), "application/gzip");
    },

    async readLedger(at) {
      const { bucket } = at.data;
      const bytes = await get(bucket, ledgerKey(at));
      return bytes && parseLedger(`gs://${bucket}/${ledgerKey(at)}`, bytes);
    },
  };
}

function keyIn(bucket: string, uri: string): string {
  const start = `gs://${bucket}/`;
  if (uri.startsWith(start)) return uri.slice(start.length);
  throw new Error(`got the manifest ${uri}; only one in ${start} can be part of a training of its model`);
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
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => {
      const parsed = z.safeParse(lineSchema, parseJson(line));
      if (parsed.success && parsed.data.uri.startsWith(start)) return parsed.data.uri.slice(start.length);
      const remedy = "restore it, or reject the request that names it";
      throw new Error(`line ${index + 1} of ${uri} is not {"uri":"${start}…"}; ${remedy}`);
    });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so not a manifest either: the caller's error says which.
    return undefined;
  }
}
