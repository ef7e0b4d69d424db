import fc from "fast-check";
import type { CountedWindow } from "../../../../../functions/core/promotion/rollout/evidence/counted-window";
import { estimateRollout } from "../../../../../functions/core/promotion/rollout/evidence/estimate-rollout";
import { EVIDENCE_POLICY } from "../../../../../functions/core/promotion/rollout/evidence/evidence-policy";
import { judgeWindows } from "../../../../../functions/core/promotion/rollout/evidence/judge-windows";
import { evidenceOfFewErrors, isRare } from "../../../../../functions/core/promotion/rollout/evidence/rare-errors";

const NEVER = { rate: 0, high: 0, noise: [], requests: 2000 };

describe("a champion that never fails", () => {
  it("should let an equal candidate go forward after some 1,000 of its requests, as the estimate says", () => {
    const windows = windowsOf(40, 0);

    const first = windows.findIndex((_, index) => decisionOf(windows.slice(0, index + 1)) === "advance");

    expect(first * 100).toBeGreaterThan(782);
    expect(first * 100).toBeLessThan(1300);
    expect(estimateRollout(EVIDENCE_POLICY, NEVER, [5]).stages).toEqual([expect.objectContaining({ percent: 5, windows: 12 })]);
  });

  it("should never let one go forward that fails as often as is to be ruled out", () => {
    const windows = Array.from({ length: 200 }, (_, index) => windowOf(index, index % 2));

    expect(windows.map((_, index) => decisionOf(windows.slice(0, index + 1)))).not.toContain("advance");
  });

  it("should put itself back where the candidate fails in windows after windows", () => {
    const windows = windowsOf(12, 2);

    expect(windows.map((_, index) => decisionOf(windows.slice(0, index + 1)))).toContain("rollback");
  });
});

describe(evidenceOfFewErrors, () => {
  it("should let at most 2 % go forward that fail as often as is to be ruled out, at whatever look", () => {
    const seed = 20_261_201;
    const random = randomOf(seed);
    let passed = 0;

    for (let trial = 0; trial < 1000; trial++) {
      const windows: CountedWindow[] = [];
      for (let index = 0; index < 60; index++) {
        const errors = Array.from({ length: 100 }, random).filter((draw) => draw < 0.005).length;
        windows.push(windowOf(index, errors));
        if (evidenceOfFewErrors(EVIDENCE_POLICY, 0, windows) >= Math.log(50)) {
          passed++;
          break;
        }
      }
    }

    expect(passed).toBeLessThanOrEqual(20);
  });

  it("should grow with requests, and fall with errors", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 20 }), (count, errors) => {
        const of = (some: number, each: number) => evidenceOfFewErrors(EVIDENCE_POLICY, 0, windowsOf(some, each));
        expect(of(count, errors + 1)).toBeLessThan(of(count, errors));
        expect(of(count + 1, 0)).toBeGreaterThan(of(count, 0));
      }),
    );
  });

  it("should be asked for only where errors are too rare for their ratio", () => {
    expect([0, 0.0005, 0.001, 0.05].map((rate) => isRare(EVIDENCE_POLICY, rate))).toEqual([true, true, false, false]);
  });
});

function decisionOf(windows: readonly CountedWindow[]): string {
  const stage = { kind: "compare", isLast: false, history: NEVER, high: 0, earlier: [], verifies: 0 } as const;
  return judgeWindows(EVIDENCE_POLICY, { ...stage, windows, total: windows.length }).decision;
}

function windowsOf(count: number, errors: number): CountedWindow[] {
  return Array.from({ length: count }, (_, index) => windowOf(index, errors));
}

function windowOf(index: number, errors: number): CountedWindow {
  return { at: index * 300_000, nA: 1900, nB: 100, xA: 0, xB: errors };
}

/** Numbers from 0 to 1. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
