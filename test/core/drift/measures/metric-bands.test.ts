import fc from "fast-check";
import { METRIC_BANDS } from "../../../../functions/core/drift/measures/metric-bands";
import { MEASURES, METRICS, type Metric } from "../../../../functions/core/drift/measures/metrics";
import { rankOfScore, thresholdsSchema } from "../../../../functions/core/drift/severity";
import { vectors } from "../vectors";
import { type ExactPair, fineNormalPair, gainingCategory, normalPair } from "./families";

/** The names that the vectors have for the metrics. */
const NAMES = {
  psi: "psi",
  kl: "kl-divergence",
  js_div: "jensen-shannon-divergence",
  js_dist: "jensen-shannon-distance",
  linf: "l-infinity",
  cramers_v: "cramers-v-balanced",
  hellinger: "hellinger",
} as const;

/** Those of the values themselves, of which 20 bins tell less. */
const NAMES_OF_VALUES = { ks: "kolmogorov-smirnov", wass: "wasserstein-normed" } as const;

const FAMILIES: Readonly<Record<string, ExactPair>> = {
  "normal-shift-0.3192sd": normalPair(0.3192),
  "normal-scale-x1.2889": normalPair(0, 1.2889),
  "cat10-one-gains-.1251": gainingCategory(10, 0.1251),
};

const FINE: Readonly<Record<string, ExactPair>> = {
  "normal-shift-0.3192sd": fineNormalPair(0.3192),
  "normal-scale-x1.2889": fineNormalPair(0, 1.2889),
};

/** One scale: the metrics of which a change of any kind says about the same. */
const OF_ONE_SCALE: readonly Metric[] = [
  "psi",
  "kl-divergence",
  "jensen-shannon-divergence",
  "jensen-shannon-distance",
  "hellinger",
  "cramers-v-balanced",
];

const LISTED = vectors("metrics");

describe("metrics of exact shares", () => {
  it.each(LISTED.map((vector) => [vector.name, vector] as const))("should be as simulated: %s", (name, { expected }) => {
    const pair = FAMILIES[name];
    if (pair === undefined) throw new Error(`got the vector ${name}, expected a family of it`);
    for (const [short, metric] of Object.entries(NAMES)) {
      expect(MEASURES[metric].score(pair) / (expected[short] ?? 0)).toBeCloseTo(1, 9);
    }
    const fine = FINE[name];
    for (const [short, metric] of fine === undefined ? [] : Object.entries(NAMES_OF_VALUES)) {
      expect(MEASURES[metric].score(fine ?? pair) / (expected[short] ?? 0)).toBeCloseTo(1, 4);
    }
  });

  it("should all have been compared", () => {
    expect(LISTED.map(({ name }) => name)).toEqual(Object.keys(FAMILIES));
  });
});

describe("METRIC_BANDS", () => {
  it("should know every metric that is computed, with limits that rise", () => {
    expect(Object.keys(METRIC_BANDS)).toEqual(expect.arrayContaining([...METRICS]));
    for (const bands of Object.values(METRIC_BANDS)) expect(thresholdsSchema.safeParse(bands).success).toBe(true);
  });

  it.each([
    ["a shift of .1426 sd, PSI .02", normalPair(0.1426), "none"],
    ["a shift of .26 sd, PSI .066", normalPair(0.26), "low"],
    ["a shift of .447 sd, PSI .196", normalPair(0.447), "medium"],
    ["a shift of .6 sd, PSI .35", normalPair(0.6), "high"],
    ["a shift of 1 sd, PSI .95", normalPair(1), "critical"],
  ])("should say the same of %s by every metric of bins that stands for a shift", (_, pair, severity) => {
    const rank = ["none", "low", "medium", "high", "critical"].indexOf(severity);
    const metrics = [...OF_ONE_SCALE, "kolmogorov-smirnov"] as const;
    expect(metrics.map((metric) => [metric, rankOfScore(MEASURES[metric].score(pair), METRIC_BANDS[metric])])).toEqual(
      metrics.map((metric) => [metric, rank]),
    );
  });

  it("should keep the metrics of one scale within a step of each other, whatever changes", () => {
    const change = fc.oneof(
      fc.double({ min: -1.2, max: 1.2, noNaN: true }).map((shift) => normalPair(shift)),
      fc.double({ min: 0.6, max: 1.8, noNaN: true }).map((spread) => normalPair(0, spread)),
      fc
        .tuple(fc.integer({ min: 3, max: 40 }), fc.double({ min: 0, max: 0.5, noNaN: true }))
        .map(([n, gain]) => gainingCategory(n, gain)),
    );
    fc.assert(
      fc.property(change, (pair) => {
        const ranks = OF_ONE_SCALE.map((metric) => rankOfScore(MEASURES[metric].score(pair), METRIC_BANDS[metric]));
        expect(Math.max(...ranks) - Math.min(...ranks)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300, seed: jest.getSeed() },
    );
  });
});
