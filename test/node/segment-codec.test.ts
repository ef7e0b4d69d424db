import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { byKeyThenVersion, identityOf, type LandedObject } from "../../functions/core/batching/landed-object";
import { decodeSegment, encodeSegment, MAX_SEGMENT_BYTES } from "../../functions/node/batch-codecs";

describe("segment codec", () => {
  it("should give back any objects, sorted", () =>
    fc.assert(
      fc.property(fc.array(objectArbitrary(), { maxLength: 30 }), (objects) => {
        expect(decodeSegment(encodeSegment(objects))).toEqual(objects.toSorted(byKeyThenVersion));
      }),
      { examples: PAIR_EXAMPLES },
    ));

  it("should write equal bytes for equal objects in any order", () =>
    fc.assert(
      fc.property(fc.uniqueArray(objectArbitrary(), { maxLength: 10, selector: identityOf }), (objects) => {
        expect(encodeSegment(objects.toReversed())).toEqual(encodeSegment(objects));
      }),
    ));

  it("should fit into an item of 400 KB even when nothing could be compressed", () => {
    for (const textBytes of [0, 1, 60, 1000]) {
      // Arrange
      const count = Math.floor(MAX_SEGMENT_BYTES / (24 + 2 * textBytes));
      const objects = Array.from({ length: count }, (_, n) => ({ ...textsOf(n, textBytes), bytes: Number.MAX_SAFE_INTEGER - n }));

      // Act
      const uncompressed = inflateRawSync(encodeSegment(objects)).length;

      // Assert
      expect(uncompressed).toBeLessThan(390_000);
    }
  });

  it("should store a thousand arrivals in less than 12 kB", () => {
    const arrivals = Array.from({ length: 1000 }, (_, n) => ({
      key: `incoming/2001/01/03/flights-${String(n).padStart(6, "0")}.parquet`,
      version: `3A5F${String(1000 + n)}${((n * 2_654_435_761) % 2 ** 40).toString(16).padStart(10, "0").toUpperCase()}`,
      bytes: 100_000 + ((n * 7919) % 900_000),
    }));
    expect(encodeSegment(arrivals).length).toBeLessThan(12_000);
  });

  it.each([
    ["not compressed", Buffer.from("hello")],
    ["another JSON", deflateRawSync('{"keys":[]}\n')],
    ["of fewer keys than sizes", columns({ keys: [[], []] }, "v")],
    ["of a text that is cut short", columns({ keys: [[0], [5]] }, "kv")],
    ["of more text than its objects have", columns({}, "kv and more")],
    ["of a key that shares more than there is", columns({ keys: [[1], [1]] }, "kv")],
    ["of an empty key", columns({ keys: [[0], [0]] }, "v")],
    [
      "of a key that grows with each object",
      columns(
        {
          keys: [
            [0, 1000],
            [1000, 1000],
          ],
        },
        "k".repeat(2_001),
      ),
    ],
  ])("should reject bytes that are %s", (_, data) => {
    expect(() => decodeSegment(data)).toThrow("the bytes are not those of a segment");
  });

  it("should read the columns that the others are made of", () => {
    expect(decodeSegment(columns({}, "kv"))).toEqual([{ key: "k", version: "v", bytes: 1 }]);
  });
});

// Helpers

/** Texts that share half of a surrogate pair. */
const PAIR_EXAMPLES: [LandedObject[]][] = [
  [["a😀", "a😁", "a😁b"].map((key) => ({ key, version: "", bytes: 0 }))],
  [["😀", "😁"].map((version) => ({ key: "\n", version, bytes: 0 }))],
];

function objectArbitrary(): fc.Arbitrary<LandedObject> {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("a", "/", "\n", "😀", "😁", "é", "\u0000") }),
  );
  return fc.record({ key: text.filter((key) => key !== ""), version: text, bytes: fc.nat({ max: Number.MAX_SAFE_INTEGER }) });
}

/** A segment of one object, unless its header says otherwise. */
function columns(header: object, text: string): Buffer {
  return deflateRawSync(`${JSON.stringify({ keys: [[0], [1]], versions: [[0], [1]], sizes: [1], ...header })}\n${text}`);
}

function textsOf(n: number, bytes: number): { key: string; version: string } {
  const text = (salt: number) =>
    String((n + 1) * salt)
      .repeat(bytes)
      .slice(0, bytes);
  return { key: text(7919), version: text(104_729) };
}
