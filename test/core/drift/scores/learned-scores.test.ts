import fc from "fast-check";
import {
  calmLevel,
  FEWEST_LEARNED,
  type FeatureLesson,
  LEARNED_WINDOWS,
  type LearnedScore,
  learnedKey,
  learnedScoreSchema,
  MAX_LEARNED,
  withLessons,
} from "../../../../functions/core/drift/scores/learned-scores";
import { vectors } from "../vectors";

const RUNS = { numRuns: 200, seed: jest.getSeed() };

describe("calmLevel", () => {
  it.each(vectors("score"))("should be as simulated: $name", ({ input, expected }) => {
    const [learned] = taught(input.history);
    const { mean, deviation, floor } = calmLevel(learned ?? none()) ?? { mean: 0, deviation: 0, floor: 0 };

    expect(mean / expected.mean).toBeCloseTo(1, 9);
    expect(deviation / expected.sd).toBeCloseTo(1, 9);
    expect(floor / expected.floor).toBeCloseTo(1, 9);
  });

  it("should be unknown before six windows", () => {
    const levels = Array.from({ length: 8 }, (_, count) => calmLevel({ ...none(), count, mean: 0.1 }) !== undefined);

    expect(levels).toEqual([false, false, false, false, false, false, true, true]);
  });

  it("should be narrower the more windows there are, and never as narrow as their mean", () => {
    const floors = Array.from({ length: LEARNED_WINDOWS - FEWEST_LEARNED + 1 }, (_, more) => {
      const count = FEWEST_LEARNED + more;
      return calmLevel({ count, mean: 1, m2: 0.04 * (count - 1) })?.floor ?? 0;
    });

    expect(floors.toSorted((a, b) => b - a)).toEqual(floors);
    expect(calmLevel({ count: 12, mean: 1, m2: 0 })?.deviation).toBe(0.05);
    expect(calmLevel({ count: 12, mean: -1, m2: 0 })?.floor).toBeGreaterThan(-1);
    expect(calmLevel({ count: 12, mean: 0, m2: 0 })).toEqual({ mean: 0, deviation: 0, floor: 0 });
  });
});

describe("withLessons", () => {
  it("should learn mean and variance of the first twelve windows, and nothing of later ones", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 2, maxLength: 30 }), (scores) => {
        const [one] = taught(scores);

        const first = scores.slice(0, LEARNED_WINDOWS);
        const mean = first.reduce((sum, score) => sum + score, 0) / first.length;
        expect(one?.count).toBe(first.length);
        expect(one?.mean).toBeCloseTo(mean, 9);
        expect(one?.m2).toBeCloseTo(
          first.reduce((sum, score) => sum + (score - mean) ** 2, 0),
          9,
        );
        expect(one?.end).toBe(scores.length);
      }),
      RUNS,
    );
  });

  it("should learn a window once: of two reports the first, of equal measurements in one the worst", () => {
    const first = withLessons([], [lesson(0.1), lesson(0.3), lesson(0.2)], at(5));
    const again = withLessons(first, [lesson(0.9)], at(5));
    const late = withLessons(again, [lesson(0.9)], at(4));

    expect(first).toMatchObject([{ count: 1, mean: 0.3, end: 5 }]);
    expect([again, late]).toEqual([first, first]);
  });

  it("should count the alarms of a p-value, of equal measurements the smaller", () => {
    const of = (score: number) => ({ ...lesson(score), metric: "p-value", isAlarm: score < 0.001 });

    const once = withLessons([], [of(0.5), of(1e-4)], at(1));
    const twice = withLessons(once, [of(0.5)], at(2));

    expect(twice).toMatchObject([{ metric: "p-value", count: 2, alarms: 1 }]);
  });

  it("should keep apart features, kinds and metrics, whatever they are called", () => {
    const lessons = [
      lesson(1, { name: "a/b", metric: "c" }),
      lesson(2, { name: "a", metric: "b/c" }),
      lesson(3, { name: "a", metric: "c", kind: "label" }),
      lesson(4, { name: '"],["', metric: "__proto__" }),
    ];

    expect(
      withLessons([], lessons, at(1))
        .map(({ mean }) => mean)
        .sort((a, b) => a - b),
    ).toEqual([1, 2, 3, 4]);
  });

  it("should forget what was not measured since the horizon", () => {
    const both = withLessons([], [lesson(1), lesson(2, { name: "b" })], at(10));
    const later = withLessons(both, [lesson(1)], { end: 20, horizon: 10 });

    expect(later.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(withLessons(later, [lesson(1)], { end: 30, horizon: 11 }).map(({ name }) => name)).toEqual(["a"]);
  });

  it("should keep as many as a report has features: what was measured last, then what knows most", () => {
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => lesson(1, { name: `f${String(from + index).padStart(5, "0")}` }));
    const known = withLessons(withLessons([], many(1_000, MAX_LEARNED), at(1)), many(1_000, MAX_LEARNED), at(2));

    const next = withLessons(known, many(0, 1_000 + MAX_LEARNED), at(3));

    expect(next).toHaveLength(MAX_LEARNED);
    expect(next.every(({ count }) => count === 3)).toBe(true);
    expect(withLessons(known, many(0, 500), at(3)).filter(({ end }) => end === 3)).toHaveLength(500);
  });

  it("should learn numbers that the store can hold, whatever a monitor says", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 14 }), (scores) => {
        const learned = taught(scores);

        for (const one of learned) expect(learnedScoreSchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
        expect(Number.isNaN(calmLevel(learned[0] ?? none())?.floor)).toBe(false);
      }),
      { ...RUNS, examples: [[[1.7e308, -1.7e308, 1.7e308, 1.7e308, -1.7e308, 0, 1]]] },
    );
  });
});

describe("learnedKey", () => {
  it("should be equal for equal features and metrics alone", () => {
    expect(learnedKey(lesson(1))).toBe(learnedKey(lesson(2, { isAlarm: true })));
  });
});

// Helpers

function none(): LearnedScore {
  return { kind: "data", name: "a", metric: "psi", count: 1, mean: 0, m2: 0, end: 0 };
}

function lesson(score: number, values: Partial<FeatureLesson> = {}): FeatureLesson {
  return { kind: "data", name: "a", metric: "jensen-shannon-distance", score, ...values };
}

function at(end: number): { readonly end: number; readonly horizon: number } {
  return { end, horizon: 0 };
}

/** What is learned of one score in window after window. */
function taught(scores: readonly number[]): LearnedScore[] {
  return scores.reduce<LearnedScore[]>((learned, score, index) => withLessons(learned, [lesson(score)], at(index + 1)), []);
}
