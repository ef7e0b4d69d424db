import fc from "fast-check";
import { nextAbove, nextBelow, rankEdges } from "../../../../functions/core/capture/baseline/rank-edges";
import { createNumberCounter } from "../../../../functions/core/capture/counters";
import { psi } from "../../../../functions/core/drift/measures/divergences";
import { xorshift } from "../../drift/streams";
import { vectors } from "../../drift/vectors";

const RUNS = { seed: jest.getSeed(), numRuns: 300 };
const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e149, max: 1e149 });

describe("rankEdges", () => {
  it.each(vectors("bins"))("should cut $name", ({ input, expected }) => {
    const edges = rankEdges(input.reference, input.bins);
    const [reference, current] = [countsOver(edges, input.reference), countsOver(edges, input.current)];

    expect(edges).toEqual(expected.edges);
    expect(reference).toEqual(expected.referenceCounts);
    expect(current).toEqual(expected.currentCounts);
    expect(psiOf(reference, current) / expected.psi).toBeCloseTo(1, 9);
  });

  it("should give edges that rise, and hold every number of the sample between them", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (sample, bins) => {
        const edges = rankEdges(sample, bins);

        expect(edges.every((edge, at) => at === 0 || edge > (edges[at - 1] ?? edge))).toBe(true);
        const counts = countsOver(edges, sample);
        expect(counts.at(0)).toBe(0);
        expect(counts.at(-1)).toBe(0);
        expect(counts.length - 2).toBeLessThanOrEqual(2 * bins);
      }),
      RUNS,
    );
  });

  it.each([0, 1, -1e3, 1e6, -1e9, 1e12])("should see the same shift at an offset of %d, whatever the scale", (offset) => {
    for (const scale of [1e-9, 1e-3, 1, 1e3, 1e9]) {
      const draw = normalOf(7);
      const numbers = (count: number, mean: number) => Array.from({ length: count }, () => offset + scale * (draw() + mean));
      const reference = numbers(4_000, 0);
      if (new Set(reference).size < 20) continue;
      const edges = rankEdges(reference);
      const score = psiOf(countsOver(edges, reference), countsOver(edges, numbers(1_000, 0.447)));

      expect({ scale, isFound: score > 0.15 && score < 0.3 }).toEqual({ scale, isFound: true });
    }
  });
});

describe("nextBelow and nextAbove", () => {
  it("should be the neighbours of a double", () => {
    fc.assert(
      fc.property(finite, (value) => {
        const [below, above] = [nextBelow(value), nextAbove(value)];
        expect(below < value && value < above).toBe(true);
        expect(nextAbove(below)).toBeCloseTo(value, 300);
        const middle = below / 2 + value / 2;
        expect(middle === below || middle === value).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("createNumberCounter", () => {
  it("should count as a search for each number does", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(finite, { minLength: 1, maxLength: 70 }),
        fc.array(finite, { maxLength: 100 }),
        (unsorted, numbers) => {
          const edges = unsorted.toSorted((a, b) => a - b).filter((edge, at, all) => at === 0 || edge > (all[at - 1] ?? edge));
          const expected = new Array<number>(edges.length + 1).fill(0);
          const all = [...numbers, ...edges];
          for (const value of all) {
            const bin = edges.filter((edge) => edge < value).length;
            expected[bin] = (expected[bin] ?? 0) + 1;
          }

          expect(countsOver(edges, all)).toEqual(expected);
        },
      ),
      RUNS,
    );
  });
});

// Helpers

function countsOver(edges: readonly number[], numbers: readonly number[]): readonly number[] {
  const counter = createNumberCounter(edges);
  for (const number of numbers) counter.add(number);
  return counter.counts;
}

function psiOf(reference: readonly number[], current: readonly number[]): number {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const [n, m] = [sum(reference), sum(current)];
  const shares = (counts: readonly number[], total: number) => counts.map((count) => count / total);
  return psi({ reference: shares(reference, n), current: shares(current, m), referenceSize: n, currentSize: m });
}

/** Standard normal numbers, by the method of Box and Muller. */
function normalOf(seed: number): () => number {
  const random = xorshift(seed);
  const uniform = () => (random() + 0.5) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
