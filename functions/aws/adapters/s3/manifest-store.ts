import { GetObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
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
import { retryWithJitter } from "../../../node/retry-with-jitter";
import { isConflict, isMissing, objectBytes, s3Failure, statusOf } from "./s3-object";

/** As on Google Cloud: the manifest of 100,000 objects with the longest names takes 105 MB. */
const MAX_BYTES = 128 * 1024 * 1024;

/** `ManifestStore` in the model's own bucket: `<stem>.manifest` for training jobs, `<stem>.ledger.json.gz` for Retrigger. */
export function s3ManifestStore(client: S3Client): ManifestStore {
  /** Undefined when there is no such object. */
  async function get(bucket: string, key: string): Promise<Buffer | undefined> {
    const uri = `s3://${bucket}/${key}`;
    try {
      return await objectBytes(uri, await client.send(new GetObjectCommand({ Bucket: bucket, Key: key })), MAX_BYTES);
    } catch (error) {
      if (isMissing(error)) return undefined;
      if (!(error instanceof S3ServiceException)) throw error;
      throw s3Failure("read", uri, error, "let the role read it, and list its bucket");
    }
  }

  async function mustGet(bucket: string, key: string): Promise<Buffer> {
    const found = await get(bucket, key);
    if (found !== undefined) return found;
    throw new Error(`there is no s3://${bucket}/${key}; restore it, or reject the request that names it`);
  }

  /** The first writer's object stays. Resolves to its bytes where that was another, to undefined where it was this one. */
  async function putOnce(bucket: string, key: string, body: Uint8Array, contentType: string): Promise<Uint8Array | undefined> {
    const object = { Bucket: bucket, Key: key, Body: body, ContentType: contentType, IfNoneMatch: "*" };
    try {
      await retryWithJitter(`writing s3://${bucket}/${key}`, isConflict, () => client.send(new PutObjectCommand(object)));
      return undefined;
    } catch (error) {
      if (statusOf(error) !== 412) throw s3Failure("write", `s3://${bucket}/${key}`, error, "let the role write it");
      return await mustGet(bucket, key);
    }
  }

  /** Undefined where another list lies there. */
  async function putList(bucket: string, stem: string, keys: readonly string[]): Promise<WrittenList | undefined> {
    const key = `${stem}.manifest`;
    const text = Buffer.from(manifestFile(bucket, keys));
    const found = await putOnce(bucket, key, text, "application/json");
    if (found !== undefined && !text.equals(found)) return undefined;
    return { uri: `s3://${bucket}/${key}`, digest: digestOf(text) };
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
        keysOf: ({ uri }, bytes) => manifestKeys(uri, Buffer.from(bytes).toString("utf8")),
        write: (keys) => putList(bucket, `${manifestPrefix}${name}`, keys),
      }),

    async writeLedger(at, ledger) {
      const found = await putOnce(at.data.bucket, ledgerKey(at), ledgerFile(ledger), "application/gzip");
      return found === undefined || isSameBatch(parseLedger(`s3://${at.data.bucket}/${ledgerKey(at)}`, found), ledger);
    },

    async readLedger(at) {
      const { bucket } = at.data;
      const bytes = await get(bucket, ledgerKey(at));
      return bytes && parseLedger(`s3://${bucket}/${ledgerKey(at)}`, bytes);
    },
  };
}

/** Undefined for what is not in the model's bucket, and so no list of it. */
function keyIn(bucket: string, uri: string): string | undefined {
  const start = `s3://${bucket}/`;
  return uri.startsWith(start) ? uri.slice(start.length) : undefined;
}

function ledgerKey(at: ManifestLocation): string {
  return `${manifestStem(at)}.ledger.json.gz`;
}

/**
 * The text of a SageMaker `ManifestFile`: what all keys begin with, then every key once, in their order. A training
 * job reads the newest version of a key, so two versions of one are one line.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
 */
export function manifestFile(bucket: string, keys: readonly string[]): string {
  return JSON.stringify([{ prefix: `s3://${bucket}/` }, ...new Set(keys)]);
}

/**
 * The keys that a manifest lists.
 * @throws Error when the text is not such a manifest
 */
export function manifestKeys(uri: string, text: string): string[] {
  const manifest = jsonExcess(text, MANIFEST_LIMITS) === undefined ? parseJson(text) : undefined;
  // Stops at the first mistake, where parsing would complain of each.
  if (z.validate(manifestSchema, manifest)) return manifest.slice(1).filter((line) => typeof line === "string");
  throw new Error(`${uri} is not a SageMaker ManifestFile; restore it, or reject the request that names it`);
}

/** A list of texts behind one prefix. */
const MANIFEST_LIMITS = { values: 2_000_000, containers: 2, depth: 2 };

const manifestSchema = z.array(z.union([z.object({ prefix: z.string() }), z.string()])).check(z.minLength(1));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so not a manifest either: the caller's error says which.
    return undefined;
  }
}
