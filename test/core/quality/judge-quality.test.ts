import fc from "fast-check";
import type { AdaptivePolicy } from "../../../functions/core/quality/adaptive-policy";
import { modelServes, qualityUnder } from "../../../functions/core/quality/follow-training";
import { errorUnit, judgeQuality, priceOf, shareOfPrice } from "../../../functions/core/quality/judge-quality";
import { observeQuality } from "../../../functions/core/quality/observe-quality";
import type { QualityState } from "../../../functions/core/quality/quality-state";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 10, 2);
const POLICY: AdaptivePolicy = { price: { steps: 0.5 }, stepMs: DAY, attainable: 0.1 };

describe("judgeQuality", () => {
  it("should wait while the error has not cost a training, and say how much more it takes, and when", () => {
    const quality = served([0.1, 0.2, 0.2, 0.2]);
    const now = MONDAY + 4 * DAY;

    const { isPassed, numbers, cure } = judgeQuality(POLICY, { quality }, now);

    expect(isPassed).toBe(false);
    expect(numbers).toMatchObject({ yield: 1, price: 0.5, age: 4, labelledUntil: now });
    expect(numbers).not.toHaveProperty("startsBy");
    expect(cure?.change).toMatch(/^0\.\d+ more error-days, about \d+ days at the present excess$/);
    const at = cure?.at ?? 0;
    expect(judgeQuality(POLICY, { quality }, at).isPassed).toBe(true);
    expect(judgeQuality(POLICY, { quality }, at - 1).isPassed).toBe(false);
  });

  it("should start once the excess error has cost as much as a training", () => {
    const { isPassed, isDue, numbers } = judgeQuality(POLICY, { quality: served([0.4, 0.4, 0.4]) }, MONDAY + 3 * DAY);

    expect([isPassed, isDue, numbers.startsBy]).toEqual([true, true, "price"]);
    expect(numbers.startsAtPrice).toBeGreaterThanOrEqual(0.5);
  });

  it("should count the last step at the very end of it, and not the next", () => {
    const ageAt = (now: number) => judgeQuality(POLICY, { quality: served([0.1, 0.1]) }, now).numbers.age;

    expect([ageAt(MONDAY + 2 * DAY), ageAt(MONDAY + 2 * DAY + 1), ageAt(MONDAY)]).toEqual([2, 3, 1]);
  });

  it("should start by the period on half of the evidence", () => {
    const policy = { ...POLICY, periodMs: 4 * DAY };
    const quality = served([0.2, 0.2, 0.2, 0.2]);

    expect(judgeQuality(POLICY, { quality }, MONDAY + 4 * DAY).isPassed).toBe(false);
    expect(judgeQuality(policy, { quality }, MONDAY + 4 * DAY).numbers.startsBy).toBe("period");
  });

  it("should say that only labels help a model that is no worse than a training would be", () => {
    const { cure } = judgeQuality(POLICY, { quality: served([0.1, 0.1, 0.1]) }, MONDAY + 3 * DAY);

    expect(cure).toEqual({ change: "labels that show a larger error: a training would not make it smaller now" });
  });

  it("should wait for the training that is under way, for 14 steps", () => {
    const quality = { ...served([0.9, 0.9, 0.9]), awaited: { requestId: "data/churn/1", startedAt: MONDAY + 3 * DAY } };
    const end = MONDAY + 17 * DAY;

    const judged = judgeQuality(POLICY, { quality }, end - 1);

    expect(judged).toMatchObject({ isPassed: false, numbers: { awaited: "data/churn/1" }, cure: { at: end } });
    expect(judgeQuality(POLICY, { quality }, end).numbers).not.toHaveProperty("awaited");
  });

  it("should be blind where labels stopped, and fall back on the period, or refuse and say so", () => {
    const quality = served([0.1, 0.1, 0.1]);
    const last = MONDAY + 3 * DAY;
    const blind = judgeQuality(POLICY, { quality }, last + 14 * DAY + 1);

    expect(judgeQuality(POLICY, { quality }, last + 14 * DAY).numbers).not.toHaveProperty("blind");
    expect(blind).toMatchObject({ isPassed: false, isDue: false, numbers: { blind: "labels stopped" } });
    expect(blind.cure?.change).toContain("without policy.adaptive.period nothing starts");
    const policy = { ...POLICY, periodMs: 5 * DAY };
    expect(judgeQuality(policy, { quality }, last + 5 * DAY).isPassed).toBe(false);
    expect(judgeQuality(policy, { quality }, last + 5 * DAY + 1)).toMatchObject({ isPassed: true, isDue: true });
  });

  it("should not be blind while labels are as late as they usually are", () => {
    const quality = { ...served([0.1, 0.1, 0.1]), labelDelayMs: 10 * DAY };

    expect(judgeQuality(POLICY, { quality }, MONDAY + 23 * DAY).numbers).not.toHaveProperty("blind");
    expect(judgeQuality(POLICY, { quality }, MONDAY + 23 * DAY + 1).numbers).toHaveProperty("blind");
  });

  it("should let a first training start, without having seen a label, and later ones by the period alone", () => {
    const policy = { ...POLICY, periodMs: 7 * DAY };

    expect(judgeQuality(policy, {}, MONDAY)).toMatchObject({
      isPassed: true,
      isDue: false,
      numbers: { blind: "no label ever came" },
    });
    expect(judgeQuality(policy, { lastStartAt: MONDAY }, MONDAY + 7 * DAY - 1).cure?.at).toBe(MONDAY + 7 * DAY);
    expect(judgeQuality(policy, { lastStartAt: MONDAY }, MONDAY + 7 * DAY)).toMatchObject({ isPassed: true, isDue: true });
    expect(judgeQuality(POLICY, { lastStartAt: MONDAY }, MONDAY + 700 * DAY)).toMatchObject({ isPassed: false });
  });

  it("should not judge by steps of another length", () => {
    const quality = served([0.9, 0.9, 0.9]);

    expect(judgeQuality({ ...POLICY, stepMs: HOUR }, { quality }, MONDAY + 3 * DAY).numbers.blind).toBe("no label ever came");
  });

  it("should never start a model whose errors are equal, at any price above 0", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.001, max: 10, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (error, steps, days) => {
          const { attainable: _attainable, ...policy } = { ...POLICY, price: { steps } };
          const quality = served(
            Array.from({ length: days }, () => error),
            policy,
          );
          expect(judgeQuality(policy, { quality }, MONDAY + days * DAY).isDue).toBe(false);
        },
      ),
      { endOnFailure: true },
    );
  });

  it("should never start before 3 steps, with finite numbers, whatever the errors are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 40 * 24 }),
        fc.constantFrom<AdaptivePolicy["price"]>(
          { steps: 0 },
          { steps: 0.1 },
          { trainingsPerMonth: 4 },
          { trainingsPerMonth: 0.1 },
        ),
        (errors, hours, price) => {
          const policy = { ...POLICY, price };
          const now = MONDAY + hours * HOUR;
          const { isDue, numbers, cure } = judgeQuality(policy, { quality: served(errors, policy) }, now);
          if (now <= MONDAY + 2 * DAY) expect(isDue).toBe(false);
          for (const value of Object.values(numbers)) if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
          if (cure?.at !== undefined) expect(cure.at).toBeGreaterThan(now);
        },
      ),
      { endOnFailure: true },
    );
  });
});

describe("priceOf", () => {
  it("should follow from the starts in the month, and forget those of another", () => {
    const policy: AdaptivePolicy = { price: { trainingsPerMonth: 10 }, stepMs: DAY };
    const middle = Date.UTC(2026, 10, 16);

    expect(priceOf(policy, { month: { date: "2026-11", starts: 5 } }, middle)).toBeCloseTo(0.5);
    expect(priceOf(policy, { month: { date: "2026-11", starts: 6 } }, middle)).toBeGreaterThan(1);
    expect(priceOf(policy, { month: { date: "2026-10", starts: 6 } }, middle)).toBeLessThan(0.1);
  });
});

describe("shareOfPrice", () => {
  it("should be 1 or more where a training starts, and not known without labels or for nothing", () => {
    const quality = served([0.4, 0.4, 0.4]);

    expect(shareOfPrice(POLICY, { quality }, MONDAY + 3 * DAY)).toBeGreaterThanOrEqual(1);
    expect(shareOfPrice(POLICY, {}, MONDAY)).toBeUndefined();
    expect(shareOfPrice({ ...POLICY, price: { steps: 0 } }, { quality }, MONDAY + 3 * DAY)).toBeUndefined();
  });
});

describe("errorUnit", () => {
  it("should be called by the length of a step", () => {
    expect([DAY, HOUR, 6 * HOUR].map(errorUnit)).toEqual(["error-days", "error-hours", "error-steps"]);
  });
});

// Helpers

/** A model that serves since Monday, with a labelled day for each error. */
function served(errors: readonly number[], policy: AdaptivePolicy = POLICY): QualityState {
  const first = modelServes(qualityUnder(policy, undefined, [], MONDAY), { since: MONDAY });
  return errors.reduce((known, error, day) => {
    const [from, to] = [MONDAY + day * DAY, MONDAY + (day + 1) * DAY];
    const after = observeQuality(policy, known, { ...SIGNAL, from, to, error }, to);
    if ("ignored" in after) throw new Error(after.ignored);
    return after.quality;
  }, first);
}

const SIGNAL = { model: "churn", monitor: "labels", metric: "accuracy", rows: 400 };
