import { readFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../../../functions/core/capture/seeded-random";
import { normalQuantile, normalSurvival } from "../../../../functions/core/drift/measures/special-functions";
import { compareRows } from "../../../../functions/core/promotion/guardrails/compare-rows";
import { metricOfRows } from "../../../../functions/core/promotion/guardrails/metrics-of-rows";
import { pairRows } from "../../../../functions/core/promotion/guardrails/pair-rows";
import { drawBinomial, drawMultinomial } from "../../../../functions/core/promotion/statistics/binomial";
import { resamplesOf, standardDeviationOf } from "../../../../functions/core/promotion/statistics/bootstrap";
import { holmAdjusted } from "../../../../functions/core/promotion/statistics/holm";
import { neededRows, pairedSpread } from "../../../../functions/core/promotion/statistics/needed-rows";
import { exactLimits, pairedDifference, tangoLimits } from "../../../../functions/core/promotion/statistics/paired-shares";
import { clopperPearson, fisherGreater, newcombe, wilson } from "../../../../functions/core/promotion/statistics/proportions";
import { CLASSES, tableOf } from "../../../simulation/golden-set";

/** What scipy, statsmodels and scikit-learn say, written by the script beside it. */
const REFERENCE: Reference = JSON.parse(readFileSync(join(__dirname, "../fixtures/reference-statistics.json"), "utf8"));

describe("the normal distribution", () => {
  it.each(REFERENCE.normal)("should have scipy's survival at $x", ({ x, survival }) => {
    expect(normalSurvival(x)).toBeCloseTo(survival, 13);
  });

  it.each(REFERENCE.quantiles)("should have scipy's quantile at $alpha", ({ alpha, quantile }) => {
    expect(normalQuantile(alpha)).toBeCloseTo(quantile, 9);
  });
});

describe("paired shares", () => {
  it.each(REFERENCE.paired.filter(({ gains, losses }) => losses > gains))(
    "should have McNemar's exact p-value of $gains gains and $losses losses",
    ({ worse, ...counts }) => {
      expect(pairedDifference(counts, 0, counts.alpha).pWorse).toBeCloseTo(worse, 10);
    },
  );

  it.each(REFERENCE.paired)("should have Tango's limits of $gains gains and $losses losses of $rows", ({ tango, ...counts }) => {
    const { lower, upper } = tangoLimits(counts, counts.alpha);

    expect(lower).toBeCloseTo(tango[0], 9);
    expect(upper).toBeCloseTo(tango[1], 9);
  });

  it.each(REFERENCE.paired)("should hold 0 exactly where McNemar's test does: $gains, $losses", ({ worse, alpha, ...counts }) => {
    const { upper } = exactLimits(counts, alpha);

    expect(upper < 0).toBe(worse < alpha);
  });

  it.each(REFERENCE.paired)("should have limits that hold the estimate and both intervals: $gains, $losses", (counts) => {
    const { difference, lower, upper } = pairedDifference(counts, 0.01, counts.alpha);

    expect(difference).toBeCloseTo((counts.gains - counts.losses) / counts.rows, 12);
    expect(lower).toBeLessThanOrEqual(Math.min(difference, counts.tango[0] + 1e-9));
    expect(upper).toBeGreaterThanOrEqual(Math.max(difference, counts.tango[1] - 1e-9));
  });
});

describe("shares", () => {
  it.each(REFERENCE.shares)("should have statsmodels' limits of $count of $rows", ({ alpha, ...share }) => {
    const limits = { exact: clopperPearson(share, alpha), wilson: wilson(share, alpha) };

    expect(limits.exact.lower).toBeCloseTo(share.clopperPearson[0], 9);
    expect(limits.exact.upper).toBeCloseTo(share.clopperPearson[1], 9);
    expect(limits.wilson.lower).toBeCloseTo(share.wilson[0], 10);
    expect(limits.wilson.upper).toBeCloseTo(share.wilson[1], 10);
  });

  it.each(REFERENCE.twoShares)("should have statsmodels' limits and scipy's test of $one and $other", (shares) => {
    const { one, other, alpha, newcombe: expected, fisher } = shares;

    const { lower, upper } = newcombe(one, other, alpha);

    expect(lower).toBeCloseTo(expected[0], 10);
    expect(upper).toBeCloseTo(expected[1], 10);
    expect(fisherGreater(one, other)).toBeCloseTo(fisher, 9);
  });
});

describe("Holm's procedure", () => {
  it.each(REFERENCE.holm)("should adjust $pValues as statsmodels does", ({ pValues, adjusted }) => {
    const got = holmAdjusted(pValues);

    got.forEach((value, place) => {
      expect(value).toBeCloseTo(adjusted[place] ?? Number.NaN, 12);
    });
    expect(got).toHaveLength(adjusted.length);
  });
});

describe("metrics of rows", () => {
  it.each(REFERENCE.rows)("should be scikit-learn's of $classes classes", ({ classes, accuracy, f1, auc, ...columns }) => {
    const names = classes === 2 ? CLASSES : Array.from({ length: classes }, (_, place) => `class ${place}`);

    const table = tableOf({ ...columns, classes: names });

    expect(metricOfRows(table, "accuracy")).toBeCloseTo(accuracy, 12);
    expect(metricOfRows(table, "f1")).toBeCloseTo(f1, 12);
    expect(metricOfRows(table, "auc") ?? -1).toBeCloseTo(auc ?? -1, 12);
    expect(metricOfRows(table, "rmse")).toBeUndefined();
  });

  it.each(REFERENCE.numbers)("should be scikit-learn's of numbers", ({ rmse, ...columns }) => {
    const table = tableOf(columns);

    expect(metricOfRows(table, "rmse")).toBeCloseTo(rmse, 12);
    expect(metricOfRows(table, "accuracy")).toBeUndefined();
  });
});

describe("the area of two models on the same rows", () => {
  it.each(REFERENCE.areas)(
    "should have the standard error of DeLong's kernels",
    ({ labels, candidate, champion, difference, standardError }) => {
      const table = (scores: number[]) => tableOf({ labels, predictions: labels, scores, classes: CLASSES });
      const pairing = pairRows(table(candidate), table(champion), "champion");
      if (pairing.outcome === "apart") throw new Error(pairing.problem);

      const compared = compareRows(pairing.pair, "auc", { direction: "higher", margin: 0, alpha: 0.05, seed: "" });

      expect(compared).toMatchObject({
        difference: expect.closeTo(difference, 12),
        numbers: { standardError: expect.closeTo(standardError, 12) },
      });
    },
  );
});

describe("the rows that are needed", () => {
  // Rows that detect a difference of points where the models differ on a share of the rows, at 5 % and a power of 80 %.
  it.each([
    [0.5, 0.02, 4_944],
    [0.5, 0.2, 49_459],
    [1, 0.05, 3_090],
    [1, 0.1, 6_181],
    [2, 0.02, 308],
    [2, 0.05, 771],
    [2, 0.1, 1_544],
    [5, 0.05, 122],
    [5, 0.2, 493],
  ])("should be those of the published table: %p points, differing on %p", (points, differing, expected) => {
    const [d, rows] = [points / 100, 1_000_000];
    const losses = Math.round(((differing + d) / 2) * rows);

    const needed = neededRows(pairedSpread({ gains: Math.round(differing * rows) - losses, losses, rows }, 0), 0.05);

    expect(Math.abs((needed ?? 0) - expected)).toBeLessThanOrEqual(1);
  });

  it("should be unknown where the estimate lies at what decides", () => {
    expect(neededRows({ distance: 0, atLimit: 0.2, atEstimate: 0.2 }, 0.05)).toBeUndefined();
  });
});

describe("draws", () => {
  it.each([
    [20, 0.1],
    [20, 0.9],
    [400, 0.3],
    [100_000, 0.0005],
    [100_000, 0.72],
  ])("should have the mean and the spread of a binomial variable: %p trials of %p", (trials, p) => {
    const random = seededRandom("binomial");
    const drawn = Float64Array.from({ length: 20_000 }, () => drawBinomial(random, trials, p));

    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const spread = Math.sqrt(trials * p * (1 - p));
    // Four standard errors of either.
    expect(Math.abs(mean - trials * p)).toBeLessThan((4 * spread) / Math.sqrt(drawn.length));
    expect(Math.abs(standardDeviationOf(drawn) / spread - 1)).toBeLessThan(4 / Math.sqrt(2 * drawn.length) + 0.01);
  });

  it("should draw as many items as there are, and none of an empty cell", () => {
    const random = seededRandom("multinomial");
    const drawn = new Float64Array(4);

    for (let draw = 0; draw < 200; draw++) {
      drawMultinomial(random, [5, 0, 90, 5], 100, drawn);

      expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(100);
      expect(drawn[1]).toBe(0);
    }
  });

  it("should draw fewer resamples of many cells", () => {
    expect([8, 10_000, 40_000, 1_000_000].map(resamplesOf)).toEqual([2_000, 2_000, 500, 100]);
  });
});

// Helpers

interface Reference {
  readonly normal: readonly { x: number; survival: number }[];
  readonly quantiles: readonly { alpha: number; quantile: number }[];
  readonly paired: readonly {
    gains: number;
    losses: number;
    rows: number;
    alpha: number;
    worse: number;
    tango: [number, number];
  }[];
  readonly shares: readonly {
    count: number;
    rows: number;
    alpha: number;
    clopperPearson: [number, number];
    wilson: [number, number];
  }[];
  readonly twoShares: readonly {
    one: { count: number; rows: number };
    other: { count: number; rows: number };
    alpha: number;
    newcombe: [number, number];
    fisher: number;
  }[];
  readonly holm: readonly { pValues: number[]; adjusted: number[] }[];
  readonly rows: readonly {
    classes: number;
    labels: number[];
    predictions: number[];
    scores?: number[];
    accuracy: number;
    f1: number;
    auc?: number;
  }[];
  readonly areas: readonly {
    labels: number[];
    candidate: number[];
    champion: number[];
    difference: number;
    standardError: number;
  }[];
  readonly numbers: readonly { labels: number[]; predictions: number[]; rmse: number }[];
}
