// What is asked of buckets of Google Cloud that are not Retrigger's to change, and where their logs go.
import { type Problem, quotedValue } from "../../errors";
import { bucketSchema } from "../../sections/gcp/buckets";
import { type Place, placeProblems } from "../place";
import { mapping, type ValidModel } from "../unchecked-config";

/** What a bucket has from its creation by Retrigger alone, and how its owner sets it. */
const OF_CREATED = {
  kmsKey: "gcloud storage buckets update --default-encryption-key",
  versioning: "gcloud storage buckets update --versioning",
  accessLogs: "gcloud storage buckets update --log-bucket",
} as const;

/** How the names of usage logs and of storage logs go on after their prefix. https://cloud.google.com/storage/docs/access-logs */
const LOG_NAMES = ["_usage_", "_storage_"];
const LOG_END = "_v0";

/** The problems of `gcp.buckets` in an unchecked configuration, as far as the keys of a bucket are valid. */
export function gcpBucketProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const own = models.filter(({ cloud }) => cloud === "gcp");
  return Object.entries(mapping(mapping(mapping(config).gcp).buckets)).flatMap(([name, section]) => {
    const bucket = bucketSchema.safeParse(section).data;
    if (bucket === undefined) return [];
    const path = ["gcp", "buckets", name];
    const owned = Object.entries(OF_CREATED).flatMap(([key, command]) => {
      const isAsked = key === "versioning" ? bucket.versioning : mapping(section)[key] !== undefined;
      if (bucket.create || !isAsked) return [];
      const message = `set for a bucket that Retrigger does not create; expected it with create: true alone; remove it, and set it by ${command}`;
      return [{ path: [...path, key], message }];
    });
    return [
      ...owned,
      ...(bucket.accessLogs === undefined ? [] : logProblems(name, [...path, "accessLogs"], bucket.accessLogs, own)),
    ];
  });
}

function logProblems(
  name: string,
  path: Problem["path"],
  { bucket, prefix = name }: { readonly bucket: string; readonly prefix?: string | undefined },
  models: readonly ValidModel[],
): Problem[] {
  if (bucket === name) {
    const message = `got ${quotedValue(bucket)}, the bucket itself, whose logs would be logged in turn; expected another bucket; name one that keeps logs`;
    return [{ path: [...path, "bucket"], message }];
  }
  const place: Place = {
    path,
    bucket,
    text: `gs://${bucket}/${prefix}`,
    what: "usage logs",
    isIn: (watched) =>
      LOG_NAMES.map((name) => `${prefix}${name}`).some((start) => start.startsWith(watched) || watched.startsWith(start)),
    isSelectedBy: (suffix) => LOG_END.endsWith(suffix) || suffix.endsWith(LOG_END),
  };
  return placeProblems(place, models);
}
