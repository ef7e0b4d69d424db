import { ownValue } from "../../json-path";
import { type DriftPolicy, thresholdsOf, usualThresholds } from "../drift-policy";
import type { Evidence } from "../drift-report";
import {
  insufficientJudgement,
  type Judgement,
  judgementOfScore,
  judgementOfScoreAlone,
  judgementOfUnknownSize,
  threeDigits,
} from "../judgement";
import { METRIC_BANDS, METRICS_UP_TO_1 } from "../measures/metric-bands";
import { isMetric, MEASURES, type Metric } from "../measures/metrics";
import { type CalmLevel, calmLevel, FEWEST_LEARNED, isFarAbove, type LearnedScore } from "./learned-scores";

/** The metric of a change in how well a model does; see `performanceDelta`. */
export const PERFORMANCE_DELTA = "performance-delta";

/** The metric of a test's p-value, which is below its threshold when something drifts. */
export const P_VALUE = "p-value";

/** How many values stand behind the two sides of a feature; undefined where the report does not tell. */
export interface KnownSizes {
  readonly reference: number | undefined;
  readonly current: number | undefined;
}

/** A score that the monitor computed, of one feature in one window. */
export interface ReportedScore {
  /** The feature's. */
  readonly name: string;
  readonly evidence: Extract<Evidence, { type: "score" }>;
  readonly sizes: KnownSizes;
  /** Probability, in (0, 1), of a score above its noise when nothing drifts. */
  readonly alpha: number;
  /** What the monitor's first windows had of a metric of the feature; absent where the monitor lists only what drifts. */
  readonly learned?: ((metric: string) => LearnedScore | undefined) | undefined;
}

/**
 * Judges a score that a monitor computed: with its noise where the sizes and bins behind it are known, and otherwise by what the
 * monitor's first windows had, if it lists calm features too. Of a monitor that lists only what drifts, these would be drift.
 */
export function judgeScore(policy: DriftPolicy, reported: ReportedScore): Judgement {
  const { name, evidence, sizes, alpha, learned } = reported;
  const { metric, score, threshold, bins } = evidence;
  if (metric === P_VALUE) return judgePValue(policy, reported);
  const isKnown = metric === PERFORMANCE_DELTA || ownValue(METRIC_BANDS, metric) !== undefined;
  const thresholds = thresholdsOf(policy, name, metric) ?? (isKnown ? usualThresholds(policy, metric) : undefined);
  if (thresholds === undefined && threshold === undefined) {
    return insufficientJudgement(metric, `${metric} has no threshold, set one in metricThresholds`);
  }
  const chance = isMetric(metric) ? chanceOf(metric, { score, sizes, bins, alpha }) : undefined;
  if (learned !== undefined && chance === undefined && metric !== PERFORMANCE_DELTA) {
    const known = learned(metric);
    const calm = known && calmLevel(known);
    const judgement =
      calm === undefined
        ? { ...learningJudgement(metric, known), score }
        : calm.floor >= 1 && METRICS_UP_TO_1.has(metric)
          ? { ...uselessJudgement(metric, calm), score }
          : judgementOfScoreAlone(policy, { metric, score, thresholds, monitorThreshold: threshold, calm });
    const isFar = calm !== undefined && judgement.outcome === "drift" && isFarAbove(score, calm);
    return { ...judgement, lesson: { metric, score, isFar } };
  }
  if (thresholds !== undefined) {
    return judgementOfScore(policy, { metric, score, thresholds, ...chance, monitorThreshold: threshold });
  }
  const limit = threshold ?? Number.POSITIVE_INFINITY;
  return judgementOfUnknownSize(
    policy,
    metric,
    score > limit,
    `${metric} ${threeDigits(score)} against the monitor's ${threeDigits(limit)}`,
  );
}

/** A p-value below its limit is a drift of unknown size, unless most of the monitor's first windows had one. */
function judgePValue(policy: DriftPolicy, { evidence, alpha, learned }: ReportedScore): Judgement {
  const { score, threshold } = evidence;
  const limit = Math.min(threshold ?? 1, alpha);
  const isAlarm = score < limit;
  const compared = `${P_VALUE} ${threeDigits(score)} against ${threeDigits(limit)}, below which it is drift`;
  const judgement = judgementOfUnknownSize(policy, P_VALUE, isAlarm, compared);
  if (learned === undefined) return judgement;
  const lesson = { metric: P_VALUE, score, isAlarm };
  const { count = 0, alarms = 0, ...known } = learned(P_VALUE) ?? {};
  if (count < FEWEST_LEARNED) return { ...learningJudgement(P_VALUE, { ...known, count }), lesson };
  if (alarms * 2 <= count) return { ...judgement, lesson };
  const useless = `the test tells nothing: ${alarms} of its first ${count} windows had a p-value below the limit; have the monitor report a distance instead`;
  return { ...insufficientJudgement(P_VALUE, useless), lesson };
}

function learningJudgement(metric: string, known: Pick<LearnedScore, "count"> | undefined): Judgement {
  const learning = `learning what ${metric} is in calm windows: had ${known?.count ?? 0} of ${FEWEST_LEARNED} before this one`;
  return insufficientJudgement(metric, `${learning}; sizes and bins with each score would make this needless`);
}

/** Of a score that no drift could raise above what calm windows have. */
function uselessJudgement(metric: string, { mean, floor }: CalmLevel): Judgement {
  const useless = `${metric} tells nothing: calm windows had ${threeDigits(mean)} on average and up to ${threeDigits(floor)}, and no score is above 1`;
  return insufficientJudgement(metric, `${useless}; have the monitor report sizes and bins with each score, or another metric`);
}

/** What chance makes of a score: what it exceeds with probability `alpha`, and what is left without what it adds on average. */
interface Chance {
  readonly noise: number;
  readonly unbiased: number;
}

/** Undefined where it cannot be told. A reference of unknown size is taken for as small as the current side. */
function chanceOf(
  metric: Metric,
  {
    score,
    sizes,
    bins,
    alpha,
  }: Pick<ReportedScore, "sizes" | "alpha"> & { readonly score: number; readonly bins: number | undefined },
): Chance | undefined {
  const { current: currentSize } = sizes;
  if (currentSize === undefined || currentSize === 0) return undefined;
  const referenceSize = sizes.reference || currentSize;
  const noise = MEASURES[metric].noiseOfSample({ bins, currentSize, referenceSize }, alpha);
  if (noise === undefined) return undefined;
  const average = ((bins ?? 1) - 1) * (1 / referenceSize + 1 / currentSize);
  return { noise, unbiased: MEASURES[metric].unbiased(score, average) };
}
