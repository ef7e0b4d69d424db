import fc from "fast-check";
import type { Categories, Histogram } from "../../../functions/core/drift/distributions/distribution";
import type { DriftPolicy } from "../../../functions/core/drift/drift-policy";
import type { DriftFeature, Evidence } from "../../../functions/core/drift/drift-report";
import { parseDriftReport } from "../../../functions/core/drift/drift-report";
import { judgedKind, judgeFeature, judgeReport } from "../../../functions/core/drift/judge-feature";
import { METRICS } from "../../../functions/core/drift/measures/metrics";
import { sourceKind } from "../../../functions/core/drift/sources/source-report";
import example from "./fixtures/drift-report.json";
import { featureOf, policyOf, reportOf, scored } from "./reports";

const POLICY = policyOf();
const ALPHA = 0.001;
const DRIFTED = [900, 300, 300];
const CALM: Partial<DriftFeature> = { calm: { mean: 0.001, degrees: 2, slices: 24, windows: "independent" } };

describe("judgeFeature", () => {
  it("should judge the documented example as the documentation says", () => {
    const judged = [...judgeReport(POLICY, parseDriftReport(example)).values()];

    expect(judged.map(({ name, judgement }) => [name, judgement.metric, judgement.rank, judgement.why])).toEqual([
      ["amount", "psi", 2, "psi 0.164 (0.163 without what chance adds) reaches 0.1 (medium); chance explains up to 0.0059"],
      [
        "approved",
        "jensen-shannon-distance",
        0,
        "jensen-shannon-distance 0.00331 (0 without what chance adds) is below 0.095; chance explains up to 0.0274",
      ],
      ["age", "psi", 0, "psi 0.02 (0.0173 without what chance adds) is below 0.05; chance explains up to 0.0096"],
      ["roc-auc", "performance-delta", 2, "performance-delta 0.141 reaches 0.1 (medium); chance explains up to 0.0493"],
      ["country", "data_type_check", 2, "the monitor's rule data_type_check is broken, by how much is unknown"],
    ]);
  });

  it("should judge the others as if a performance without a reference were not there", () => {
    const scoredAlone = reportOf(0, [featureOf("amount", scored(0.4))]);
    const quality: Evidence = { type: "performance", metric: "accuracy", current: 0.2, higherIsBetter: true };
    const both = reportOf(0, [...scoredAlone.features, featureOf("accuracy", quality), featureOf("amount", quality)]);

    expect([...judgeReport(POLICY, both)]).toEqual([...judgeReport(POLICY, scoredAlone)]);
    expect(judgeFeature(POLICY, featureOf("accuracy", quality), ALPHA)).toMatchObject({ outcome: "insufficient" });
  });

  it("should count no score that chance explains, however far above the threshold it is", () => {
    const few = featureOf("amount", { type: "score", metric: "psi", score: 0.2, bins: 10 }, { sampleSize: 200 });

    expect(judgeFeature(POLICY, few, ALPHA)).toMatchObject({ outcome: "calm", threshold: expect.closeTo(0.279, 3) });
    expect(judgeFeature(POLICY, { ...few, sampleSize: 2_000 }, ALPHA)).toMatchObject({ outcome: "drift", rank: 2, threshold: 0.1 });
  });

  it("should tell of as few values as the policy asks for", () => {
    expect(judgeFeature(POLICY, featureOf("amount", scored(0.01), { sampleSize: 100 }), ALPHA).outcome).toBe("calm");
    expect(judgeFeature(POLICY, featureOf("amount", scored(0.01), { sampleSize: 99 }), ALPHA).outcome).toBe("insufficient");
  });

  it("should call a score an alarm of its monitor only above the monitor's threshold", () => {
    const alarm = (score: number) => featureOf("amount", { type: "score", metric: "psi", score, threshold: 0.04, bins: 10 });

    expect(judgeFeature(POLICY, alarm(0.04), ALPHA)).toMatchObject({ outcome: "calm", rank: 0 });
    expect(judgeFeature(POLICY, alarm(0.0401), ALPHA)).toMatchObject({ outcome: "drift", rank: 1, threshold: 0.04 });
  });

  it("should believe a p-value below both the monitor's threshold and the policy's rate", () => {
    const tested = (score: number, threshold: number) =>
      featureOf("amount", { type: "score", metric: "p-value", score, threshold });

    expect(judgeFeature(POLICY, tested(0.01, 0.05), ALPHA).outcome).toBe("calm");
    expect(judgeFeature(POLICY, tested(0.0009, 0.05), ALPHA).outcome).toBe("drift");
    expect(judgeFeature(POLICY, tested(0.0009, 0.0005), ALPHA).outcome).toBe("calm");
  });

  it("should take a reference of unknown size for as small as the current side, and a sample of unknown size for its word", () => {
    const { sampleSize: _sampleSize, ...unknown } = featureOf("amount", { type: "score", metric: "psi", score: 0.2, bins: 10 });

    expect(judgeFeature(POLICY, { ...unknown, sampleSize: 200, referenceSize: 100_000 }, ALPHA).outcome).toBe("drift");
    expect(judgeFeature(POLICY, { ...unknown, sampleSize: 200 }, ALPHA).outcome).toBe("calm");
    expect(judgeFeature(POLICY, unknown, ALPHA).why).toBe("psi 0.2 reaches 0.1 (medium); its noise is unknown");
  });

  it.each([
    { reference: [0, 0], current: [60, 70], says: "got 0 values on the reference side, needs at least 100 to tell" },
    { reference: [600, 700], current: [0, 0], says: "got 0 values on the current side, needs at least 100 to tell" },
    { reference: [0.4, 0.6], current: [0.5, 0.5], says: "got 1 values on the reference side, needs at least 100 to tell" },
  ])("should tell nothing of $reference and $current", ({ reference, current, says }) => {
    const judgement = judgeFeature(POLICY, withoutSize("amount", distributions(histogram(reference), histogram(current))), ALPHA);

    expect(judgement).toMatchObject({ outcome: "insufficient", why: says });
  });

  it("should score each kind by the policy's metric, a column by its own, and categories by one that needs no order", () => {
    const metrics = { ...POLICY.metrics, data: "kolmogorov-smirnov", label: "l-infinity" } as const;
    const named = { metric: "cramers-v-balanced" } as const;
    const features: DriftPolicy["features"] = { age: { metric: "wasserstein-normed" }, constructor: named };
    const policy = policyOf({ metrics, features });
    const numbers = distributions(histogram([500, 500]), histogram([400, 600]));
    const texts = distributions(categories(500, 500), categories(400, 600));
    const metricOf = (name: string, evidence: Evidence, kind: DriftFeature["kind"] = "data") =>
      judgeFeature(policy, { ...withoutSize(name, evidence), kind }, ALPHA).metric;

    expect([metricOf("amount", numbers), metricOf("age", numbers), metricOf("constructor", numbers)]).toEqual([
      "kolmogorov-smirnov",
      "wasserstein-normed",
      "cramers-v-balanced",
    ]);
    expect([metricOf("amount", texts), metricOf("age", texts)]).toEqual(["cramers-v-balanced", "cramers-v-balanced"]);
    expect([metricOf("approved", numbers, "label"), metricOf("toString", numbers, "label")]).toEqual(["l-infinity", "l-infinity"]);
  });

  it("should use a column's thresholds before a metric's, and those before the others", () => {
    const of = (low: number) => ({ low, medium: 5, high: 6, critical: 7 });
    const policy = policyOf({
      thresholds: of(1),
      areForEveryMetric: true,
      metricThresholds: { psi: of(2) },
      features: { age: { thresholds: of(3) } },
    });
    const thresholdOf = (name: string, metric: string) =>
      judgeFeature(policy, featureOf(name, { type: "score", metric, score: 0 }), ALPHA).threshold;

    expect([thresholdOf("age", "psi"), thresholdOf("amount", "psi"), thresholdOf("amount", "l-infinity")]).toEqual([3, 2, 1]);
  });

  it.each([
    { metric: "p-value", score: 0.0009, threshold: 0.05, outcome: "drift" },
    { metric: "p-value", score: 0.0011, threshold: 0.05, outcome: "calm" },
    { metric: "p-value", score: 0.0009, threshold: 0.0001, outcome: "calm" },
    { metric: "p-value", score: 0.0009, outcome: "drift" },
    { metric: "energy-distance", score: 2, threshold: 1, outcome: "drift" },
    { metric: "energy-distance", score: 1, threshold: 1, outcome: "calm" },
    { metric: "energy-distance", score: 2, outcome: "insufficient" },
    { metric: "constructor", score: 2, outcome: "insufficient" },
  ])("should find $outcome in $metric $score against $threshold", ({ outcome, ...score }) => {
    const judgement = judgeFeature(POLICY, featureOf("amount", { type: "score", ...score }), ALPHA);

    expect(judgement).toMatchObject({ outcome, rank: outcome === "drift" ? 2 : 0 });
    expect(judgement).not.toHaveProperty("score");
  });

  it("should believe a monitor's alarm below its own thresholds, as a low drift, unless chance explains it", () => {
    const alarm = { type: "score", metric: "psi", score: 0.04, threshold: 0.03, bins: 10 } as const;

    expect(judgeFeature(POLICY, featureOf("amount", alarm), ALPHA)).toMatchObject({ rank: 1, threshold: 0.03 });
    expect(judgeFeature(POLICY, featureOf("amount", alarm, { sampleSize: 500 }), ALPHA)).toMatchObject({ rank: 0 });
  });

  it("should never take a better model for a drift", () => {
    const better = { type: "performance", metric: "rmse", reference: 10, current: 1, higherIsBetter: false } as const;

    expect(judgeFeature(POLICY, featureOf("rmse", better, { kind: "concept" }), ALPHA)).toMatchObject({
      outcome: "calm",
      score: -0.9,
    });
  });

  it("should tell a number of every two distributions, whatever they hold", () => {
    const side = fc
      .uniqueArray(fc.double({ min: -1e150, max: 1e150, noNaN: true }), { minLength: 2, maxLength: 6, comparator: "SameValueZero" })
      .map((edges) => edges.toSorted((a, b) => a - b))
      .chain((edges) =>
        fc
          .array(fc.double({ min: 0, max: 1e15, noNaN: true }), { minLength: edges.length - 1, maxLength: edges.length - 1 })
          .map((counts): Histogram => ({ type: "histogram", edges, counts })),
      );
    fc.assert(
      fc.property(
        fc.constantFrom(...METRICS),
        side,
        side,
        fc.integer({ min: 1, max: 1e9 }),
        (metric, reference, current, sampleSize) => {
          const policy = policyOf({ metrics: { ...POLICY.metrics, data: metric } });

          const { score, noise, outcome } = judgeFeature(
            policy,
            featureOf("x", distributions(reference, current), { sampleSize }),
            ALPHA,
          );

          if (outcome === "insufficient") return;
          expect(score).toBeGreaterThanOrEqual(0);
          expect(noise).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 1_000, seed: jest.getSeed() },
    );
  });
});

describe("judgeFeature, with the windows before", () => {
  it.each([
    { what: "the oldest", earlier: [[0, 0, 0], DRIFTED] },
    { what: "the newest of them", earlier: [DRIFTED, [0, 0, 0]] },
    {
      what: "both",
      earlier: [
        [0, 0],
        [0, 0],
      ],
    },
    { what: "one, over other bins,", earlier: [DRIFTED, [0, 0]] },
  ])("should judge a window by itself where $what had no value", ({ earlier }) => {
    const [first = [], second = []] = earlier;
    const alone = distributions(histogram([500, 500, 500]), histogram(DRIFTED));
    const judged = (evidence: Evidence) => judgeFeature(POLICY, withoutSize("amount", evidence, CALM), ALPHA);

    const together = judged({ ...alone, earlier: [histogram(first), histogram(second)] } as Evidence);

    expect(together).toEqual(judged(alone));
  });

  it("should judge a window of categories by itself where those before had none", () => {
    const none: Categories = { type: "categories", counts: {} };
    const evidence = { ...distributions(categories(500, 500), categories(900, 100)), earlier: [none, none] } as Evidence;

    expect(judgeFeature(POLICY, withoutSize("amount", evidence, CALM), ALPHA)).toMatchObject({ outcome: "drift" });
  });
});

describe("judgedKind", () => {
  it("should know labels and predictions by the policy's columns", () => {
    const policy = policyOf({ columns: { labels: ["approved"], predictions: ["score"] } });
    const kinds = ["approved", "score", "amount"].map((name) => judgedKind(policy, featureOf(name, violation())));

    expect(kinds).toEqual(["label", "prediction", "data"]);
    expect(judgedKind(policy, featureOf("score", violation(), { kind: "concept" }))).toBe("concept");
  });

  it("should know a column whatever the case of its letters, as the sources do", () => {
    const policy = policyOf({ columns: { labels: ["Approved"], predictions: ["score"] } });
    const names = ["approved", "Score", "APPROVED"];
    const kinds = names.map((name) => judgedKind(policy, featureOf(name, violation())));
    const read = names.map((name) => sourceKind({ columns: policy.columns }, name));

    expect(kinds).toEqual(["label", "prediction", "label"]);
    expect(read).toEqual(kinds);
  });
});

describe("judgeReport", () => {
  it("should leave out what the policy ignores, and count a feature that is measured twice by its worst", () => {
    const policy = policyOf({ features: { noise: { isIgnored: true } } });
    const of = (score: number): Evidence => ({ type: "score", metric: "psi", score });
    const twice = [featureOf("amount", of(0.4)), featureOf("amount", of(0.2)), featureOf("noise", of(9))];

    const judged = [twice, twice.toReversed()].map((features) => [...judgeReport(policy, reportOf(0, features)).values()]);

    expect(judged[0]).toEqual(judged[1]);
    expect(judged[0]?.map(({ name, judgement }) => [name, judgement.score])).toEqual([["amount", 0.4]]);
  });

  it("should ask more of each score the more there are", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => featureOf(`f${index}`, { type: "score", metric: "psi", score: 0, bins: 10 }));
    const noiseOf = (count: number) => judgeReport(POLICY, reportOf(0, many(count))).get("data/f0")?.judgement.noise;

    expect(noiseOf(1)).toBeCloseTo(27.877 * 0.0004, 5);
    expect(noiseOf(1_000)).toBeCloseTo(44.811 * 0.0004, 4);
  });
});

describe("judgeReport, of several measurements", () => {
  it("should share the rate of false alarms among the features that are not ignored", () => {
    const ignored = Array.from({ length: 9 }, (_, index) => `ignored-${index}`);
    const policy = policyOf({ features: Object.fromEntries(ignored.map((name) => [name, { isIgnored: true }])) });
    const noiseOf = (names: readonly string[]) =>
      judgeReport(
        policy,
        reportOf(
          0,
          names.map((name) => featureOf(name, scored(0.2))),
        ),
      ).get("data/amount")?.judgement.noise;

    expect(noiseOf(["amount", ...ignored])).toBe(noiseOf(["amount"]));
    expect(noiseOf(["amount", "other"])).toBeGreaterThan(noiseOf(["amount"]) ?? 0);
  });

  it("should count of two calm measurements the one that would hold a drift", () => {
    const policy = policyOf({ metricThresholds: { days: { low: 10, medium: 20, high: 30, critical: 40 } } });
    const holding = featureOf("amount", scored(0.045));
    const calm = featureOf("amount", { type: "score", metric: "days", score: 5 });

    for (const features of [
      [holding, calm],
      [calm, holding],
    ]) {
      expect(judgeReport(policy, reportOf(0, features)).get("data/amount")?.judgement).toMatchObject({
        metric: "psi",
        heldRank: 1,
      });
    }
  });
});

// Helpers

function withoutSize(name: string, evidence: Evidence, overrides: Partial<DriftFeature> = {}): DriftFeature {
  const { sampleSize: _sampleSize, ...feature } = featureOf(name, evidence, overrides);
  return feature;
}

function distributions(reference: Histogram | Categories, current: Histogram | Categories): Evidence {
  return { type: "distributions", reference, current };
}

function histogram(counts: number[]): Histogram {
  return { type: "histogram", edges: [...counts, 0].map((_, index) => index), counts };
}

function categories(yes: number, no: number): Categories {
  return { type: "categories", counts: { yes, no } };
}

function violation(): Evidence {
  return { type: "violation", check: "data_type_check" };
}
