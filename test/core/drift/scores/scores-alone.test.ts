import { type DriftHistory, driftHistorySchema } from "../../../../functions/core/drift/drift-history";
import type { DriftFeature, DriftReport, Evidence } from "../../../../functions/core/drift/drift-report";
import { type DriftEvaluation, evaluateDrift } from "../../../../functions/core/drift/evaluate-drift";
import { LEARNED_WINDOWS } from "../../../../functions/core/drift/scores/learned-scores";
import { deflatedJson } from "../../../../functions/node/deflated-json";
import { DAY_MS, evaluateAll, policyOf, reportOf, scored } from "../reports";
import { samplerOf, xorshift } from "../streams";
import { vectors } from "../vectors";

const POLICY = policyOf();
const DISTANCE = "jensen-shannon-distance";

/** A dozen calm windows of a column with many categories. */
const CALM = [0.208, 0.225, 0.222, 0.214, 0.219, 0.211, 0.226, 0.217, 0.22, 0.213, 0.209, 0.223];

describe("scores without sizes and bins", () => {
  it.each(vectors("score"))("should be judged as simulated: $name", ({ input, expected }) => {
    const { history, scores, threshold } = input;
    const evaluations = windowsOf([...history, ...scores].map((score) => alone(score, { threshold }))).slice(history.length);

    expect(evaluations.map(outcomeOf)).toEqual(expected.drifts.map((drifts) => (drifts ? "drift" : "calm")));
    expect(evaluations.findIndex(({ severity }) => severity !== "none") + 1).toBe(expected.detectedAt);
    expect((evaluations[0]?.features[0]?.noise ?? 0) / expected.floor).toBeCloseTo(1, 9);
    expect(evaluations[0]?.features[0]?.why).toBe(
      "jensen-shannon-distance 0.23 is not above 0.257; calm windows had 0.217 on average and up to 0.257",
    );
  });

  it("should neither drift nor recover while they are learned, whatever the monitor says", () => {
    const evaluations = windowsOf(Array.from({ length: 7 }, () => alone(0.5, { threshold: 0.1 })));

    expect(evaluations.map(outcomeOf)).toEqual([...Array(6).fill("insufficient"), "calm"]);
    expect(evaluations[0]?.features[0]?.why).toBe(
      "learning what jensen-shannon-distance is in calm windows: had 0 of 6 before this one; sizes and bins with each score would make this needless",
    );
    expect(evaluations[5]?.features[0]).toMatchObject({ score: 0.5, why: expect.stringContaining("had 5 of 6 before this one") });
  });

  it.each<[string, Partial<Extract<Evidence, { type: "score" }>>, string]>([
    ["the monitor's threshold", { threshold: 0.5 }, "calm"],
    ["the monitor's threshold, from just above it", { threshold: 0.3999 }, "drift"],
    ["the band of the metric", { metric: "psi" }, "drift"],
    ["the band of the metric, which is higher", { metric: "chi-square-effect" }, "drift"],
  ])("should have to exceed %s", (_, values, outcome) => {
    const evaluations = windowsOf([...CALM, 0.4].map((score) => alone(score, values)));

    expect(outcomeOf(evaluations.at(-1))).toBe(outcome);
  });

  it("should stay calm below the lowest band however far above their own calm windows they are", () => {
    const evaluations = windowsOf([...CALM, 9, 9].map((score) => alone(score / 100)));

    expect(evaluations.slice(-2).map(outcomeOf)).toEqual(["calm", "calm"]);
  });

  it("should drift by an unknown size where the metric has no band, and tell nothing where the monitor has no threshold either", () => {
    const of = (values: object) =>
      windowsOf([...CALM, 0.4, 0.4].map((score) => alone(score, { metric: "energy-distance", ...values })));

    expect(of({ threshold: 0.1 }).at(-1)).toMatchObject({ severity: "medium", features: [{ state: "detected" }] });
    expect(of({ threshold: 0.5 }).at(-1)).toMatchObject({ severity: "none", features: [{ outcome: "calm" }] });
    expect(of({}).at(-1)?.features[0]?.why).toBe("energy-distance has no threshold, set one in metricThresholds");
  });

  it("should let go of a drift when they are as they were, though these are nearly as large", () => {
    const evaluations = windowsOf([...CALM, 0.4, 0.4, 0.22, 0.22].map((score) => alone(score)));

    expect(evaluations.slice(-4).map(({ features }) => features[0]?.state)).toEqual(["suspected", "detected", "none", "none"]);
  });

  it("should learn nothing from the thirteenth window on", () => {
    const slow = Array.from({ length: 40 }, (_, week) => 0.21 + week * 0.003);
    const evaluations = windowsOf([...CALM, ...slow].map((score) => alone(score)));

    const first = evaluations.findIndex(({ severity }) => severity !== "none");
    expect(slow[first - CALM.length]).toBeLessThan(0.27);
  });

  it.each([6, 7, 9, 11, 12])("should not learn a drift that begins after %d windows, while they are still learned", (calm) => {
    const scores = [...CALM.slice(0, calm), ...Array(20).fill(0.4), ...CALM];
    const evaluations = windowsOf(scores.map((score) => alone(score)));

    const states = evaluations.map(({ features }) => features[0]?.state);
    expect(states.slice(calm)).toEqual(["suspected", ...Array(19).fill("detected"), ...CALM.map(() => "none")]);
  });

  it("should learn a score that is a little above what calm windows had, and one that is far above but below the band", () => {
    const learned = (score: number, all: readonly number[]) => {
      const reports = [...all, score].map((one, day) => reportOf(day, [alone(one)]));
      return evaluateAll(POLICY, reports).history[0]?.learned?.[0]?.count;
    };

    expect(learned(0.29, CALM.slice(0, 7))).toBe(8);
    expect(learned(0.09, Array(7).fill(0.01))).toBe(8);
    expect(learned(0.4, CALM.slice(0, 7))).toBe(7);
  });

  it.each([
    ["jensen-shannon-distance", 0.93, 1],
    ["kolmogorov-smirnov", 0.85, 0.999],
    ["cramers-v", 0.9, 1],
    ["embeddings-model", 0.9, 0.9952],
    ["drifted-columns-share", 0.875, 1],
  ])("should tell nothing of %s where calm windows have nearly as much as there is", (metric, calm, score) => {
    const evaluations = windowsOf([...Array(6).fill(calm), score, score].map((one) => alone(one, { metric, threshold: 0.55 })));

    expect(evaluations.map(outcomeOf)).toEqual(Array(8).fill("insufficient"));
    expect(evaluations.at(-1)?.features[0]).toMatchObject({
      score,
      why: expect.stringMatching(/^.* tells nothing: calm windows had 0\.\d+ on average and up to 1\.\d+, and no score is above 1/),
    });
  });

  it.each([
    ["jensen-shannon-distance", 0.6, 0.95],
    ["wasserstein-normed", 0.9, 4],
    ["energy-distance", 0.9, 4],
  ])("should still be judged of %s where there is room above calm windows", (metric, calm, score) => {
    const evaluations = windowsOf([...Array(6).fill(calm), score, score].map((one) => alone(one, { metric, threshold: 0.1 })));

    expect(evaluations.map(outcomeOf).slice(-2)).toEqual(["drift", "drift"]);
  });

  it("should remember calm windows through a drift that lasts longer than what is forgotten", () => {
    const { forgetMs } = POLICY;
    const evaluations = windowsOf([...CALM.slice(0, 8), ...Array((2 * forgetMs) / DAY_MS).fill(0.4)].map((score) => alone(score)));

    expect(evaluations.at(-1)).toMatchObject({ severity: "critical" });
  });

  it("should be judged by their sizes and bins where these are known, from the first window on", () => {
    const evaluations = windowsOf([0.4, 0.4].map((score) => ({ ...alone(score, { bins: 10 }), sampleSize: 5_000 })));

    expect(evaluations[1]).toMatchObject({ severity: "critical", features: [{ state: "detected" }] });
  });

  it("should be believed of a monitor that lists only what drifts", () => {
    const score = alone(0.4, { threshold: 0.1 });
    for (const told of [{ unlisted: "calm" }, { lists: "drift" }] as const) {
      expect(windowsOf([score, score], told)[1]).toMatchObject({ severity: "critical" });
    }
    expect(windowsOf([score, score], { unlisted: "calm", lists: "all" })[1]).toMatchObject({ severity: "none" });
  });

  it("should leave the change of a performance as it is", () => {
    const worse = alone(0.4, { metric: "performance-delta" });

    expect(windowsOf([worse, worse])[1]).toMatchObject({ severity: "high" });
  });

  it("should teach nothing twice, and nothing by too few values", () => {
    const report = reportOf(0, [alone(0.2)]);
    const copies = [report, report, { ...report, id: "second" }, reportOf(1, [{ ...alone(0.9), sampleSize: 7 }])];

    const { history } = evaluateAll(POLICY, copies);

    expect(history[0]?.learned).toMatchObject([{ count: 1, mean: 0.2 }]);
  });

  it("should be forgotten like everything else", () => {
    const days = [...CALM.keys()].map((day) => reportOf(day, [alone(CALM[day] ?? 0), { ...alone(1), name: "gone" }]));
    const later = reportOf(45, [alone(0.2)]);

    const { history } = evaluateAll(POLICY, [...days, reportOf(20, [alone(0.2)]), later]);

    expect(history[0]?.learned).toMatchObject([{ name: "amount", count: LEARNED_WINDOWS }]);
  });
});

describe("p-values alone", () => {
  const tested = (score: number) => alone(score, { metric: "p-value", threshold: 0.05 });

  it("should drift below their limit in k of n windows, once the test is known to be silent", () => {
    const evaluations = windowsOf([...CALM, 1e-6, 1e-6].map(tested));

    expect(evaluations.map(outcomeOf)).toEqual([...Array(6).fill("insufficient"), ...Array(6).fill("calm"), ...["drift", "drift"]]);
    expect(evaluations.at(-1)).toMatchObject({ severity: "medium", features: [{ state: "detected" }] });
  });

  it.each([
    [6, "drift"],
    [7, "insufficient"],
    [12, "insufficient"],
  ])("should after %d alarms in 12 learned windows mean %s", (alarms, outcome) => {
    const learned = Array.from({ length: 12 }, (_, index) => (index < alarms ? 1e-9 : 0.5));

    const last = windowsOf([...learned, 1e-9].map(tested)).at(-1);

    expect(outcomeOf(last)).toBe(outcome);
    if (outcome === "insufficient")
      expect(last?.features[0]?.why).toContain(`the test tells nothing: ${alarms} of its first 12 windows`);
  });

  it("should be believed of a monitor that lists only what drifts", () => {
    expect(windowsOf([1e-9, 1e-9].map(tested), { unlisted: "calm" })[1]).toMatchObject({ severity: "medium" });
  });
});

describe("series of scores of samples", () => {
  /** Scores of windows against one reference, by a monitor that tells neither sizes nor bins. */
  const series = (random: () => number, size: number, shifts: readonly number[]) => {
    const [reference, calm, shifted] = [0, 0, 0.5].map((shift) => samplerOf(random, "normal", 10, shift));
    const before = reference?.(size) ?? [];
    return shifts.map((shift) => distanceOf(before, (shift === 0 ? calm : shifted)?.(size) ?? []));
  };
  const random = xorshift(20_261_130);

  it.each([500, 1_000, 5_000])("should never be detected without a drift, of %d values", (size) => {
    const detections = Array.from({ length: 20 }, () =>
      windowsOf(series(random, size, Array(60).fill(0)).map((score) => alone(score))).filter(({ severity }) => severity !== "none"),
    );

    expect(detections.flat()).toEqual([]);
  });

  it.each([500, 1_000, 5_000])("should be detected in the second window of a step of .5 sd, of %d values", (size) => {
    const steps = Array.from({ length: 20 }, () => {
      const scores = series(random, size, [...Array(20).fill(0), ...Array(4).fill(0.5)]);
      return windowsOf(scores.map((score) => alone(score))).findIndex(({ severity }) => severity !== "none") - 19;
    });

    expect(steps).toEqual(Array(20).fill(2));
  });
});

describe("a history with learned scores", () => {
  it("should survive its way through the store, and be read where an earlier program wrote none", () => {
    const { history } = evaluateAll(
      POLICY,
      CALM.map((score, day) => reportOf(day, [alone(score)])),
    );
    const earlier = history.map(({ learned: _, ...monitor }) => monitor);

    expect(driftHistorySchema.parse(JSON.parse(JSON.stringify(history)))).toEqual(history);
    expect(evaluateDrift(POLICY, reportOf(12, [alone(0.2)]), driftHistorySchema.parse(earlier)).history[0]?.learned).toMatchObject([
      { count: 1 },
    ]);
  });
});

describe("a history of many learned scores", () => {
  const random = xorshift(20_261_201);
  const manyOf = (count: number, nameLength: number) => {
    const names = Array.from({ length: count }, () => Array.from({ length: nameLength }, () => digit(random)).join(""));
    return () => names.map((name) => ({ ...alone(random() / 2 ** 33), name }));
  };

  it.each([
    ["one monitor of 2,000 features", 1, 2_000, 12, 0],
    ["one of 2,000 features with the longest names", 1, 2_000, 256, 1],
    ["two of 2,000 features", 2, 2_000, 12, 1],
    ["fifty of 100 features", 50, 100, 12, 1],
  ])("should fit into its record, and tell what does not: %s", (_, monitors, count, nameLength, least) => {
    const features = Array.from({ length: monitors }, () => manyOf(count, nameLength));
    let history: DriftHistory = [];
    let dropped = 0;
    for (const day of [0, 1]) {
      features.forEach((list, index) => {
        const report = reportOf(day, list(), { monitor: `m${index}`, id: `${index}-${day}` });
        const evaluated = evaluateDrift(POLICY, report, history);
        history = evaluated.history;
        dropped = evaluated.dropped?.features ?? 0;
      });
    }

    expect(deflatedJson(history).length).toBeLessThan(300 * 1024);
    expect(Math.min(dropped, 1)).toBe(least);
    expect(history).toHaveLength(monitors);
  });

  it("should learn least of whom it has learned least, where there is no room for all", () => {
    const [list, more] = [manyOf(400, 250)(), manyOf(1_600, 250)()];
    const reports = [list, list, list, [...list, ...more]].map((features, day) => reportOf(day, features));

    const learned = evaluateAll(POLICY, reports).history[0]?.learned ?? [];

    expect(learned.length).toBeLessThan(1_000);
    expect(learned.filter(({ count }) => count === 4)).toHaveLength(400);
  });

  it("should drop what is learned before what drifts", () => {
    const drifting = manyOf(500, 250)().map((feature) => ({ ...feature, sampleSize: 5_000, evidence: scored(0.4) }));
    const report = reportOf(0, [...drifting, ...manyOf(1_500, 250)()]);

    const { features, learned } = evaluateAll(POLICY, [report]).history[0] ?? {};

    expect(features).toHaveLength(500);
    expect(learned?.length).toBeLessThan(500);
  });
});

// Helpers

function digit(random: () => number): string {
  return (random() % 36).toString(36);
}

/** A feature of which only a score is known. */
function alone(score: number, values: Partial<Extract<Evidence, { type: "score" }>> = {}): DriftFeature {
  return { name: "amount", kind: "data", evidence: { type: "score", metric: DISTANCE, score, ...values } };
}

/** What daily reports of one feature each are evaluated to. */
function windowsOf(features: readonly DriftFeature[], told: Partial<DriftReport> = {}): DriftEvaluation[] {
  return evaluateAll(
    POLICY,
    features.map((feature, day) => reportOf(day, [feature], told)),
  ).evaluations;
}

function outcomeOf(evaluation: DriftEvaluation | undefined): string | undefined {
  return evaluation?.features[0]?.outcome;
}

/** Jensen-Shannon distance of two counts, base 2. */
function distanceOf(reference: readonly number[], current: readonly number[]): number {
  const [p, q] = [reference, current].map((counts) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => count / total);
  });
  const bits = (of: readonly number[] = [], other: readonly number[] = []) =>
    of.reduce((sum, share, bin) => (share === 0 ? sum : sum + share * Math.log2((2 * share) / (share + (other[bin] ?? 0)))), 0);
  return Math.sqrt(Math.max(0, (bits(p, q) + bits(q, p)) / 2));
}
