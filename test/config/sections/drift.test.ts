import { driftPolicy, driftSchema } from "../../../config/sections/drift";
import { DEFAULT_DRIFT_POLICY, usualThresholds } from "../../../functions/core/drift/drift-policy";
import { METRIC_BANDS } from "../../../functions/core/drift/measures/metric-bands";
import { messageOf } from "../../stacks/config-messages";

const RISING = { low: 0.1, medium: 0.2, high: 0.4, critical: 0.8 };

describe("the drift of a model in retrigger.yaml", () => {
  it("should mean core's own defaults when it says nothing", () => {
    expect(driftPolicy(driftSchema.parse({}))).toEqual(DEFAULT_DRIFT_POLICY);
  });

  it("should have thresholds only where it sets them itself, and else those that mean the same of each metric", () => {
    const own = { psi: RISING, "their-score": RISING };
    const policyOf = (drift: object) => driftPolicy(driftSchema.parse(drift));

    expect(policyOf({ metricThresholds: own }).metricThresholds).toEqual(own);
    expect(policyOf({ metricThresholds: own })).toMatchObject({ thresholds: METRIC_BANDS.psi });
    expect(usualThresholds(policyOf({}), "hellinger")).toBe(METRIC_BANDS.hellinger);
    expect(usualThresholds(policyOf({ thresholds: RISING }), "hellinger")).toEqual(RISING);
    expect(policyOf({ thresholds: RISING })).toMatchObject({ thresholds: RISING, metricThresholds: {} });
    expect(policyOf({ thresholds: RISING, metricThresholds: own }).metricThresholds).toEqual(own);
    // Written out, the default is a choice like any other.
    expect(policyOf({ thresholds: METRIC_BANDS.psi }).thresholds).toEqual(METRIC_BANDS.psi);
  });

  it("should pass on what it says", () => {
    const policy = driftPolicy(
      driftSchema.parse({
        thresholds: RISING,
        metricThresholds: { "their-score": RISING },
        features: { delay: { metric: "wasserstein-normed", minSampleSize: 10 }, id: { ignore: true } },
        labels: ["delay"],
        predictions: ["answer"],
        persistence: { k: 1, n: 1 },
        forget: "7d",
        pause: "90d",
        responses: { medium: { priority: "none" }, high: { priority: 1, approval: false, notify: false } },
      }),
    );

    expect(policy).toMatchObject({
      thresholds: RISING,
      metricThresholds: { "their-score": RISING },
      features: { delay: { metric: "wasserstein-normed", minSampleSize: 10 }, id: { isIgnored: true } },
      columns: { labels: ["delay"], predictions: ["answer"] },
      persistence: { k: 1, n: 1 },
      forgetMs: 604_800_000,
      pauseMs: 7_776_000_000,
      responses: { high: { request: { priority: 1, needsApproval: false }, notify: false, block: false } },
    });
    expect(policy.responses.medium).toEqual({ notify: false, block: false });
  });

  it.each<[string, object, string]>([
    ["thresholds that fall", { thresholds: { ...RISING, high: 0.1 } }, "drift.thresholds: got"],
    ["a threshold of nothing", { thresholds: { ...RISING, low: 0 } }, "drift.thresholds.low: got 0; expected a number above 0"],
    [
      "a metric that there is not",
      { metrics: { data: "psy" } },
      'drift.metrics.data: got "psy"; did you mean psi? expected one of psi, kl-divergence',
    ],
    [
      "the former name of a metric",
      { metrics: { prediction: "cramers-v" } },
      'drift.metrics.prediction: got "cramers-v"; expected cramers-v-balanced',
    ],
    [
      "the former name of a column's metric",
      { features: { country: { metric: "cramers-v" } } },
      'features.country.metric: got "cramers-v"; expected cramers-v-balanced',
    ],
    ["more windows than there are", { persistence: { k: 4, n: 3 } }, "expected k of at most n, or no drift would ever be detected"],
    ["a pause of hours", { pause: "23h" }, 'drift.pause: got "23h"; expected a whole number and a unit, 1d to 365d, such as 30d'],
    ["a pause of years", { pause: "366d" }, 'drift.pause: got "366d"; expected a whole number and a unit, 1d to 365d'],
    [
      "a pause without a unit",
      { pause: "30" },
      'drift.pause: got "30"; it has no unit, such as the m of 30m; expected a whole number and a unit',
    ],
    ["a misspelt key", { hysterisis: 0.1 }, "drift.hysterisis: unknown key; did you mean hysteresis?"],
    ["a priority without end", { responses: { low: { priority: 6 } } }, "responses.low.priority: got 6; expected 5 or less"],
    [
      "a block that nobody could lift",
      { responses: { critical: { priority: "none" } } },
      "expected a priority from 1 to 5 beside it, or block: false",
    ],
  ])("should refuse %s, and say what is expected", (_name, drift, expected) => {
    const model = { data: { bucket: "acme" }, pipeline: { name: "training" }, drift };
    const message = messageOf({
      environment: "dev",
      aws: { region: "eu-central-1" },
      models: { one: { ...model, data: { bucket: "acme", prefixes: ["in/"] } } },
    });

    expect(message).toContain(expected);
  });
});
