import fc from "fast-check";
import { type Gate, tautString } from "../../../../functions/core/drift/distributions/aligned-pair";

const RUNS = { numRuns: 1_000, seed: jest.getSeed() };

describe("tautString", () => {
  it("should be straight where every gate lets it be", () => {
    expect(tautString([gate(1, 0, 2), gate(3, 1, 5), gate(4, 4, 4)])).toEqual([1, 3, 4]);
  });

  it("should bend at the limits that are in its way, and nowhere else", () => {
    expect(tautString([gate(1, 3, 3), gate(2, 0, 9), gate(3, 4, 4)])).toEqual([3, 3.5, 4]);
    expect(tautString([gate(1, 0, 0.5), gate(2, 1.8, 3), gate(3, 3, 3)])).toEqual([0.5, 1.8, 3]);
  });

  it("should pass every gate, never fall where limits do not, and end where the last gate is", () => {
    fc.assert(
      fc.property(gatesWithPaths(), ({ gates }) => {
        const heights = tautString(gates);

        expect(heights).toHaveLength(gates.length);
        gates.forEach(({ least, most }, index) => {
          expect(heights[index]).toBeGreaterThanOrEqual(least - 1e-9);
          expect(heights[index]).toBeLessThanOrEqual(most + 1e-9);
          expect((heights[index] ?? 0) - (heights[index - 1] ?? 0)).toBeGreaterThanOrEqual(-1e-9);
        });
      }),
      RUNS,
    );
  });

  it("should cost no more than any other path, by whatever convex function", () => {
    fc.assert(
      fc.property(gatesWithPaths(), fc.constantFrom(...CONVEX), ({ gates, path }, convex) => {
        expect(costOf(gates, tautString(gates), convex)).toBeLessThanOrEqual(costOf(gates, path, convex) * (1 + 1e-9) + 1e-9);
      }),
      RUNS,
    );
  });
});

// Helpers

const CONVEX = [(x: number) => (x - 1) ** 2, (x: number) => Math.abs(x - 1), (x: number) => (x > 0 ? x * Math.log(x) - x + 1 : 1)];

function gate(at: number, least: number, most: number): Gate {
  return { at, least, most };
}

/** Gates, with a path through them that rises from 0. */
function gatesWithPaths(): fc.Arbitrary<{ gates: Gate[]; path: number[] }> {
  const share = fc.double({ min: 0.001, max: 1, noNaN: true });
  const slack = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 2, noNaN: true }));
  return fc
    .array(fc.record({ width: share, height: fc.oneof(fc.constant(0), share), below: slack, above: slack }), {
      minLength: 1,
      maxLength: 40,
    })
    .map((steps) => {
      const path = cumulated(steps.map(({ height }) => height));
      const at = cumulated(steps.map(({ width }) => width));
      const leasts = steps.map(({ below }, index) => Math.max(0, (path[index] ?? 0) - below));
      const mosts = steps.map(({ above }, index) => (path[index] ?? 0) + above);
      const end = path.at(-1) ?? 0;
      const gates = at.map((x, index) => {
        const least = Math.max(...leasts.slice(0, index + 1));
        const most = Math.min(end, ...mosts.slice(index));
        return index === at.length - 1 ? gate(x, end, end) : gate(x, least, most);
      });
      return { gates, path };
    });
}

function cumulated(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}

function costOf(gates: readonly Gate[], heights: readonly number[], convex: (x: number) => number): number {
  return gates.reduce((sum, { at }, index) => {
    const width = at - (gates[index - 1]?.at ?? 0);
    return sum + width * convex(Math.max(0, (heights[index] ?? 0) - (heights[index - 1] ?? 0)) / width);
  }, 0);
}
