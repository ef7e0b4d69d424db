import fc from "fast-check";
import { alignDistributions } from "../../../../functions/core/drift/distributions/aligned-pair";
import { chanceFloor } from "../../../../functions/core/drift/distributions/calm-floor";
import { categoryBins } from "../../../../functions/core/drift/distributions/category-bins";
import { psi } from "../../../../functions/core/drift/measures/divergences";
import { vectors } from "../vectors";

type Counts = Readonly<Record<string, number>>;

function binsOf(reference: Counts, current: Counts, designEffect = 1) {
  return categoryBins(
    alignDistributions({ type: "categories", counts: reference }, { type: "categories", counts: current }),
    designEffect,
  );
}

const names = (prefix: string, many: number, count: number): Counts =>
  Object.fromEntries(Array.from({ length: many }, (_, index) => [`${prefix}${index}`, count]));

describe("categoryBins", () => {
  it.each(vectors("categories"))("should bin $name", ({ input, expected }) => {
    const pair = binsOf(input.reference, input.current, input.designEffect);
    if (pair === undefined) throw new Error("expected bins");
    const sizes = { bins: pair.reference.length, referenceSize: pair.referenceSize, currentSize: pair.currentSize };
    const rates = { current: input.alpha, reference: input.alpha };

    expect(pair.names).toEqual(expected.bins);
    expect(pair.reference.map((share) => Math.round(share * pair.referenceSize))).toEqual(expected.reference);
    expect(pair.current.map((share) => Math.round(share * pair.currentSize))).toEqual(expected.current);
    expect(psi(pair) / expected.psi).toBeCloseTo(1, 9);
    expect(chanceFloor(sizes, input.designEffect, rates) / expected.noise).toBeCloseTo(1, 9);
  });

  it("should tell nothing where every name is rare and none is new", () => {
    expect(binsOf(names("a", 500, 2), names("a", 500, 2))).toBeUndefined();
  });

  it("should be calm where one name has all values but a few on both sides", () => {
    const pair = binsOf({ us: 9_990, de: 6, fr: 4 }, { us: 998, de: 1, it: 1 });

    expect(pair?.reference).toEqual([1]);
    expect(pair?.current).toEqual([1]);
  });

  it("should never be calm when all names are replaced", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        (many, then, now) => {
          const pair = binsOf(names("old", many, then), names("new", many, now));
          return pair === undefined || psi(pair) > 0.1;
        },
      ),
      { seed: 14 },
    );
  });

  it("should not depend on the order of names, nor on what they are called", () => {
    const countsArbitrary = fc.array(fc.tuple(fc.nat(300), fc.nat(300)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(countsArbitrary, fc.integer(), (counts, turn) => {
        fc.pre(counts.some(([then]) => then > 0) && counts.some(([, now]) => now > 0));
        const sides = (label: (index: number) => string) =>
          ([0, 1] as const).map((side) =>
            Object.fromEntries(counts.map((pair, index) => [label(index), pair[side]] as const).filter(([, count]) => count > 0)),
          ) as [Counts, Counts];
        const scoreOf = (pair: ReturnType<typeof binsOf>) => (pair === undefined ? -1 : psi(pair));
        const shifted = (index: number) => `n${String((((index * 7 + turn) % 997) + 997) % 997).padStart(3, "0")} ${index}`;
        return Math.abs(scoreOf(binsOf(...sides((index) => `a${index}`))) - scoreOf(binsOf(...sides(shifted)))) < 1e-9;
      }),
      { seed: 14 },
    );
  });
});
