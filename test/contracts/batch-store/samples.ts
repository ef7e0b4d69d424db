import { createHash } from "node:crypto";
import type { BatchStore, BatchTerms, SealedBatch, Segment } from "../../../functions/core/batching/batch";
import { byKeyThenVersion, type LandedObject } from "../../../functions/core/batching/landed-object";

export const MODEL = "flights";
export const PUBLISHED = { publishedBy: "deployment00" } as const;
export const TERMS: BatchTerms = { batchSize: 1_000_000, dedupeHorizonMs: 5_000, retentionMs: 100_000 };

/** Two writers on one state, which is empty before each test: two instances of a function, or the same one twice. */
export interface Writers {
  readonly store: BatchStore;
  readonly other: BatchStore;
}

/** Registers a test under the name `should <behaviour>`, unless the adapter skips it. */
export type Should = (behaviour: string, body: (writers: Writers) => Promise<void>) => void;

export const ODD_TEXTS = [
  "plain/2001/01/03/flights.parquet",
  "ünïcode/日本語/😀a.csv",
  "ünïcode/日本語/😁b.csv",
  "quo\"te's",
  "new\nline",
  "tab\tand\\slash",
  "nul\u0000",
  "__proto__",
  "constructor",
  " ",
  "segment#0000000001#x",
  "k".repeat(1024),
];
export const ODD_VERSIONS = ["", "0", "\n", "__proto__", "😀", "v".repeat(1024)];

export function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

export function segmentOf(id: string, size: number): Segment {
  return { id, objects: range(size).map((n) => ({ key: `incoming/${id}-${n}`, version: `v${n}`, bytes: n })) };
}

/** Of texts that do not compress, so that 12 of them exceed the megabyte of a page. */
export function largeSegment(id: string, maxBytes: number): Segment {
  const objects = range(Math.floor(maxBytes / 150)).map((n) => {
    const key = createHash("sha512").update(`${id}/${n}`).digest("base64url");
    return { key, version: key.slice(0, 36), bytes: n };
  });
  return { id, objects };
}

/** Generation 1 with `count` objects of one segment, opened at 1,000 and sealed at 2,000. */
export async function sealedBatch(store: BatchStore, count: number): Promise<SealedBatch> {
  await store.append(MODEL, 1, segmentOf("sealed-1", count), TERMS, 1_000);
  await store.seal(MODEL, 1, "size", TERMS, 2_000);
  return firstOf((await store.readHead(MODEL)).pending);
}

export function firstOf(pending: readonly SealedBatch[]): SealedBatch {
  const [first] = pending;
  if (first === undefined) throw new Error("no batch is pending");
  return first;
}

/** Appends to whatever generation is open; resolves to whether that sealed it. */
export async function appendAnyhow(store: BatchStore, segment: Segment, terms: BatchTerms, at: number): Promise<boolean> {
  let generation = 1;
  for (;;) {
    const result = await store.append(MODEL, generation, segment, terms, at);
    if (result.outcome === "duplicate") throw new Error(`the segment ${segment.id} was there before`);
    if (result.outcome === "appended") return result.isSealed;
    generation = result.generation;
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export async function objectsOf(store: BatchStore, generations: readonly number[], model = MODEL): Promise<LandedObject[]> {
  return objectsIn(await collect(store.readSegments(model, generations)));
}

export function objectsIn(segments: readonly Segment[]): LandedObject[] {
  return segments.flatMap(({ objects }) => [...objects]).toSorted(byKeyThenVersion);
}
