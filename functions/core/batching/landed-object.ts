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
  /** Sequencer (S3), generation (Cloud Storage): of two of one key, the later write has the later one, see `isNewerVersion`. */
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

/**
 * True when `a` was written after `b`, two objects of one key. Sequencers of S3 are hexadecimal digits, of which the shorter is
 * filled up with zeros on the right; generations of Cloud Storage are microseconds since 1970, of equal length until 2286.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
function isNewerVersion(a: LandedObject, b: LandedObject): boolean {
  const length = Math.max(a.version.length, b.version.length);
  return a.version.padEnd(length, "0") > b.version.padEnd(length, "0");
}

/** Of every key the newest version, sorted by key: a training reads a key once, however often it was written. */
export function newestOfEach(objects: Iterable<LandedObject>): LandedObject[] {
  const newest = new Map<string, LandedObject>();
  for (const object of objects) {
    const other = newest.get(object.key);
    if (other === undefined || isNewerVersion(object, other)) newest.set(object.key, object);
  }
  return [...newest.values()].sort(byKeyThenVersion);
}

/** Length of a text in UTF-8. Counted, which takes less time than to encode the short texts that there are. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else bytes += 2;
    // A pair of surrogates is one character of 4 bytes.
    if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(at + 1))) at++;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
