import fc from "fast-check";
import { announcedPrefixes } from "../../../../modules/gcp/triggers/watched-bucket";

describe("announcedPrefixes", () => {
  it("should leave out what lies within another, and name the rest in one order", () => {
    expect(announcedPrefixes(["orders/", "in/x/", "in/", "in/"])).toEqual(["in/", "orders/"]);
  });

  it("should announce the whole bucket when all of it is watched", () => {
    expect(announcedPrefixes(["in/", ""])).toEqual([""]);
  });

  it("should announce what many prefixes have in common, as a bucket has few notifications", () => {
    const many = Array.from({ length: 9 }, (_, index) => `data/day-${index}/`);

    expect(announcedPrefixes(many)).toEqual(["data/day-"]);
  });

  it("should announce every watched object, and none twice", () => {
    const prefix = fc.string({ unit: fc.constantFrom("a", "b", "/", "é", "😀"), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(prefix, { minLength: 1, maxLength: 12 }), fc.string(), (watched, rest) => {
        const announced = announcedPrefixes(watched);

        expect(announced.length).toBeLessThanOrEqual(5);
        for (const start of watched) {
          expect(announced.filter((prefix) => `${start}${rest}`.startsWith(prefix))).toHaveLength(1);
        }
      }),
    );
  });
});
