import fc from "fast-check";
import { type ErrorMatrix, matrixOf } from "../../../functions/core/replay/error-matrix";
import { bestPeriod, oracleTrainings, periodic, type ScheduleOptions, scheduleCost } from "../../../functions/core/replay/oracle";

const { NaN: UNKNOWN, POSITIVE_INFINITY: NEVER } = Number;

describe("oracleTrainings", () => {
  it("should train where the error that it saves is worth the price", () => {
    expect(oracleTrainings(ABRUPT, options({ price: 1 }))).toEqual({ trainings: [5], cost: expect.closeTo(0.1 * 8 + 0.9 * 2 + 1) });
  });

  it("should not train at a price that no model earns", () => {
    expect(oracleTrainings(ABRUPT, options({ price: 4 }))).toEqual({ trainings: [], cost: expect.closeTo(0.1 * 4 + 0.9 * 6) });
  });

  it("should be the cheapest of all schedules, tried one by one, with and without a limit", () => {
    fc.assert(
      fc.property(smallMatrix(), smallOptions(), fc.option(fc.nat({ max: 4 }), { nil: NEVER }), (errors, given, most) => {
        const every = subsets(decisionsOf(errors, given)).filter((trainings) => trainings.length <= most);
        const costs = every.map((trainings) => scheduleCost(errors, trainings, given)).filter((cost) => !Number.isNaN(cost));

        const { trainings, cost } = oracleTrainings(errors, { ...given, most });

        if (costs.length === 0) return expect({ trainings, cost }).toEqual({ trainings: [], cost: UNKNOWN });
        expect(cost).toBeCloseTo(Math.min(...costs), 9);
        expect(scheduleCost(errors, trainings, given)).toBeCloseTo(cost, 9);
        expect(trainings.length).toBeLessThanOrEqual(most);
      }),
    );
  });

  it("should never be beaten by a schedule", () => {
    fc.assert(
      fc.property(
        matrix(30, fc.double({ min: 0, max: 1, noNaN: true })),
        fc.subarray(range(5, 29)),
        price(),
        (errors, trainings, price) => {
          const given = { price, from: 5, first: 2, labelDelay: 2 };

          expect(oracleTrainings(errors, given).cost).toBeLessThanOrEqual(scheduleCost(errors, trainings, given) + 1e-9);
        },
      ),
    );
  });

  it("should go round models that are not known", () => {
    const rows = [
      [0.5, 0.5, UNKNOWN, UNKNOWN],
      [UNKNOWN, UNKNOWN, 0.4, 0.4],
    ];

    const found = oracleTrainings(matrixOf(rows, 4), { price: 1, from: 0, first: 0, labelDelay: 0 });

    expect(found).toEqual({ trainings: [1], cost: expect.closeTo(2.8) });
  });

  it("should have no cost where no schedule is known to its end", () => {
    const errors = matrixOf([[0.5, UNKNOWN]], 2);

    expect(oracleTrainings(errors, { price: 1, from: 0, first: 0, labelDelay: 0 })).toEqual({ trainings: [], cost: UNKNOWN });
  });

  it("should not train for nothing", () => {
    expect(oracleTrainings(EQUAL, options({ price: 0 })).trainings).toEqual([]);
  });
});

describe("scheduleCost", () => {
  it("should sum what served, a step late and on labels that were late", () => {
    // Decided at the end of 4 on the labels up to 3, so the change at 4 is not in it; decided at 6, it is.
    expect(scheduleCost(ABRUPT, [4], options({ price: 1 }))).toBeCloseTo(0.1 * 4 + 0.9 * 6 + 1);
    expect(scheduleCost(ABRUPT, [6], options({ price: 1 }))).toBeCloseTo(0.1 * 4 + 0.9 * 3 + 0.1 * 3 + 1);
  });

  it("should not know the cost of a model that is not known", () => {
    expect(scheduleCost(matrixOf([[0.1]], 2), [], { price: 1, from: 0, first: 0, labelDelay: 0 })).toBeNaN();
  });
});

describe("bestPeriod", () => {
  it("should be the cheapest of all periods, never among them", () => {
    fc.assert(
      fc.property(smallMatrix(), smallOptions(), (errors, given) => {
        const costs = [NEVER, ...range(1, 9)].map((period) => periodic(errors, given, period).cost);
        const known = costs.filter((cost) => !Number.isNaN(cost));

        const { cost } = bestPeriod(errors, given);

        expect(cost).toEqual(known.length === 0 ? UNKNOWN : Math.min(...known));
      }),
    );
  });

  it("should be never where models are equal", () => {
    expect(bestPeriod(EQUAL, options({ price: 0 }))).toEqual({ period: NEVER, trainings: [], cost: expect.closeTo(4) });
  });
});

describe("periodic", () => {
  it("should train when a model has served its period, but not at the last step", () => {
    expect(periodic(EQUAL, options({ price: 1 }), 3)).toEqual({ period: 3, trainings: [2, 5, 8], cost: expect.closeTo(7) });
    expect(periodic(EQUAL, options({ price: 1 }), 5).trainings).toEqual([4]);
  });
});

// Helpers

/** Ten steps; at the fourth the concept changes, and a model trained on a label of then has the low error again. */
const ABRUPT = matrixOf(
  range(0, 10).map((trainedOn) => range(0, 10).map((step) => (trainedOn >= 4 === step >= 4 ? 0.1 : 0.9))),
  10,
);
const EQUAL = matrixOf(
  range(0, 10).map(() => range(0, 10).map(() => 0.4)),
  10,
);

function options({ price }: { readonly price: number }): ScheduleOptions {
  return { price, from: 0, first: 0, labelDelay: 1 };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function price() {
  return fc.double({ min: 0, max: 3, noNaN: true });
}

function matrix(steps: number, error: fc.Arbitrary<number>): fc.Arbitrary<ErrorMatrix> {
  const row = fc.array(error, { minLength: steps, maxLength: steps });
  return fc.array(row, { minLength: steps, maxLength: steps }).map((rows) => matrixOf(rows, steps));
}

/** Eight steps, some cells unknown. */
function smallMatrix(): fc.Arbitrary<ErrorMatrix> {
  return matrix(8, fc.oneof({ weight: 9, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }, fc.constant(UNKNOWN)));
}

function smallOptions(): fc.Arbitrary<ScheduleOptions> {
  return fc.record({ price: price(), from: fc.nat({ max: 2 }), first: fc.nat({ max: 1 }), labelDelay: fc.nat({ max: 3 }) });
}

function decisionsOf(errors: ErrorMatrix, { from }: ScheduleOptions): number[] {
  return range(from, errors.steps - 1);
}

function subsets(steps: readonly number[]): number[][] {
  const found: number[][] = [[]];
  for (const step of steps) found.push(...found.map((subset) => [...subset, step]));
  return found;
}
