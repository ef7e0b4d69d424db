// The sections `data` and `batch` of a model: where its data lands, and when there is enough of it.
import * as z from "zod";
import type { BatchPolicy } from "../../functions/core/batching/batch";
import type { DataSettings } from "../../functions/core/model-settings";
import { quotedValue } from "../errors";
import type { OneCloudKey } from "../model-cloud";
import { boundedText, durationExpectation, durationMs, durationSchema, text } from "./fields";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** True too for what is no duration at all: the pattern of durations refuses that. */
function lasts(value: string, leastMs: number): boolean {
  return !durationSchema.safeParse(value).success || durationMs(value) >= leastMs;
}

/** A wait of at least a minute, or `never`: the sweeper looks once a minute, so a shorter wait could not be kept. */
function waitOrNever(example: string) {
  const expectation = durationExpectation(`expected never, or a whole number and a unit, 1m or longer, such as ${example}`);
  return text(/^(?:never|\d{1,6}[smhd])$/, expectation).refine((value) => lasts(value, MINUTE_MS), { error: expectation });
}

/** Where a model's data lands. */
export const dataSchema = z.strictObject({
  bucket: text(
    /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/,
    "expected the name of a bucket alone, 3 to 63 of a-z, 0-9, -, . and, on Google Cloud, _, without s3:// or gs://, such as acme-flights",
  ).describe(
    "Bucket on the model's cloud where its data lands and its manifests are written; its name alone, without s3:// or gs://",
  ),
  prefixes: z
    .array(boundedText(1024, false))
    .min(1, { error: "expected at least one prefix; leave the key out to watch the whole bucket" })
    .default([""])
    .describe(
      "Only objects whose keys start with one of these prefixes are watched; each up to 1024 bytes; the whole bucket by default",
    ),
  suffixes: z
    .array(boundedText(1024, true))
    .default([])
    .describe(
      "Only objects whose keys also end with one of these suffixes are watched; each 1 to 1024 bytes; an empty list means all",
    ),
  manifestPrefix: text(
    /^[A-Za-z0-9._=-][A-Za-z0-9._=/-]{0,510}\/$/,
    "expected a key prefix that ends with /, at most 512 of A-Z, a-z, 0-9, ., _, =, - and /, such as retrigger/manifests/",
  )
    .default("retrigger/manifests/")
    .describe(
      "Key prefix of the manifests, the lists of objects in each batch; ends with /, up to 512 bytes, outside every watched prefix",
    ),
});

/** When a model has enough new data. */
export const batchSchema = z.strictObject({
  size: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe("Number of new objects that completes a batch and requests a training; 1 to 100,000"),
  window: waitOrNever("6h")
    .default("24h")
    .describe("A batch is complete this long after its first object, however few objects it has; 1m or longer, or never"),
  quietPeriod: waitOrNever("30m")
    .default("never")
    .describe("A batch is complete when no object has landed for this long; 1m or longer, or never"),
  dedupeHorizon: durationSchema
    .default("24h")
    .describe(
      "How long a published object is remembered, so that a late duplicate is not trained on twice; 0s up to the retention",
    ),
  retention: durationSchema
    .refine((value) => lasts(value, DAY_MS), { error: "expected 1d or longer" })
    .default("30d")
    .describe(
      "How long the records of a batch are kept, and its manifest in a bucket that Retrigger created; 1d or longer, at least four times the window",
    ),
});

/** Keys, and values of keys, of the sections `data` and `batch` that belong to one cloud. */
export const DATA_CLOUD_KEYS: readonly OneCloudKey[] = [
  {
    path: ["data", "bucket"],
    cloudOf: (bucket) => (typeof bucket === "string" && bucket.includes("_") ? "gcp" : undefined),
    message: (bucket) => `got ${quotedValue(bucket)}; expected the name of an S3 bucket, which cannot contain _; correct it`,
  },
];

/** What the functions must know of where a model's data lands. */
export function dataSettings({ bucket, prefixes, suffixes, manifestPrefix }: z.output<typeof dataSchema>): DataSettings {
  return { bucket, prefixes, suffixes, manifestPrefix };
}

/** When a batch of a model is complete, and how long it is remembered; a wait that is `never` is absent. */
export function batchPolicy({ size, window, quietPeriod, dedupeHorizon, retention }: z.output<typeof batchSchema>): BatchPolicy {
  return {
    batchSize: size,
    ...(window !== "never" && { windowMs: durationMs(window) }),
    ...(quietPeriod !== "never" && { quietPeriodMs: durationMs(quietPeriod) }),
    dedupeHorizonMs: durationMs(dedupeHorizon),
    retentionMs: durationMs(retention),
  };
}
