// Where keys, connectors and build pools of Google Cloud are: each can be used in one place alone.
import { type Problem, quotedValue } from "../../errors";
import { gcpSchema } from "../../sections/gcp/gcp";
import { mapping, type ValidModel } from "../unchecked-config";

/** The location of Cloud KMS for a multi-region of Firestore; a region is one of both. https://cloud.google.com/firestore/docs/use-cmek */
const KEY_LOCATIONS: Readonly<Record<string, string>> = { eur3: "europe", nam5: "us" };

/** Of an unchecked configuration: what is named in another location than the deployment's, as far as the keys are valid. */
export function gcpLocationProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const gcp = mapping(mapping(config).gcp);
  const region = gcpSchema.shape.region.safeParse(gcp.region).data;
  if (region === undefined) return [];
  const { key } = mapping(gcp.kms);
  const buckets = Object.entries(mapping(gcp.buckets));
  const inRegion = (path: Problem["path"], value: unknown, what: string, why: string): Problem[] => {
    const location = locationOf(value);
    if (location === undefined || location === region) return [];
    const message = `got ${what} in ${quotedValue(location)}; expected one in gcp.region, ${quotedValue(region)}, ${why}; name another one`;
    return [{ path, message }];
  };
  return [
    ...inRegion(["gcp", "kms", "key"], key, "a key", "as functions take no key of another region, of several or of none"),
    ...buckets.flatMap(([name, bucket]) =>
      inRegion(["gcp", "buckets", name, "kmsKey"], mapping(bucket).kmsKey, "a key", "where the bucket is created"),
    ),
    ...inRegion(["gcp", "network", "connector"], mapping(gcp.network).connector, "a connector", "where the functions are"),
    ...inRegion(["gcp", "build", "workerPool"], mapping(gcp.build).workerPool, "a pool", "where the functions are built"),
    ...models.flatMap(({ name, cloud, pipeline: { kmsKey } }) =>
      cloud === "gcp" ? inRegion(["models", name, "pipeline", "kmsKey"], kmsKey, "a key", "where the pipeline runs") : [],
    ),
    ...databaseKeyProblems(mapping(gcp.firestore), region, key),
  ];
}

/** A key of the deployment that the database cannot have is one that is missing. */
function databaseKeyProblems(firestore: Readonly<Record<string, unknown>>, region: string, key: unknown): Problem[] {
  const { location: own = region, kmsKey = key } = firestore;
  const location = locationOf(kmsKey);
  if (typeof own !== "string" || location === undefined) return [];
  const needed = KEY_LOCATIONS[own] ?? own;
  if (location === needed) return [];
  const path = ["gcp", "firestore", "kmsKey"];
  const expected = `expected a key in ${quotedValue(needed)}, for a database in ${quotedValue(own)}`;
  const remedy = `name ${firestore.kmsKey === undefined ? "one" : "another one"}, or none for Google's key`;
  if (firestore.kmsKey !== undefined) {
    return [{ path, message: `got a key in ${quotedValue(location)}; ${expected}; ${remedy}` }];
  }
  // That of the deployment is wrong for itself.
  if (location !== region) return [];
  return [{ path, message: `missing, and gcp.kms.key is in ${quotedValue(location)}; ${expected}; ${remedy}` }];
}

/** The location in the name of a resource, such as `projects/acme/locations/europe-west4/…`. */
function locationOf(name: unknown): string | undefined {
  return typeof name === "string" ? /^projects\/[^/]+\/locations\/([^/]+)\//.exec(name)?.[1] : undefined;
}
