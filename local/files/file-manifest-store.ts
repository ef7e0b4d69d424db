import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Ledger, ledgerSchema } from "../../functions/core/batching/ledger";
import { isSameBatch, type ManifestLocation, type ManifestStore, manifestStem } from "../../functions/core/batching/ports";
import type { ModelSettings } from "../../functions/core/model-settings";
import { type ListFormat, manifestStore } from "../../functions/node/manifest-store";
import { hasCode } from "./json-files";

/** Of one batch, of whichever deployment, not of merged requests. */
const BATCH_NAME = /^(?:[a-z0-9]+\/)?\d+$/;

/** A manifest as it was found on disk. */
export interface PublishedManifest {
  readonly path: string;
  /** Every line of it, in its order. */
  readonly keys: readonly string[];
}

/**
 * `ManifestStore` in a folder, which has one folder for each bucket and in it the names and the bytes that the manifests have in
 * the cloud; the ledgers, `<stem>.ledger.json`, are in plain text.
 */
export function fileManifestStore(folder: string, format: ListFormat): ManifestStore {
  const ledgerPath = (at: ManifestLocation) => join(folder, at.data.bucket, `${manifestStem(at)}.ledger.json`);
  return {
    ...manifestStore(format, {
      get: (bucket, key) => readIfThere(join(folder, bucket, key)),
      create: (bucket, key, body) => writeOnce(join(folder, bucket, key), body),
    }),

    async writeLedger(at, ledger) {
      const path = ledgerPath(at);
      if (await writeOnce(path, JSON.stringify(ledger))) return true;
      return isSameBatch(ledgerSchema.parse(JSON.parse(await readFile(path, "utf8"))), ledger);
    },

    async readLedger(at): Promise<Ledger | undefined> {
      const found = await readIfThere(ledgerPath(at));
      return found && ledgerSchema.parse(JSON.parse(found.toString("utf8")));
    },
  };
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  return await readFile(path).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
}

/** Where a list lies on disk: the bucket is a folder, the key a path in it. */
export function manifestPath(folder: string, uri: string): string {
  return join(folder, uri.replace(/^[a-z0-9]+:\/\//, ""));
}

/** The folder of a model's manifests. */
function manifestFolder(folder: string, { model, data }: ModelSettings): string {
  return join(folder, data.bucket, data.manifestPrefix, model);
}

/** What was published for a model, batch by batch, read back from disk in the order of generations. */
export async function readManifests(
  folder: string,
  settings: ModelSettings,
  { scheme, suffix, keysOf }: ListFormat,
): Promise<PublishedManifest[]> {
  const names = await readdir(manifestFolder(folder, settings), { recursive: true }).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  const { bucket, manifestPrefix } = settings.data;
  const manifests = names.filter((name) => name.endsWith(suffix) && BATCH_NAME.test(name.slice(0, -suffix.length))).sort();
  const uris = manifests.map((name) => `${scheme}://${bucket}/${manifestPrefix}${settings.model}/${name}`);
  return await Promise.all(uris.map((uri) => readManifest(folder, uri, keysOf)));
}

/** @throws Error when there is no manifest of that address in `folder` */
export async function readManifest(folder: string, uri: string, keysOf: ListFormat["keysOf"]): Promise<PublishedManifest> {
  const path = manifestPath(folder, uri);
  const [, bucket = ""] = /^[a-z0-9]+:\/\/([^/]+)\//.exec(uri) ?? [];
  return { path, keys: keysOf(uri, bucket, await readFile(path, "utf8")) };
}

/**
 * The first writer's file stays: resolves to false where one is. It is there as a whole or not at all, whenever the process is
 * killed.
 */
async function writeOnce(path: string, content: string | Uint8Array): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.new`;
  await writeFile(draft, content);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    return false;
  } finally {
    await rm(draft);
  }
}
