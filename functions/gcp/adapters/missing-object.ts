import type { RestAnswer } from "./google-rest";

/**
 * True when Cloud Storage answered that there is no such object.
 * @throws Error when the bucket is missing, which is not a missing object
 */
export function isMissing({ status, body }: RestAnswer, bucket: string): boolean {
  if (status !== 404) return false;
  if (!/bucket does not exist/i.test(body.toString("utf8"))) return true;
  throw new Error(`there is no bucket ${bucket}; create it, or correct its name in retrigger.yaml`);
}
