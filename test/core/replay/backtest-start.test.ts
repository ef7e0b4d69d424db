import { readFileSync } from "node:fs";
import { join } from "node:path";
import { backtestStart } from "../../../functions/core/replay/backtest-start";
import { matrixOf } from "../../../functions/core/replay/error-matrix";

const { NaN: UNKNOWN, POSITIVE_INFINITY: NEVER } = Number;

interface Golden {
  readonly T0: number;
  readonly T: number;
  readonly L: number;
  readonly E: readonly (readonly number[][])[];
  readonly cases: readonly {
    readonly stream: string;
    readonly alpha: number;
    readonly f0: number;
    readonly v0: number;
    readonly F: number;
  }[];
}

const GOLDEN: Golden = JSON.parse(readFileSync(join(__dirname, "../../fixtures/break-even/vectors.json"), "utf8"));

describe("backtestStart", () => {
  it.each(GOLDEN.cases)("should begin $stream at a price of $alpha as its golden case", ({ F, f0, v0, alpha }) => {
    const { E, T, T0, L } = GOLDEN;

    const start = backtestStart(matrixOf(E[F] ?? [], T), { until: T0, labelDelay: L, price: alpha, first: 10 });

    // The errors of the golden cases are rounded to six digits.
    expect(start).toMatchObject({ attainable: expect.closeTo(f0, 6), variance: expect.closeTo(v0, 7), weight: 10 });
  });

  it("should find the period at which the errors of models of an age cost least", () => {
    // The error grows by 0.02 a step: a period of 9 costs 0.09 a step for trainings and 0.08 for its mean excess.
    const errors = matrixOf(growing(60, 0.02), 60);

    expect(backtestStart(errors, { until: 60, labelDelay: 0, price: 0.81, first: 0 }).periodSteps).toBe(9);
    expect(backtestStart(errors, { until: 60, labelDelay: 0, price: 0.1, first: 0 }).periodSteps).toBe(3);
  });

  it("should know no period where models do not age, or where no training pays", () => {
    expect(backtestStart(matrixOf(growing(60, 0), 60), { until: 60, labelDelay: 2, price: 0.1 }).periodSteps).toBe(NEVER);
    expect(backtestStart(matrixOf(growing(60, 0.0001), 60), { until: 60, labelDelay: 2, price: 5 }).periodSteps).toBe(NEVER);
  });

  it("should not read what comes at `until` or later", () => {
    const known = matrixOf(growing(30, 0.02), 30);
    const seen: number[] = [];
    const watched = {
      steps: 30,
      errorOf: (trainedOn: number, step: number) => {
        seen.push(step);
        return known.errorOf(trainedOn, step);
      },
    };

    backtestStart(watched, { until: 20, labelDelay: 1, price: 0.1 });

    expect(Math.max(...seen)).toBe(19);
  });

  it("should leave out what is not known, and begin cold where nothing is", () => {
    const rows = [
      [UNKNOWN, 0.1, 0.2, 0.3],
      [UNKNOWN, UNKNOWN, 0.3, 0.3],
      [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN],
    ];

    expect(backtestStart(matrixOf(rows, 4), { until: 4, labelDelay: 0, price: 1 })).toEqual({
      attainable: 0.2,
      variance: expect.closeTo(0.02),
      weight: 1,
      periodSteps: NEVER,
    });
    expect(backtestStart(matrixOf([], 4), { until: 4, labelDelay: 0, price: 1 })).toEqual({ periodSteps: NEVER });
  });
});

// Helpers

/** Models whose error grows so much a step. */
function growing(steps: number, by: number): number[][] {
  return Array.from({ length: steps }, (_, trainedOn) =>
    Array.from({ length: steps }, (__, step) => (step > trainedOn ? 0.1 + by * (step - trainedOn - 1) : UNKNOWN)),
  );
}
