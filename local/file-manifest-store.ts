import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { manifestFile } from "../functions/aws/adapters/manifest-file";
import { type Ledger, ledgerSchema } from "../functions/core/batching/ledger";
import { type ManifestLocation, type ManifestStore, manifestStem } from "../functions/core/batching/manifest-store";
import type { ModelSettings } from "../functions/core/model-settings";

const MANIFEST_SUFFIX = ".manifest";

/** A manifest as it was found on disk. */
export interface PublishedManifest {
  readonly path: string;
  /** Every line of it, in its order. */
  readonly keys: readonly string[];
}

/**
 * `ManifestStore` in a folder, which has one folder for each bucket and in it the names that the objects have on S3: `<stem>.manifest`
 * with the bytes that S3 would hold, `<stem>.ledger.json` in plain text.
 */
export function fileManifestStore(folder: string): ManifestStore {
  const ledgerPath = (at: ManifestLocation) => join(folder, at.data.bucket, `${manifestStem(at)}.ledger.json`);
  return {
    async writeManifest(at, objects) {
      const path = join(folder, at.data.bucket, `${manifestStem(at)}${MANIFEST_SUFFIX}`);
      await writeOnce(path, manifestFile(at.data.bucket, objects));
      return pathToFileURL(path).href;
    },

    async writeLedger(at, ledger) {
      await writeOnce(ledgerPath(at), JSON.stringify(ledger));
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

/** The folder of a model's manifests. */
export function manifestFolder(folder: string, { model, data }: ModelSettings): string {
  return join(folder, data.bucket, data.manifestPrefix, model);
}

/** What was published for a model, read back from disk in the order of generations. */
export async function readManifests(folder: string, settings: ModelSettings): Promise<PublishedManifest[]> {
  const parent = manifestFolder(folder, settings);
  const names = await readdir(parent).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  const manifests = names.filter((name) => name.endsWith(MANIFEST_SUFFIX)).sort();
  return await Promise.all(manifests.map((name) => readManifest(join(parent, name))));
}

async function readManifest(path: string): Promise<PublishedManifest> {
  const [prefix, ...keys]: unknown[] = JSON.parse(await readFile(path, "utf8"));
  if (typeof prefix !== "object" || keys.length === 0) throw new Error(`${path} is not a manifest`);
  return { path, keys: keys.map(String) };
}

/** The first writer's file stays. */
async function writeOnce(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
