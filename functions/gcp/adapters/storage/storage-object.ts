import * as z from "zod/mini";
import { amountSchema } from "../../../core/numbers";
import type { RestAnswer } from "../google-rest";

/** Where an object, or what begins with a prefix, lies. */
export interface StorageLocation {
  readonly bucket: string;
  /** Empty for all of a bucket. */
  readonly key: string;
}

const OBJECT_URI = /^gs:\/\/([^/]+)\/(.*)$/s;

/** @throws Error when it is no address of Cloud Storage */
export function parseStorageUri(uri: string): StorageLocation {
  const [, bucket, key] = OBJECT_URI.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) throw new Error(`got ${uri}; expected gs://<bucket>/<object>`);
  return { bucket, key };
}

/** Bytes of an object, which Cloud Storage writes as digits. */
export const sizeSchema = z.pipe(z.pipe(z.string(), z.transform(Number)), amountSchema);

/**
 * True when Cloud Storage answered that there is no such object.
 * @throws Error when the bucket is missing, which is not a missing object
 */
export function isMissing({ status, body }: RestAnswer, bucket: string): boolean {
  if (status !== 404) return false;
  if (!/bucket does not exist/i.test(body.toString("utf8"))) return true;
  throw new Error(`there is no bucket ${bucket}; create it, or correct its name in retrigger.yaml`);
}
