import type { AdaptivePolicy } from "../../../functions/core/quality/adaptive-policy";
import { qualityUnder } from "../../../functions/core/quality/follow-training";
import { observeQuality } from "../../../functions/core/quality/observe-quality";
import type { QualitySignal } from "../../../functions/core/quality/quality-signal";
import { type QualityState, qualityStateSchema } from "../../../functions/core/quality/quality-state";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 10, 2);
const POLICY: AdaptivePolicy = { price: { steps: 0.5 }, stepMs: DAY };
const NOTHING = qualityUnder(POLICY, undefined, [], MONDAY);

describe("observeQuality", () => {
  it("should observe a day that a window covers, and know since when the model serves", () => {
    const known = observed([daySignal(0, { error: 0.2, rows: 400 })]);

    expect(known).toMatchObject({
      servingSince: MONDAY,
      labelledUntil: MONDAY + DAY,
      rows: 400,
      labelDelayMs: HOUR,
      breakEven: { steps: 1, sum: 0.2, last: [0.2] },
    });
    expect(known).not.toHaveProperty("openStep");
  });

  it("should count a window that is not aligned for the day of its middle", () => {
    const late = signalOf({ from: MONDAY + 20 * HOUR, to: MONDAY + DAY + 20 * HOUR });

    expect(observed([late]).labelledUntil).toBe(MONDAY + 2 * DAY);
  });

  it("should pool hours by their rows, until they cover the day", () => {
    const hours = Array.from({ length: 24 }, (_, hour) => hourSignal(hour, { error: hour < 6 ? 1 : 0, rows: hour < 6 ? 30 : 10 }));

    expect(observed(hours.slice(0, 20))).toMatchObject({ breakEven: { steps: 0 }, openStep: { rows: 320, coveredMs: 20 * HOUR } });
    expect(observed(hours)).toMatchObject({ breakEven: { steps: 1, sum: 0.5 }, rows: 360, labelledUntil: MONDAY + DAY });
  });

  it("should take a day that ends a moment early for a day", () => {
    expect(observed([signalOf({ to: MONDAY + DAY - 1 })]).breakEven.steps).toBe(1);
  });

  it("should close a day with what came of it when labels of a later one come", () => {
    const known = observed([hourSignal(3, { error: 0.5 }), hourSignal(30, { error: 0.1 })]);

    expect(known).toMatchObject({
      breakEven: { steps: 1, sum: 0.5 },
      labelledUntil: MONDAY + DAY,
      openStep: { from: MONDAY + DAY },
    });
  });

  it("should not say how many rows a day has where one signal does not", () => {
    const { rows: _rows, ...uncounted } = signalOf({ to: MONDAY + 12 * HOUR });
    const known = observed([uncounted, signalOf({ from: MONDAY + 12 * HOUR, rows: 300 })]);

    expect(known.breakEven.steps).toBe(1);
    expect(known).not.toHaveProperty("rows");
  });

  it("should count a gap for nothing but time", () => {
    expect(observed([daySignal(0), daySignal(5)])).toMatchObject({ breakEven: { steps: 2 }, labelledUntil: MONDAY + 6 * DAY });
  });

  it.each<[string, Partial<QualitySignal>, string]>([
    ["another metric", { metric: "auc" }, "it measures auc, and policy.adaptive.metric is accuracy"],
    ["an empty window", { to: MONDAY }, "its window is empty"],
    ["a window to come", { from: MONDAY + 9 * DAY, to: MONDAY + 10 * DAY }, "its window has not ended"],
    ["no rows", { rows: 0 }, "it has no labelled rows"],
    ["a week", { to: MONDAY + 7 * DAY }, "its window is 7d, the step is 1d: set policy.adaptive.step to 7d"],
    ["36 hours and a bit", { to: MONDAY + 37 * HOUR }, "its window is 37h, the step is 1d: set policy.adaptive.step to 37h"],
    ["another model", { run: "run-1" }, "it is of another model than the one that serves"],
    ["a day before the model", { from: MONDAY - DAY, to: MONDAY }, "its step began before the model came to serve"],
  ])("should ignore %s, and say why", (_case, change, why) => {
    const policy = { ...POLICY, metric: "accuracy" };
    const serving: QualityState = { ...NOTHING, servingSince: MONDAY, servingRun: "run-2", servingVersion: "Churn/3" };

    expect(observeQuality(policy, serving, signalOf(change), MONDAY + 7 * DAY + HOUR)).toEqual({ ignored: why });
  });

  it("should know the model that serves by its run or its version, in whatever case", () => {
    const serving: QualityState = { ...NOTHING, servingSince: MONDAY, servingRun: "run-2", servingVersion: "Churn/3" };

    for (const run of ["RUN-2", "churn/3"]) {
      expect(observeQuality(POLICY, serving, signalOf({ run }), MONDAY + 2 * DAY)).toHaveProperty("quality");
    }
  });

  it("should ignore what comes twice, or late", () => {
    const known = observed([daySignal(0), daySignal(1), hourSignal(50), hourSignal(51)]);

    for (const again of [daySignal(0), daySignal(1), daySignal(1, { error: 0.9 }), hourSignal(26)]) {
      expect(observeQuality(POLICY, known, again, MONDAY + 4 * DAY)).toEqual({
        ignored: "labels of its time, or of a later one, counted already",
      });
    }
    for (const again of [hourSignal(50), hourSignal(49), daySignal(2)]) {
      expect(observeQuality(POLICY, known, again, MONDAY + 4 * DAY)).toEqual({
        ignored: "its window overlaps one that counted already",
      });
    }
  });

  it("should stay a state that can be stored, whatever the numbers are", () => {
    const rows = Number.MAX_SAFE_INTEGER;
    const hours = Array.from({ length: 24 }, (_, hour) => hourSignal(hour, { error: 1, rows }));
    const known = observed([...hours, daySignal(1, { error: 0.1 + 0.2, rows: 1 })]);

    expect(qualityStateSchema.parse(JSON.parse(JSON.stringify(known)))).toEqual(known);
  });

  it("should smooth how late labels are", () => {
    const first = observed([daySignal(0)]);
    const later = observeQuality(POLICY, first, daySignal(1), MONDAY + 2 * DAY + 6 * HOUR);

    expect("quality" in later && later.quality.labelDelayMs).toBe(2 * HOUR);
  });
});

// Helpers

function signalOf(values: Partial<QualitySignal> = {}): QualitySignal {
  return {
    ...{ model: "churn", monitor: "labels", metric: "accuracy", from: MONDAY, to: MONDAY + DAY, error: 0.1, rows: 200 },
    ...values,
  };
}

function daySignal(day: number, values: Partial<QualitySignal> = {}): QualitySignal {
  return signalOf({ from: MONDAY + day * DAY, to: MONDAY + (day + 1) * DAY, ...values });
}

function hourSignal(hour: number, values: Partial<QualitySignal> = {}): QualitySignal {
  return signalOf({ from: MONDAY + hour * HOUR, to: MONDAY + (hour + 1) * HOUR, ...values });
}

/** Each an hour after its window ended. */
function observed(signals: readonly QualitySignal[]): QualityState {
  return signals.reduce((known, signal) => {
    const after = observeQuality(POLICY, known, signal, signal.to + HOUR);
    if ("ignored" in after) throw new Error(after.ignored);
    return after.quality;
  }, NOTHING);
}
