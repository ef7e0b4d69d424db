import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import * as z from "zod/mini";
import type { ManifestStore } from "../../../core/batching/ports";
import { jsonExcess } from "../../../core/outside-json";
import { type ListFormat, manifestStore } from "../../../node/manifest-store";
import { retryWithJitter } from "../../../node/retry-with-jitter";
import { isConflict, isMissing, objectBytes, s3Failure, statusOf } from "./s3-object";

/** As on Google Cloud: the manifest of 100,000 objects with the longest names takes 105 MB. */
const MAX_BYTES = 128 * 1024 * 1024;

/** The lists that SageMaker's training jobs read. */
export const SAGEMAKER_LISTS: ListFormat = {
  scheme: "s3",
  suffix: ".manifest",
  contentType: "application/json",
  textOf: manifestFile,
  keysOf: (uri, _bucket, text) => manifestKeys(uri, text),
};

/** `ManifestStore` in S3. */
export function s3ManifestStore(client: S3Client): ManifestStore {
  return manifestStore(SAGEMAKER_LISTS, {
    async get(bucket, key) {
      const uri = `s3://${bucket}/${key}`;
      try {
        return await objectBytes(uri, await client.send(new GetObjectCommand({ Bucket: bucket, Key: key })), MAX_BYTES);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw s3Failure("read", uri, error, "let the role read it, and list its bucket");
      }
    },

    async create(bucket, key, body, contentType) {
      const object = { Bucket: bucket, Key: key, Body: body, ContentType: contentType, IfNoneMatch: "*" };
      try {
        await retryWithJitter(`writing s3://${bucket}/${key}`, isConflict, () => client.send(new PutObjectCommand(object)));
        return true;
      } catch (error) {
        if (statusOf(error) === 412) return false;
        throw s3Failure("write", `s3://${bucket}/${key}`, error, "let the role write it");
      }
    },
  });
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
