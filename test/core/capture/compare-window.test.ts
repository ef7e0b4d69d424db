import fc from "fast-check";
import type { Baseline } from "../../../functions/core/capture/baseline/baseline";
import { baselineBins } from "../../../functions/core/capture/baseline/baseline-feature";
import { makeBaseline } from "../../../functions/core/capture/baseline/make-baseline";
import { plannedFeatures } from "../../../functions/core/capture/baseline/planned-feature";
import { createSurvey } from "../../../functions/core/capture/baseline/survey";
import { compareWindow } from "../../../functions/core/capture/compare-window";
import { type CountingTally, countingTally } from "../../../functions/core/capture/counting-tally";
import { createWindowSummary, type WindowSummary } from "../../../functions/core/capture/window-summary";
import { DEFAULT_DRIFT_POLICY } from "../../../functions/core/drift/drift-policy";
import { parseDriftReport } from "../../../functions/core/drift/drift-report";
import { evaluateDrift } from "../../../functions/core/drift/evaluate-drift";
import { normalOf, randomOf } from "../../simulation/drift-streams";
import { captureOf, HOUR_MS, MIDNIGHT } from "./captures";

const RUNS = { seed: jest.getSeed(), numRuns: 60 };
const WINDOW = { start: MIDNIGHT, end: MIDNIGHT + HOUR_MS };
const NEXT = { start: WINDOW.end, end: WINDOW.end + HOUR_MS };
const OPTIONS = { capture: captureOf(), columns: { labels: [], predictions: [] } };

/** Half a standard deviation of a normal feature is a PSI of 0.25, one and a half are 2.25. */
const SHIFTS = [-1.5, -0.5, 0.5, 1.5];

const [THEN, NOW] = [4_000, 1_000].map((size, seed) => {
  const normal = normalOf(randomOf(20_261_130, seed));
  return Array.from({ length: size }, normal);
});

/** A power of ten, with either sign. */
const powerOfTen = (least: number, most: number) =>
  fc.double({ min: least, max: most, noNaN: true }).map((exponent) => 10 ** exponent);
const offset = fc.oneof(
  fc.constant(0),
  fc.tuple(powerOfTen(-9, 12), fc.constantFrom(-1, 1)).map(([size, sign]) => size * sign),
);

/** Doubles must tell so many values apart. */
const LEAST_VALUES = 20;

describe("a feature that is shifted by some standard deviations", () => {
  it("should be found drifting whatever its offset and its scale, and calm where it is not shifted", () => {
    let told = 0;
    fc.assert(
      fc.property(offset, powerOfTen(-9, 9), fc.constantFrom(...SHIFTS), (offset, scale, shift) => {
        const valuesOf = (normal: readonly number[] = [], by = 0) => normal.map((z) => offset + scale * (z + by));
        const reference = valuesOf(THEN);
        fc.pre(new Set(reference).size >= LEAST_VALUES);
        told++;

        const baseline = baselineOf(reference);
        expect(severityOf(baseline, valuesOf(NOW))).toBe("none");
        expect(severityOf(baseline, valuesOf(NOW, shift))).toBe(Math.abs(shift) > 1 ? "critical" : "medium");
      }),
      RUNS,
    );
    expect(told).toBe(RUNS.numRuns);
  });

  it.each([
    { offset: 1e12, scale: 1e-3 },
    { offset: -1e12, scale: 1e-3 },
    { offset: 1e6, scale: 1e-9 },
    { offset: 0, scale: 1e-9 },
    { offset: 0, scale: 1e9 },
  ])("should be found with offset $offset and scale $scale", ({ offset, scale }) => {
    const valuesOf = (normal: readonly number[] = [], by = 0) => normal.map((z) => offset + scale * (z + by));

    expect(severityOf(baselineOf(valuesOf(THEN)), valuesOf(NOW, 0.5))).toBe("medium");
  });
});

describe("a window of another length than the slices of its baseline", () => {
  const numbers = { type: "numbers", name: "delay", kind: "data", present: 240 } as const;
  const calm = { excess: 3, degrees: 1, slices: 24, windows: "independent" } as const;
  it("should be compared with the whole baseline, and not by what the slices say of windows of their own length", () => {
    const seasonOf = (counts: number[]) => ({ by: "hour-of-day" as const, groups: [[0, counts]] as [number, number[]][] });
    const missing = { bins: 2, calm, season: seasonOf([8, 2]) };
    const baseline: Baseline = {
      version: 2,
      model: "flights",
      window: WINDOW,
      rows: 300,
      periodMs: HOUR_MS,
      slices: 24,
      designEffect: 2,
      features: [
        {
          ...numbers,
          edges: [0, 1, 2],
          counts: [0, 120, 120, 0],
          range: [0.5, 2],
          bins: 2,
          calm,
          season: seasonOf([0, 10, 0, 0]),
          missing,
        },
      ],
    };
    const featuresAt = (hours: number) => {
      const window = { start: NEXT.start + 23 * HOUR_MS, end: NEXT.start + (23 + hours) * HOUR_MS };
      const known = baseline.features.map((feature) => countingTally(feature, baselineBins(feature)));
      const summary = createWindowSummary({ ...OPTIONS, known });
      addValues(
        summary,
        Array.from({ length: 100 }, (_, at) => (at % 2) + 0.5),
      );
      return compareWindow(baseline, "s3://b/file", { window, summary }).features;
    };

    expect(featuresAt(1).every((feature) => feature.calm !== undefined && feature.season === "hour-of-day")).toBe(true);
    for (const feature of featuresAt(6)) {
      expect(feature).toMatchObject({ designEffect: 2, evidence: { type: "distributions" } });
      expect(feature).not.toHaveProperty("calm");
      expect(feature).not.toHaveProperty("season");
    }
    expect(featuresAt(6)[0]?.evidence).toMatchObject({ reference: { counts: [0, 120, 120, 0] } });
  });
});

/** The baseline of one window of a feature. */
function baselineOf(then: readonly number[]): Baseline {
  const survey = createSurvey("flights", OPTIONS);
  addValues(survey.summary, then);
  const features = plannedFeatures(survey.summary.features, 1);
  const known = features.map((feature) => countingTally(feature, feature.binsIn(0)));
  addValues(createWindowSummary({ ...OPTIONS, known }), then);
  const slices = [{ window: WINDOW, rows: then.length, features: known.map((tally) => tally.counted()) }];
  const basis = { periodMs: HOUR_MS, season: "auto", hasUnits: false, alpha: 1e-4, band: 0.1 } as const;
  return makeBaseline({ model: "flights", window: WINDOW, features, slices, basis });
}

/** What one window says of a feature. */
function severityOf(baseline: Baseline, now: readonly number[]): string | undefined {
  const tallies: CountingTally[] = baseline.features.map((feature) => countingTally(feature, baselineBins(feature)));
  const summary = createWindowSummary({ ...OPTIONS, known: tallies });
  addValues(summary, now);
  const report = parseDriftReport(JSON.parse(JSON.stringify(compareWindow(baseline, "s3://b/file", { window: NEXT, summary }))));
  return evaluateDrift(DEFAULT_DRIFT_POLICY, report, []).evaluation.features[0]?.windowSeverity;
}

function addValues(summary: WindowSummary, values: readonly number[]): void {
  for (const value of values) summary.add({ inputs: { names: ["delay"], values: [value], isTyped: true } });
}
