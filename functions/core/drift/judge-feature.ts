import { ownValue } from "../json-path";
import { alignDistributions, totalOf } from "./aligned-pair";
import { type DriftPolicy, kindOfColumn } from "./drift-policy";
import type { DriftFeature, DriftKind, DriftReport, Evidence } from "./drift-report";
import { insufficientJudgement, type Judgement, judgementOfScore, judgementOfUnknownSize, threeDigits } from "./judgement";
import { isMetric, MEASURES, type Metric } from "./measures/metrics";
import { normalNoise } from "./measures/noise";
import type { Thresholds } from "./severity";

/** The metric of a change in how well a model does; see `performanceDelta`. */
const PERFORMANCE_DELTA = "performance-delta";

/** The metric of a test's p-value, which is below its threshold when something drifts. */
export const P_VALUE = "p-value";

/** How many values stand behind the two sides of a feature; undefined where the report does not tell. */
interface KnownSizes {
  readonly reference: number | undefined;
  readonly current: number | undefined;
}

/** The kind of a feature: that of the policy's label and prediction columns, otherwise the monitor's. */
export function judgedKind({ columns }: DriftPolicy, { name, kind }: DriftFeature): DriftKind {
  if (kind === "concept") return kind;
  return kindOfColumn(columns, name) ?? kind;
}

/** How many values stand behind a feature: as the report says, or as its counts add up to. */
function sizesOf({ evidence, sampleSize, referenceSize }: DriftFeature): KnownSizes {
  if (evidence.type !== "distributions") return { reference: referenceSize, current: sampleSize };
  return {
    reference: referenceSize ?? totalOf(evidence.reference),
    current: sampleSize ?? totalOf(evidence.current),
  };
}

/**
 * Judges one feature by one window.
 * @param alpha probability, in (0, 1), of a score above its noise when nothing drifts
 */
export function judgeFeature(policy: DriftPolicy, feature: DriftFeature, alpha: number): Judgement {
  const { evidence } = feature;
  const metric = metricOf(policy, feature);
  const sizes = sizesOf(feature);
  const least = Math.max(1, ownValue(policy.features, feature.name)?.minSampleSize ?? policy.minSampleSize);
  for (const side of ["reference", "current"] as const) {
    const size = sizes[side];
    const got = evidence.type === "distributions" && totalOf(evidence[side]) === 0 ? 0 : size;
    if (got !== undefined && got < least) {
      return insufficientJudgement(metric, `got ${threeDigits(got)} values on the ${side} side, needs at least ${least} to tell`);
    }
  }
  switch (evidence.type) {
    case "distributions": {
      const { reference, current } = evidence;
      const pair = alignDistributions(reference, current, { referenceSize: sizes.reference, currentSize: sizes.current });
      const measure = MEASURES[metric as Metric];
      const thresholds = thresholdsOf(policy, feature, metric) ?? policy.thresholds;
      return judgementOfScore(policy, { metric, score: measure.score(pair), thresholds, noise: measure.noise(pair, alpha) });
    }
    case "performance": {
      const { reference, current, higherIsBetter, standardError } = evidence;
      const noise = standardError === undefined ? undefined : normalNoise(standardError / Math.abs(reference), alpha);
      const thresholds = thresholdsOf(policy, feature, metric) ?? policy.thresholds;
      return judgementOfScore(policy, { metric, score: performanceDelta(reference, current, higherIsBetter), thresholds, noise });
    }
    case "score":
      return judgeScore(policy, feature, evidence, sizes, alpha);
    case "violation":
      return judgementOfUnknownSize(policy, metric, true, `the monitor's rule ${metric} is broken, by how much is unknown`);
    case "unmeasured":
      return insufficientJudgement(metric, `not enough data: ${evidence.why}`);
  }
}

function judgeScore(
  policy: DriftPolicy,
  feature: DriftFeature,
  { metric, score, threshold, bins }: Extract<Evidence, { type: "score" }>,
  sizes: KnownSizes,
  alpha: number,
): Judgement {
  if (metric === P_VALUE) {
    const limit = Math.min(threshold ?? 1, alpha);
    return judgementOfUnknownSize(
      policy,
      metric,
      score < limit,
      `${metric} ${threeDigits(score)} against ${threeDigits(limit)}, below which it is drift`,
    );
  }
  const known = isMetric(metric) || metric === PERFORMANCE_DELTA ? policy.thresholds : undefined;
  const thresholds = thresholdsOf(policy, feature, metric) ?? known;
  if (thresholds !== undefined) {
    const noise = isMetric(metric) ? noiseOf(metric, sizes, bins, alpha) : undefined;
    return judgementOfScore(policy, { metric, score, thresholds, noise, monitorThreshold: threshold });
  }
  if (threshold === undefined) return insufficientJudgement(metric, `${metric} has no threshold, set one in metricThresholds`);
  return judgementOfUnknownSize(
    policy,
    metric,
    score > threshold,
    `${metric} ${threeDigits(score)} against the monitor's ${threeDigits(threshold)}`,
  );
}

/**
 * What a feature is scored by, or which rule it breaks. Categories, which have no order, are scored by Cramér's V where order is
 * asked for.
 */
function metricOf(policy: DriftPolicy, feature: DriftFeature): string {
  const { evidence, name } = feature;
  switch (evidence.type) {
    case "distributions": {
      const metric = ownValue(policy.features, name)?.metric ?? policy.metrics[judgedKind(policy, feature)];
      return MEASURES[metric].needsOrder && evidence.current.type === "categories" ? "cramers-v" : metric;
    }
    case "performance":
      return PERFORMANCE_DELTA;
    case "violation":
      return evidence.check;
    case "score":
    case "unmeasured":
      return evidence.metric;
  }
}

function thresholdsOf(policy: DriftPolicy, { name }: DriftFeature, metric: string): Thresholds | undefined {
  return ownValue(policy.features, name)?.thresholds ?? ownValue(policy.metricThresholds, metric);
}

/** A reference of unknown size is taken for as small as the current side. */
function noiseOf(metric: Metric, { reference, current }: KnownSizes, bins: number | undefined, alpha: number): number | undefined {
  if (current === undefined || current === 0) return undefined;
  return MEASURES[metric].noiseOfSample({ bins, currentSize: current, referenceSize: reference || current }, alpha);
}

const MOST = 1e9;

/**
 * How much worse the model does now, as a share of what it did: (reference − current) / |reference| where higher is better, with
 * the other sign where lower is; above 0 worse, below 0 better, so that an improvement is never drift. No units, within ±1e9: what
 * is more of a tiny reference is no more told apart.
 * @throws RangeError when the reference is 0, which nothing is relative to
 */
export function performanceDelta(reference: number, current: number, higherIsBetter: boolean): number {
  if (reference === 0) throw new RangeError("got a reference of 0, expected another number: nothing is relative to 0");
  const loss = higherIsBetter ? reference - current : current - reference;
  return Math.max(-MOST, Math.min(MOST, loss / Math.abs(reference)));
}

/** A feature of a report with what its window says of it. */
export interface JudgedFeature {
  readonly name: string;
  readonly kind: DriftKind;
  /** Values behind the current side, where known. */
  readonly sampleSize?: number;
  readonly judgement: Judgement;
}

/** Equal for one feature in all reports of a monitor; no kind holds a slash. */
export function featureKey({ kind, name }: Pick<JudgedFeature, "kind" | "name">): string {
  return `${kind}/${name}`;
}

/** Code-unit order of keys: the same on every machine. */
export function byKey(a: Pick<JudgedFeature, "kind" | "name">, b: Pick<JudgedFeature, "kind" | "name">): number {
  const [first, second] = [featureKey(a), featureKey(b)];
  return first === second ? 0 : first < second ? -1 : 1;
}

/**
 * Every feature that the policy does not ignore, by key. One that is measured several times counts by its worst measurement. The
 * policy's false alarm rate is that of the whole report, so each measurement gets an even share: Bonferroni's correction.
 */
export function judgeReport(policy: DriftPolicy, report: DriftReport): Map<string, JudgedFeature> {
  const watched = report.features.filter(({ name }) => ownValue(policy.features, name)?.isIgnored !== true);
  const alpha = policy.falseAlarmRate / watched.length;
  const judged = new Map<string, JudgedFeature>();
  for (const feature of watched) {
    const { current } = sizesOf(feature);
    const judgement = judgeFeature(policy, feature, alpha);
    const next: JudgedFeature = {
      name: feature.name,
      kind: judgedKind(policy, feature),
      ...(current !== undefined && { sampleSize: current }),
      judgement,
    };
    const key = featureKey(next);
    const known = judged.get(key);
    if (known === undefined || isWorse(judgement, known.judgement)) judged.set(key, next);
  }
  return judged;
}

/** Whether the first tells more: it drifts more, or says at least that nothing drifts. Its text settles what is else equal. */
function isWorse(a: Judgement, b: Judgement): boolean {
  const weight = ({ outcome }: Judgement) => (outcome === "insufficient" ? 0 : 1);
  const difference = weight(a) - weight(b) || a.rank - b.rank || a.heldRank - b.heldRank || (a.score ?? 0) - (b.score ?? 0);
  return difference === 0 ? a.why < b.why : difference > 0;
}
