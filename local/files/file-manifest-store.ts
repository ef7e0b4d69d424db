import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Ledger, ledgerSchema } from "../../functions/core/batching/ledger";
import {
  isSameBatch,
  type ManifestLocation,
  type ManifestStore,
  manifestStem,
  type WrittenList,
} from "../../functions/core/batching/ports";
import type { ModelSettings } from "../../functions/core/model-settings";
import { combineLists, digestOf } from "../../functions/node/batch-codecs";
import type { ManifestFormat } from "../clouds/local-cloud";
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
export function fileManifestStore(folder: string, { scheme, suffix, textOf, keysOf }: ManifestFormat): ManifestStore {
  const ledgerPath = (at: ManifestLocation) => join(folder, at.data.bucket, `${manifestStem(at)}.ledger.json`);

  /** Undefined where another list lies there. */
  async function writeList(bucket: string, stem: string, keys: readonly string[]): Promise<WrittenList | undefined> {
    const uri = `${scheme}://${bucket}/${stem}${suffix}`;
    const text = textOf(bucket, keys);
    const found = await writeOnce(manifestPath(folder, uri), text);
    return found === text ? { uri, digest: digestOf(Buffer.from(text)) } : undefined;
  }

  return {
    writeManifest: (at, objects) =>
      writeList(
        at.data.bucket,
        manifestStem(at),
        objects.map(({ key }) => key),
      ),

    combineManifests: ({ bucket, manifestPrefix }, name, manifests) =>
      combineLists(manifests, {
        read: ({ uri }) => readIfThere(manifestPath(folder, uri)),
        keysOf: ({ uri }, bytes) => keysOf(uri, bucket, Buffer.from(bytes).toString("utf8")),
        write: (keys) => writeList(bucket, `${manifestPrefix}${name}`, keys),
      }),

    async writeLedger(at, ledger) {
      const found = await writeOnce(ledgerPath(at), JSON.stringify(ledger));
      return isSameBatch(ledgerSchema.parse(JSON.parse(found)), ledger);
    },

    async readLedger(at): Promise<Ledger | undefined> {
      try {
        return ledgerSchema.parse(JSON.parse(await readFile(ledgerPath(at), "utf8")));
      } catch (error) {
        if (hasCode(error, "ENOENT")) return undefined;
        throw error;
      }
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
  { scheme, suffix, keysOf }: ManifestFormat,
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
export async function readManifest(folder: string, uri: string, keysOf: ManifestFormat["keysOf"]): Promise<PublishedManifest> {
  const path = manifestPath(folder, uri);
  const [, bucket = ""] = /^[a-z0-9]+:\/\/([^/]+)\//.exec(uri) ?? [];
  return { path, keys: keysOf(uri, bucket, await readFile(path, "utf8")) };
}

/**
 * The first writer's file stays; resolves to its text. It is there as a whole or not at all, whenever the process is killed.
 */
async function writeOnce(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.new`;
  await writeFile(draft, text);
  try {
    await link(draft, path);
    return text;
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    return await readFile(path, "utf8");
  } finally {
    await rm(draft);
  }
}
