import fc from "fast-check";
import { metricSlots, percentileOf, SLOT_MS } from "../../../local/dashboard/metric-slots";
import { shownPeriods } from "../../../local/dashboard/panel";

const DAY_MS = 86_400_000;

describe("metricSlots", () => {
  it("should give every value to one period, whatever the periods are", () => {
    fc.assert(
      fc.property(
        samples(),
        fc.constantFrom(300, 900, 3_600, 86_400),
        fc.integer({ min: 1, max: 60 }),
        (values, periodSec, days) => {
          const slots = metricSlots(false);
          for (const { at, value } of values) slots.add(at, value);
          const time = { from: 0, until: days * DAY_MS };

          const totals = shownPeriods(periodSec, time).periods.map(({ from, until }) => slots.total(from, until));

          const shown = values.filter(({ at }) => at < time.until);
          const known = totals.filter((total) => total !== undefined);
          expect(known.reduce((sum, total) => sum + total.sum, 0)).toBe(shown.reduce((sum, { value }) => sum + value, 0));
          expect(known.reduce((count, total) => count + total.count, 0)).toBe(shown.length);
          expect(known.map(({ minimum }) => minimum).sort(byNumber)[0]).toBe(shown.map(({ value }) => value).sort(byNumber)[0]);
          expect(
            known
              .map(({ maximum }) => maximum)
              .sort(byNumber)
              .at(-1),
          ).toBe(
            shown
              .map(({ value }) => value)
              .sort(byNumber)
              .at(-1),
          );
        },
      ),
    );
  });

  it("should find a percentile to 1 %", () => {
    fc.assert(
      fc.property(fc.array(numbers(), { minLength: 1 }), fc.integer({ min: 0, max: 100 }), (values, percent) => {
        const slots = metricSlots(true);
        for (const value of values) slots.add(0, value);

        const found = totalOf(slots, percent);

        const exact = values.sort(byNumber)[Math.max(1, Math.ceil((percent / 100) * values.length)) - 1] ?? 0;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.0101);
      }),
    );
  });

  it("should know nothing of a span without values", () => {
    const slots = metricSlots(false);
    slots.add(SLOT_MS, 1);

    expect(slots.total(0, SLOT_MS)).toBeUndefined();
    expect(slots.total(SLOT_MS, 2 * SLOT_MS)).toMatchObject({ count: 1, sum: 1 });
    expect(slots.total(2 * SLOT_MS, DAY_MS)).toBeUndefined();
  });
});

describe("shownPeriods", () => {
  it("should cover the time without gaps, in multiples of the asked period, and not in too many points", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(300, 600, 900, 3_600, 7_200, 86_400),
        fc.nat(DAY_MS),
        fc.integer({ min: 1, max: 181 * DAY_MS }),
        (periodSec, from, length) => {
          const time = { from, until: from + length };

          const { periodMs, periods } = shownPeriods(periodSec, time);

          expect(periodMs % (periodSec * 1000)).toBe(0);
          expect(periods.length).toBeLessThanOrEqual(262);
          expect(periods[0]?.from).toBeLessThanOrEqual(from);
          expect(periods.at(-1)?.until).toBeGreaterThanOrEqual(time.until);
          expect(periods.slice(1).every((period, index) => period.from === periods[index]?.until)).toBe(true);
        },
      ),
    );
  });

  it.each([0, 60, 301, Number.NaN, -300])("should refuse a period of %d seconds, which the replay does not keep", (periodSec) => {
    expect(() => shownPeriods(periodSec, { from: 0, until: DAY_MS })).toThrow("expected a multiple of 300");
  });
});

// Helpers

function samples() {
  return fc.array(fc.record({ at: fc.nat(60 * DAY_MS - 1), value: fc.integer({ min: -1e6, max: 1e6 }).map((value) => value + 0) }));
}

function numbers() {
  return fc.oneof(
    fc.constant(0),
    fc.double({ min: 1e-9, max: 1e12, noNaN: true }),
    fc.double({ min: -1e12, max: -1e-9, noNaN: true }),
  );
}

function byNumber(one: number, other: number): number {
  return one - other;
}

function totalOf(slots: ReturnType<typeof metricSlots>, percent: number): number {
  const total = slots.total(0, SLOT_MS);
  return (total && percentileOf(total, percent)) ?? Number.NaN;
}
