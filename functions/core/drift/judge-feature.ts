import { ownValue } from "../json-path";
import { totalOf } from "./distributions/aligned-pair";
import { judgeDistributions } from "./distributions/judge-distributions";
import { type DriftPolicy, kindOfColumn, thresholdsOf, usualThresholds } from "./drift-policy";
import type { DriftFeature, DriftKind, DriftReport } from "./drift-report";
import { insufficientJudgement, type Judgement, judgementOfScore, judgementOfUnknownSize, threeDigits } from "./judgement";
import { MEASURES, type Metric } from "./measures/metrics";
import { normalNoise } from "./measures/noise";
import { judgeScore, type KnownSizes, PERFORMANCE_DELTA, type ReportedScore } from "./scores/judge-score";
import { type LearnedScore, type Lesson, learnedKey } from "./scores/learned-scores";

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

/** A design effect is an estimate: a window that is too small by less than this share of it is judged. */
const EFFECT_SHARE = 0.75;

/**
 * Judges one feature by one window.
 * @param alpha probability, in (0, 1), of a score above its noise when nothing drifts
 * @param learned what is known of the feature's scores; absent where the monitor lists only what drifts
 */
export function judgeFeature(
  policy: DriftPolicy,
  feature: DriftFeature,
  alpha: number,
  learned?: ReportedScore["learned"],
): Judgement {
  const { evidence, designEffect = 1 } = feature;
  const metric = metricOf(policy, feature);
  const sizes = sizesOf(feature);
  const least = Math.max(1, ownValue(policy.features, feature.name)?.minSampleSize ?? policy.minSampleSize);
  for (const side of ["reference", "current"] as const) {
    const size = sizes[side];
    const got = evidence.type === "distributions" && totalOf(evidence[side]) === 0 ? 0 : size;
    if (got !== undefined && got < least * (designEffect === 1 ? 1 : EFFECT_SHARE * designEffect)) {
      const dependent = designEffect === 1 ? "" : `, times a design effect of ${threeDigits(designEffect)},`;
      const why = `got ${threeDigits(got)} values on the ${side} side, needs at least ${least}${dependent} to tell`;
      return insufficientJudgement(metric, why);
    }
  }
  switch (evidence.type) {
    case "distributions": {
      const { reference = totalOf(evidence.reference), current = totalOf(evidence.current) } = sizes;
      const basis = {
        metric: metric as Metric,
        thresholds: thresholdsOf(policy, feature.name, metric) ?? usualThresholds(policy, metric),
        sizes: { referenceSize: reference, currentSize: current },
        alpha,
      };
      return judgeDistributions(policy, { ...feature, evidence }, basis);
    }
    case "performance": {
      const { reference, current, higherIsBetter, standardError } = evidence;
      if (reference === undefined) return insufficientJudgement(metric, "nothing to compare with: the report has no reference");
      const noise = standardError === undefined ? undefined : normalNoise(standardError / Math.abs(reference), alpha);
      const thresholds = thresholdsOf(policy, feature.name, metric) ?? usualThresholds(policy, metric);
      return judgementOfScore(policy, { metric, score: performanceDelta(reference, current, higherIsBetter), thresholds, noise });
    }
    case "score":
      return judgeScore(policy, { name: feature.name, evidence, sizes, alpha, learned });
    case "violation":
      return judgementOfUnknownSize(policy, metric, true, `the monitor's rule ${metric} is broken, by how much is unknown`);
    case "unmeasured":
      return insufficientJudgement(metric, `not enough data: ${evidence.why}`);
  }
}

/**
 * What a feature is scored by, or which rule it breaks. Categories, which have no order, are scored by the balanced Cramér's V
 * where order is asked for.
 */
function metricOf(policy: DriftPolicy, feature: DriftFeature): string {
  const { evidence, name } = feature;
  switch (evidence.type) {
    case "distributions": {
      const metric = ownValue(policy.features, name)?.metric ?? policy.metrics[judgedKind(policy, feature)];
      return MEASURES[metric].needsOrder && evidence.current.type === "categories" ? "cramers-v-balanced" : metric;
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
  /** It moves slowly by itself, so that a drift of it must last longer. */
  readonly isWandering?: true;
  readonly judgement: Judgement;
  /** Of each of its measurements, by metric and score. */
  readonly lessons: readonly Lesson[];
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
 * Every feature that the policy does not ignore and that tells of drift, by key. One that is measured several times counts by its
 * worst measurement. The policy's false alarm rate is that of the whole report, so each measurement gets an even share:
 * Bonferroni's correction.
 * @param learned of the report's monitor
 */
export function judgeReport(
  policy: DriftPolicy,
  report: DriftReport,
  learned: readonly LearnedScore[] = [],
): Map<string, JudgedFeature> {
  const known = listsAll(report) ? new Map(learned.map((one) => [learnedKey(one), one])) : undefined;
  const watched = report.features.filter(
    ({ name, evidence }) => ownValue(policy.features, name)?.isIgnored !== true && !isQualityAlone(evidence),
  );
  const alpha = policy.falseAlarmRate / watched.length;
  const judged = new Map<string, JudgedFeature & { readonly lessons: Lesson[] }>();
  for (const feature of watched) {
    const { current } = sizesOf(feature);
    const { name } = feature;
    const kind = judgedKind(policy, feature);
    const { lesson, ...judgement } = judgeFeature(
      policy,
      feature,
      alpha,
      known && ((metric) => known.get(learnedKey({ kind, name, metric }))),
    );
    const key = featureKey({ kind, name });
    const other = judged.get(key);
    const lessons = other?.lessons ?? [];
    if (lesson !== undefined) lessons.push(lesson);
    if (other !== undefined && !isWorse(judgement, other.judgement)) continue;
    judged.set(key, {
      name,
      kind,
      ...(current !== undefined && { sampleSize: current }),
      ...(feature.calm?.windows === "wandering" && { isWandering: true }),
      judgement,
      lessons,
    });
  }
  for (const { lessons } of judged.values()) lessons.sort(byMetric);
  return judged;
}

/** Whether an entry tells how well a model does, but not whether that is worse than before. */
function isQualityAlone(evidence: DriftFeature["evidence"]): boolean {
  return evidence.type === "performance" && evidence.reference === undefined;
}

function byMetric(a: Lesson, b: Lesson): number {
  return a.metric === b.metric ? a.score - b.score : a.metric < b.metric ? -1 : 1;
}

/** Whether what the monitor measured of calm features is in the report too. */
function listsAll({ lists, unlisted }: DriftReport): boolean {
  return (lists ?? (unlisted === "calm" ? "drift" : "all")) === "all";
}

/** Whether the first tells more: it drifts more, or says at least that nothing drifts. Its text settles what is else equal. */
function isWorse(a: Judgement, b: Judgement): boolean {
  const weight = ({ outcome }: Judgement) => (outcome === "insufficient" ? 0 : 1);
  const difference = weight(a) - weight(b) || a.rank - b.rank || a.heldRank - b.heldRank || (a.score ?? 0) - (b.score ?? 0);
  return difference === 0 ? a.why < b.why : difference > 0;
}
