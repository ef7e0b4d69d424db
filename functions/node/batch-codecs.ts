// A segment is written once for every delivery and charged by the kilobyte, so its bytes are the cost of batching. Sorted columns
// of which each text is stored without what it shares with the one before take two thirds of what deflated JSON rows take.
import { deflateRawSync, gzipSync } from "node:zlib";
import * as z from "zod/mini";
import { byKeyThenVersion, type LandedObject, landedObjectSchema } from "../core/batching/landed-object";
import { type Ledger, ledgerSchema } from "../core/batching/ledger";
import { amountSchema } from "../core/numbers";
import { jsonExcess } from "../core/outside-json";
import { gunzipped, inflated } from "./deflated-json";

/**
 * Most bytes of keys, versions and sizes (24 bytes for an object's size) that `encodeSegment` is given. Uncompressed, an
 * object takes at most 13 bytes more than that, so that even 8,000 objects of the smallest size stay below an item's 400 KB.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const MAX_SEGMENT_BYTES = 200 * 1024;

/** Of a segment, unpacked: five numbers an object beside its texts. */
const MAX_INFLATED_SEGMENT = 2 * 1024 * 1024;

/** Of a key or a version, in UTF-16 code units: of each object a segment holds only what the one before does not share. */
const MAX_TEXT = 1024;

const objectsSchema = z.array(landedObjectSchema);
const lengths = z.array(amountSchema);
const headerSchema = z.object({ keys: z.tuple([lengths, lengths]), versions: z.tuple([lengths, lengths]), sizes: lengths });

interface Column {
  /** Per text, how many code units it shares with the one before, and how many follow. */
  readonly lengths: [shared: number[], own: number[]];
  readonly text: string;
}

/** Compact bytes of objects whose texts are well-formed; the same for the same object versions in any order. */
export function encodeSegment(objects: readonly LandedObject[]): Uint8Array {
  const sorted = objects.toSorted(byKeyThenVersion);
  const keys = encodeColumn(sorted.map(({ key }) => key));
  const versions = encodeColumn(sorted.map(({ version }) => version));
  const header = { keys: keys.lengths, versions: versions.lengths, sizes: sorted.map(({ bytes }) => bytes) };
  return deflateRawSync(`${JSON.stringify(header)}\n${keys.text}${versions.text}`, { level: 9 });
}

/**
 * The objects of a segment, sorted by key, then version.
 * @throws Error when the bytes are not those of a segment
 */
export function decodeSegment(data: Uint8Array): LandedObject[] {
  try {
    const content = inflated(data, MAX_INFLATED_SEGMENT).toString("utf8");
    const headerEnd = content.indexOf("\n");
    const { keys, versions, sizes } = headerSchema.parse(JSON.parse(content.slice(0, headerEnd)));
    const text = content.slice(headerEnd + 1);
    const ends = sum(keys[1]);
    const [keyTexts, versionTexts] = [decodeColumn(keys, text.slice(0, ends)), decodeColumn(versions, text.slice(ends))];
    const objects = sizes.map((bytes, index) => ({ key: keyTexts[index], version: versionTexts[index], bytes }));
    // Stops at the first mistake, where parsing would complain of each.
    if (keyTexts.length === sizes.length && versionTexts.length === sizes.length && z.validate(objectsSchema, objects))
      return objects;
    throw new Error("its objects are not what may have landed");
  } catch (error) {
    throw new Error("the bytes are not those of a segment", { cause: error });
  }
}

function encodeColumn(texts: readonly string[]): Column {
  const shared: number[] = [];
  const own: string[] = [];
  let previous = "";
  for (const text of texts) {
    const length = sharedLength(previous, text);
    shared.push(length);
    own.push(text.slice(length));
    previous = text;
  }
  return { lengths: [shared, own.map(({ length }) => length)], text: own.join("") };
}

/** @throws Error when the lengths are not those of the texts, which are together as long as `text` */
function decodeColumn([shared, own]: Column["lengths"], text: string): string[] {
  let previous = "";
  let from = 0;
  const texts = shared.map((length, index) => {
    const to = from + (own[index] ?? 0);
    if (length > previous.length || to > text.length) throw new Error("its lengths are not those of its texts");
    previous = previous.slice(0, length) + text.slice(from, to);
    if (previous.length > MAX_TEXT) throw new Error(`got a text of ${previous.length} characters, expected at most ${MAX_TEXT}`);
    from = to;
    return previous;
  });
  if (own.length === shared.length && from === text.length) return texts;
  throw new Error("its lengths are not those of its texts");
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  // Half of a surrogate pair is no UTF-8, so a pair is shared whole or not at all.
  const isPairCut = /[\uD800-\uDBFF]/.test(a[length - 1] ?? "");
  return isPairCut ? length - 1 : length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Index of the byte of a gzip header that names the operating system, and its value for "unknown" (RFC 1952, 2.3.1). */
const GZIP_SYSTEM = { index: 9, unknown: 255 } as const;

/**
 * The bytes of a ledger's file: the same on any system, for Node writes no time into the header, but the system that it runs on.
 */
export function ledgerFile(ledger: Ledger): Uint8Array {
  const bytes = gzipSync(JSON.stringify(ledger), { level: 9 });
  bytes[GZIP_SYSTEM.index] = GZIP_SYSTEM.unknown;
  return bytes;
}

/** Of a ledger's file, unpacked: a page of 20,000 objects and a batch of 100,000 take 140 MB when all keys are of the longest. */
const MAX_UNPACKED_LEDGER = 160 * 1024 * 1024;

/** A page of 20,000 objects and a batch of 100,000, three times over; an object has three values. */
const LEDGER_LIMITS = { values: 1_500_000, containers: 400_000, depth: 8 };

/**
 * The ledger that was read from `uri`.
 * @throws Error when the bytes are not those of one, or unpack to more than any
 */
export function parseLedger(uri: string, bytes: Uint8Array): Ledger {
  try {
    const json = gunzipped(bytes, MAX_UNPACKED_LEDGER).toString("utf8");
    const excess = jsonExcess(json, LEDGER_LIMITS);
    if (excess !== undefined) throw new Error(excess);
    const ledger: unknown = JSON.parse(json);
    // Stops at the first mistake, where parsing would complain of each.
    if (z.validate(ledgerSchema, ledger)) return ledger;
    throw new Error("its entries are not those of a ledger");
  } catch (error) {
    const remedy = "delete it to go on, and late duplicates of its objects are published again";
    throw new Error(`${uri} is not a ledger; ${remedy}`, { cause: error });
  }
}
