import type { Thresholds } from "../severity";
import type { Metric } from "./metrics";

/** Scores that only monitors tell, of which it is known what shift they mean. */
type MonitorsMetric = "hellinger-distance" | "cramers-v" | "chi-square-effect" | "total-variation";

const HELLINGER: Thresholds = { low: 0.079, medium: 0.11, high: 0.19, critical: 0.25 };
const CRAMERS_V: Thresholds = { low: 0.11, medium: 0.155, high: 0.265, critical: 0.335 };
const LARGEST_GAP: Thresholds = { low: 0.09, medium: 0.13, high: 0.22, critical: 0.28 };

/**
 * By metric, the score from which on a drift has each severity, in the metric's units, unless a model's settings say otherwise:
 * what PSI's usual limits are in the others. Of 14 families (a normal feature that shifts or spreads, log-normal ones, categories
 * that gain or tilt, zeros that become fewer) the change with the PSI of each limit was solved for, on exact shares of 20 bins, and
 * the other metrics computed of it; a limit is their median, rounded. docs/drift.md tells how far the families lie apart.
 */
export const METRIC_BANDS: Readonly<Record<Metric | MonitorsMetric, Thresholds>> = {
  psi: { low: 0.05, medium: 0.1, high: 0.3, critical: 0.5 },
  "kl-divergence": { low: 0.025, medium: 0.05, high: 0.15, critical: 0.25 },
  "jensen-shannon-divergence": { low: 0.009, medium: 0.018, high: 0.052, critical: 0.086 },
  "jensen-shannon-distance": { low: 0.095, medium: 0.134, high: 0.23, critical: 0.29 },
  hellinger: HELLINGER,
  /** As NannyML's and Evidently's is read. */
  "hellinger-distance": HELLINGER,
  "l-infinity": { low: 0.04, medium: 0.06, high: 0.12, critical: 0.17 },
  "cramers-v-balanced": CRAMERS_V,
  "cramers-v": CRAMERS_V,
  "chi-square-effect": { low: 0.23, medium: 0.32, high: 0.58, critical: 0.77 },
  "kolmogorov-smirnov": LARGEST_GAP,
  "total-variation": LARGEST_GAP,
  "wasserstein-normed": { low: 0.2, medium: 0.3, high: 0.5, critical: 0.7 },
};

/** Metrics of which no score is above 1: distances between shares; of monitors, areas under a curve and shares of columns too. */
export const METRICS_UP_TO_1: ReadonlySet<string> = new Set([
  ...["jensen-shannon-divergence", "jensen-shannon-distance", "hellinger", "hellinger-distance", "l-infinity"],
  ...["cramers-v-balanced", "cramers-v", "kolmogorov-smirnov", "total-variation"],
  ...["embeddings-model", "perc_text_content_drift", "percentile text content drift", "drifted-columns-share"],
]);
