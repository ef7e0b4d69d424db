import fc from "fast-check";
import { binDecisions, binOf, calendarBins, evenBins } from "../../../cli/report/bin-decisions";
import { OUTCOMES } from "../../../functions/core/replay/simulation-result";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("binDecisions", () => {
  it("should count every decision once, by its outcome, wherever the bins are", () => {
    const decisions = fc.array(fc.tuple(fc.integer({ min: 0, max: 1e13 }), fc.nat({ max: OUTCOMES.length - 1 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(decisions, fc.nat(1e12), fc.nat(1e12), fc.integer({ min: 1, max: 400 }), (made, from, length, count) => {
        const counts = binDecisions(columnsOf(made), evenBins(from, from + length, count));

        const totals = OUTCOMES.map((_, outcome) =>
          counts.filter((_, place) => place % OUTCOMES.length === outcome).reduce((sum, one) => sum + one, 0),
        );
        expect(totals).toEqual(OUTCOMES.map((_, outcome) => made.filter(([, own]) => own === outcome).length));
      }),
      { endOnFailure: true },
    );
  });

  it("should count a decision in the bin that begins with it", () => {
    const counts = binDecisions(
      columnsOf([
        [2 * HOUR_MS, 1],
        [2 * HOUR_MS - 1, 0],
      ]),
      { from: 0, stepMs: HOUR_MS, count: 4 },
    );

    expect(
      [...counts].flatMap((count, place) =>
        count > 0 ? [[Math.floor(place / OUTCOMES.length), OUTCOMES[place % OUTCOMES.length]]] : [],
      ),
    ).toEqual([
      [1, "start"],
      [2, "defer"],
    ]);
  });
});

describe("calendarBins", () => {
  it("should begin at whole hours or days, hold the whole time, and be as many as asked for or fewer", () => {
    fc.assert(
      fc.property(fc.nat(1e12), fc.nat(1e12), fc.integer({ min: 2, max: 60 }), (from, length, most) => {
        const bins = calendarBins(from, from + length, most);

        expect(bins.count).toBeLessThanOrEqual(most);
        expect(bins.from).toBeLessThanOrEqual(from);
        expect(bins.from + bins.count * bins.stepMs).toBeGreaterThanOrEqual(from + length - 1);
      }),
      { endOnFailure: true },
    );
    expect(calendarBins(DAY_MS + 5, 15 * DAY_MS, 14)).toEqual({ from: DAY_MS, stepMs: DAY_MS, count: 14 });
  });

  it("should be one bin of a time without length", () => {
    expect(calendarBins(DAY_MS, DAY_MS, 10)).toEqual({ from: DAY_MS, stepMs: HOUR_MS, count: 1 });
    expect(binOf(DAY_MS, evenBins(DAY_MS, DAY_MS, 5))).toBe(0);
  });
});

// Helpers

function columnsOf(made: readonly (readonly [number, number])[]) {
  const sorted = made.toSorted(([one], [other]) => one - other);
  return {
    at: Float64Array.from(sorted, ([at]) => at),
    outcome: Uint8Array.from(sorted, ([, outcome]) => outcome),
    refusedBy: new Uint8Array(sorted.length).fill(255),
  };
}
