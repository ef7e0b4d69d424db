import * as z from "zod/mini";

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
