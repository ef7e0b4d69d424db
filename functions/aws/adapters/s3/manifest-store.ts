import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import { type ManifestLocation, type ManifestStore, manifestStem } from "../../../core/batching/ports";
import { ledgerFile, parseLedger } from "../../../node/batch-codecs";
import { retryWithJitter } from "../../../node/retry-with-jitter";
import { isConflict, statusOf } from "./s3-object";

/** `ManifestStore` in the model's own bucket: `<stem>.manifest` for training jobs, `<stem>.ledger.json.gz` for Retrigger. */
export function s3ManifestStore(client: S3Client): ManifestStore {
  /** The first writer's object stays; every other one has written the same and is content with it. */
  async function putOnce(bucket: string, key: string, body: string | Uint8Array, contentType: string): Promise<void> {
    const object = { Bucket: bucket, Key: key, Body: body, ContentType: contentType, IfNoneMatch: "*" };
    try {
      await retryWithJitter(`writing s3://${bucket}/${key}`, isConflict, () => client.send(new PutObjectCommand(object)));
    } catch (error) {
      if (statusOf(error) !== 412) throw error;
    }
  }

  return {
    async writeManifest(at, objects) {
      const { bucket } = at.data;
      const key = `${manifestStem(at)}.manifest`;
      await putOnce(
        bucket,
        key,
        manifestFile(
          bucket,
          objects.map(({ key }) => key),
        ),
        "application/json",
      );
      return `s3://${bucket}/${key}`;
    },

    async combineManifests(data, model, name, uris) {
      const { bucket, manifestPrefix } = data;
      const keys = new Set<string>();
      for (const uri of uris) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyIn(bucket, uri) }));
        for (const key of manifestKeys(uri, (await Body?.transformToString()) ?? "")) keys.add(key);
      }
      const key = `${manifestPrefix}${model}/${name}.manifest`;
      await putOnce(bucket, key, manifestFile(bucket, [...keys].sort()), "application/json");
      return `s3://${bucket}/${key}`;
    },

    async writeLedger(at, ledger) {
      await putOnce(at.data.bucket, ledgerKey(at), ledgerFile(ledger), "application/gzip");
    },

    async readLedger(at) {
      const object = { Bucket: at.data.bucket, Key: ledgerKey(at) };
      try {
        const { Body } = await client.send(new GetObjectCommand(object));
        if (Body === undefined) throw new Error("the response has no body");
        return parseLedger(`s3://${object.Bucket}/${object.Key}`, await Body.transformToByteArray());
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}

function keyIn(bucket: string, uri: string): string {
  const start = `s3://${bucket}/`;
  if (!uri.startsWith(start))
    throw new Error(`got the manifest ${uri}; only one in ${start} can be part of a training of its model`);
  return uri.slice(start.length);
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
  const parsed = z.safeParse(manifestSchema, parseJson(text));
  if (!parsed.success) throw new Error(`${uri} is not a SageMaker ManifestFile; restore it, or reject the request that names it`);
  return parsed.data.slice(1).filter((line) => typeof line === "string");
}

const manifestSchema = z.array(z.union([z.object({ prefix: z.string() }), z.string()])).check(z.minLength(1));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so not a manifest either: the caller's error says which.
    return undefined;
  }
}
