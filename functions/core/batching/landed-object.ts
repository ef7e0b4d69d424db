import * as z from "zod/mini";
import { amountSchema } from "../numbers";

/** Longest object key, in UTF-8 bytes, of S3 and of Cloud Storage. */
const MAX_KEY_BYTES = 1024;

/** One version of one object of a model's bucket. `bytes` is its size. */
export const landedObjectSchema = z.object({
  key: z.string().check(
    z.minLength(1),
    z.refine((key) => utf8Bytes(key) <= MAX_KEY_BYTES, { error: `longer than ${MAX_KEY_BYTES} bytes` }),
  ),
  /** Version id or sequencer (S3), generation (Cloud Storage). */
  version: z.string().check(z.maxLength(1024)),
  bytes: amountSchema,
});

export type LandedObject = z.infer<typeof landedObjectSchema>;

/** Equal for two deliveries of the same object version of one bucket, different otherwise. */
export function identityOf(object: LandedObject): string {
  return `${object.version.length}:${object.version}${object.key}`;
}

/** Code-unit order of key, then version: the same on every machine, unlike a locale's. */
export function byKeyThenVersion(a: LandedObject, b: LandedObject): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  if (a.version !== b.version) return a.version < b.version ? -1 : 1;
  return 0;
}

const encoder = new TextEncoder();

/** Length of a text in UTF-8. */
export function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}
