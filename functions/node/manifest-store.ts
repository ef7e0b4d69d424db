import { createHash } from "node:crypto";
import {
  type CombinedList,
  digestMismatch,
  isSameBatch,
  type ManifestLocation,
  type ManifestStore,
  manifestStem,
  type WrittenList,
} from "../core/batching/ports";
import { ListRefusedError, RetryableError } from "../core/errors";
import { objectUri } from "../core/object-uri";
import { type HoldOutReading, parseHoldOut } from "../core/promotion/hold-out";
import { type MixPart, planTrainingMix } from "../core/promotion/training-mix";
import type { Manifest } from "../core/training-request";
import { ledgerFile, parseLedger } from "./batch-codecs";

/** How a cloud's training jobs read a list of objects. */
export interface ListFormat {
  /** Of addresses, such as `s3`. */
  readonly scheme: string;
  /** What its name ends with, such as `.manifest`. */
  readonly suffix: string;
  /** Its media type. */
  readonly contentType: string;
  readonly textOf: (bucket: string, keys: readonly string[]) => string;
  /** @throws Error when the text is not such a list of the bucket */
  readonly keysOf: (uri: string, bucket: string, text: string) => readonly string[];
}

/** Buckets, as far as lists and ledgers need them. */
export interface ListFiles {
  /** Undefined where there is none. */
  readonly get: (bucket: string, key: string) => Promise<Uint8Array | undefined>;
  /** Resolves to false where another file lies there, which stays as it is; perhaps the same, that an earlier try wrote. */
  readonly create: (bucket: string, key: string, body: Uint8Array, contentType: string) => Promise<boolean>;
}

/**
 * `ManifestStore` in the model's own bucket: `<stem><suffix>` for training jobs, `<stem>.ledger.json.gz` for Retrigger. Rejects as
 * `files` do.
 */
export function manifestStore(
  { scheme, suffix, contentType, textOf, keysOf }: ListFormat,
  { get, create }: ListFiles,
): ManifestStore {
  const uriOf = (bucket: string, key: string) => `${scheme}://${bucket}/${key}`;

  /** The first writer's file stays. Resolves to its bytes where that was another, to undefined where it was this one. */
  async function putOnce(bucket: string, key: string, body: Uint8Array, type: string): Promise<Uint8Array | undefined> {
    if (await create(bucket, key, body, type)) return undefined;
    const found = await get(bucket, key);
    if (found !== undefined) return found;
    throw new Error(`there is no ${uriOf(bucket, key)}; restore it, or reject the request that names it`);
  }

  /** Undefined where another list lies there. */
  async function putList(bucket: string, stem: string, keys: readonly string[]): Promise<WrittenList | undefined> {
    const key = `${stem}${suffix}`;
    const text = Buffer.from(textOf(bucket, keys));
    const found = await putOnce(bucket, key, text, contentType);
    if (found !== undefined && !text.equals(found)) return undefined;
    return { uri: uriOf(bucket, key), digest: digestOf(text) };
  }

  /** Also undefined for what is not in the model's bucket, and so no list of it. */
  async function getList(bucket: string, { uri }: Manifest): Promise<Uint8Array | undefined> {
    const start = uriOf(bucket, "");
    return uri.startsWith(start) ? await get(bucket, uri.slice(start.length)) : undefined;
  }

  return {
    writeManifest: (at, objects) =>
      putList(
        at.data.bucket,
        manifestStem(at),
        objects.map(({ key }) => key),
      ),

    combineManifests: ({ bucket, manifestPrefix }, name, manifests, part) => {
      const access: ListAccess = {
        read: (manifest) => getList(bucket, manifest),
        keysOf: ({ uri }, bytes) => keysOf(uri, bucket, utf8(bytes)),
        write: (keys) => putList(bucket, `${manifestPrefix}${name}`, keys),
      };
      return combineLists(manifests, access, part);
    },

    readHoldOut: (data, uri) => readHoldOut(uri, uriOf(data.bucket, ""), get),

    async writeLedger(at, ledger) {
      const { bucket } = at.data;
      const found = await putOnce(bucket, ledgerKey(at), ledgerFile(ledger), "application/gzip");
      return found === undefined || isSameBatch(parseLedger(uriOf(bucket, ledgerKey(at)), found), ledger);
    },

    async readLedger(at) {
      const { bucket } = at.data;
      const bytes = await get(bucket, ledgerKey(at));
      return bytes && parseLedger(uriOf(bucket, ledgerKey(at)), bytes);
    },
  };
}

function ledgerKey(at: ManifestLocation): string {
  return `${manifestStem(at)}.ledger.json.gz`;
}

/** SHA-256 of a list's bytes, in hexadecimal digits. */
function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

/** Rejects only where a later try may be answered otherwise: what is refused is not there for us. */
async function readHoldOut(uri: string, start: string, get: ListFiles["get"]): Promise<HoldOutReading> {
  try {
    const { bucket, key } = objectUri(uri);
    const bytes = await get(bucket, key);
    if (bytes === undefined) return { why: `there is no ${uri}; restore the hold-out's manifest` };
    return { holdOut: { digest: digestOf(bytes), objects: parseHoldOut(uri, start, utf8(bytes)) } };
  } catch (error) {
    if (error instanceof RetryableError || !(error instanceof Error)) throw error;
    return { why: error.message };
  }
}

/** How lists are read and written. */
interface ListAccess {
  /** Undefined where there is none. */
  readonly read: (manifest: Manifest) => Promise<Uint8Array | undefined>;
  /** @throws Error when the bytes are not those of a list */
  readonly keysOf: (manifest: Manifest, bytes: Uint8Array) => readonly string[];
  /** Undefined where another list lies there. */
  readonly write: (keys: readonly string[]) => Promise<WrittenList | undefined>;
}

/**
 * One list of what some manifests list, each key once, in the order of keys; one manifest alone is the list, and is read only to
 * compare it with its digest. What is gone, or is not the list that was published, is left out. Of the hold-out goes in
 * what `planTrainingMix` says.
 * @throws ListRefusedError when none is left, or another list lies under the name of this one
 */
async function combineLists(
  manifests: readonly Manifest[],
  { read, keysOf, write }: ListAccess,
  part: MixPart | undefined,
): Promise<CombinedList> {
  const [only, ...others] = manifests;
  if (only !== undefined && others.length === 0 && only.digest === undefined && part === undefined) {
    return { uri: only.uri, objects: only.objects, leftOut: [] };
  }
  const keys = new Set<string>();
  const taken: Manifest[] = [];
  const leftOut: string[] = [];
  for (const manifest of manifests) {
    const bytes = await read(manifest);
    const list = bytes === undefined ? `there is no ${manifest.uri}; restore it` : listOf(manifest, bytes, keysOf);
    if (typeof list === "string") leftOut.push(list);
    else {
      taken.push(manifest);
      for (const key of list) keys.add(key);
    }
  }
  const [first, ...more] = taken;
  if (first === undefined) throw new ListRefusedError(leftOut.join("; "));
  const plan = part && planTrainingMix(part, { keys, bytes: taken.reduce((sum, { bytes }) => sum + bytes, 0) });
  const told = { leftOut, ...(plan && { mix: plan.mix }) };
  const added = plan?.keys ?? [];
  if (more.length === 0 && added.length === 0) return { uri: first.uri, objects: first.objects, ...told };
  const listed = [...keys, ...added].sort();
  const written = await write(listed);
  if (written !== undefined) return { uri: written.uri, objects: listed.length, ...told };
  throw new ListRefusedError("another list lies under the name of the one that this training is to read; see who may write there");
}

/** The keys of a list, or why it cannot be taken. */
function listOf(manifest: Manifest, bytes: Uint8Array, keysOf: ListAccess["keysOf"]): readonly string[] | string {
  const why = digestMismatch(manifest, digestOf(bytes));
  if (why !== undefined) return why;
  try {
    return keysOf(manifest, bytes);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
