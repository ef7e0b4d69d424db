import { seededRandom } from "../../functions/core/capture/seeded-random";
import { verdictByLimits } from "../../functions/core/promotion/guardrails/compare-models";
import { compareRows } from "../../functions/core/promotion/guardrails/compare-rows";
import type { GuardrailCheck } from "../../functions/core/promotion/guardrails/guardrail";
import { pairRows } from "../../functions/core/promotion/guardrails/pair-rows";
import type { RowMetric } from "../../functions/core/promotion/promotion-settings";
import { drawMultinomial } from "../../functions/core/promotion/statistics/binomial";
import { pairedDifference } from "../../functions/core/promotion/statistics/paired-shares";
import { type DrawnPair, drawClassifiers, drawRegressions, drawScored, type Random } from "../../test/simulation/golden-set";
import type { Row } from "../table";
import { largeGoldenSetFigures } from "./large-golden-set";

const ALPHA = 0.05;
const DRAWS = 10_000;

/** How often candidates that are equal, or worse by so much, are refused, passed and not known, beside a gate of `>=`. */
export function promotionFigures(): Row[] {
  const accuracy = [0, 0.01].flatMap((margin) =>
    [0.05, 0.1].flatMap((differing) =>
      [500, 2_000, 10_000].flatMap((rows) => [0, 0.01, 0.02, 0.05].map((loss) => accuracyRow({ margin, differing, rows, loss }))),
    ),
  );
  return [...accuracy, ...RESAMPLED.map(resampledRow), ...largeGoldenSetFigures()];
}

interface Case {
  readonly margin: number;
  readonly differing: number;
  readonly rows: number;
  readonly loss: number;
}

type Tally = Record<GuardrailCheck["verdict"] | "naive", number>;

function accuracyRow({ margin, differing, rows, loss }: Case): Row {
  const random = seededRandom(`accuracy ${margin} ${differing} ${rows} ${loss}`);
  const shares = [(differing - loss) / 2, (differing + loss) / 2, 1 - differing];
  const drawn = new Float64Array(3);
  const known = new Map<number, GuardrailCheck["verdict"]>();
  const tally: Tally = { failed: 0, passed: 0, "not-known": 0, naive: 0 };
  for (let draw = 0; draw < DRAWS; draw++) {
    drawMultinomial(
      random,
      shares.map((share) => share * rows),
      rows,
      drawn,
    );
    const [gains = 0, losses = 0] = drawn;
    const key = gains * rows + losses;
    const verdict = known.get(key) ?? verdictOfCounts({ gains, losses, rows }, margin);
    known.set(key, verdict);
    tally[verdict]++;
    if (gains < losses) tally.naive++;
  }
  const what = `accuracy, ${rows.toLocaleString("en")} rows, differing on ${percent(differing)}, margin ${points(margin)}: ${told(loss)}`;
  return rowOf(what, tally, DRAWS, loss, margin);
}

function verdictOfCounts(counts: { gains: number; losses: number; rows: number }, margin: number): GuardrailCheck["verdict"] {
  return verdictByLimits({ ...pairedDifference(counts, margin, ALPHA), isNowhereWorse: counts.losses === 0 }, margin);
}

interface Resampled {
  readonly what: string;
  readonly metric: RowMetric;
  readonly draws: number;
  /** Whether the candidate is the champion's equal. */
  readonly isEqual: boolean;
  readonly draw: (random: Random) => DrawnPair;
}

const RESAMPLED: readonly Resampled[] = [
  {
    what: "AUC 0.96, 500 rows, a tenth of them positives: equal",
    metric: "auc",
    draws: 10_000,
    isEqual: true,
    draw: (random) => drawScored(random, { rows: 500, positives: 0.1 }),
  },
  {
    what: "AUC 0.96, 2,000 rows, half of them positives: equal",
    metric: "auc",
    draws: 2_000,
    isEqual: true,
    draw: (random) => drawScored(random, { rows: 2_000 }),
  },
  {
    what: "AUC 0.96, 2,000 rows, half of them positives: worse by 0.01",
    metric: "auc",
    draws: 2_000,
    isEqual: false,
    draw: (random) => drawScored(random, { rows: 2_000, loss: 0.14 }),
  },
  {
    what: "F1, 500 rows, differing on 5 %: equal",
    metric: "f1",
    draws: 4_000,
    isEqual: true,
    draw: (random) => drawClassifiers(random, { rows: 500, differing: 0.05 }),
  },
  {
    what: "F1, 2,000 rows, differing on 10 %: equal",
    metric: "f1",
    draws: 4_000,
    isEqual: true,
    draw: (random) => drawClassifiers(random, { rows: 2_000, differing: 0.1 }),
  },
  {
    what: "F1, 2,000 rows, differing on 10 %: worse by 2 points",
    metric: "f1",
    draws: 1_000,
    isEqual: false,
    draw: (random) => drawClassifiers(random, { rows: 2_000, differing: 0.1, loss: 0.02 }),
  },
  {
    what: "RMSE, 500 rows, normal errors: equal",
    metric: "rmse",
    draws: 10_000,
    isEqual: true,
    draw: (random) => drawRegressions(random, { rows: 500 }),
  },
  {
    what: "RMSE, 500 rows, errors of a log-normal scale: equal",
    metric: "rmse",
    draws: 10_000,
    isEqual: true,
    draw: (random) => drawRegressions(random, { rows: 500, spread: 1 }),
  },
  {
    what: "RMSE, 2,000 rows, normal errors: worse by 2 %",
    metric: "rmse",
    draws: 2_000,
    isEqual: false,
    draw: (random) => drawRegressions(random, { rows: 2_000, loss: 0.02 }),
  },
];

function resampledRow({ what, metric, draws, isEqual, draw }: Resampled): Row {
  const random = seededRandom(what);
  const basis = { direction: metric === "rmse" ? "lower" : "higher", margin: 0, alpha: ALPHA, seed: what } as const;
  const tally: Tally = { failed: 0, passed: 0, "not-known": 0, naive: 0 };
  for (let drawn = 0; drawn < draws; drawn++) {
    const { candidate, champion } = draw(random);
    const pairing = pairRows(candidate, champion, "champion");
    if (pairing.outcome === "apart") throw new Error(pairing.problem);
    const comparison = compareRows(pairing.pair, metric, basis);
    if ("problem" in comparison) throw new Error(comparison.problem);
    tally[verdictByLimits(comparison, 0)]++;
    if (comparison.difference < 0) tally.naive++;
  }
  return rowOf(what, tally, draws, isEqual ? 0 : 1, 0);
}

/** Equal candidates are to be failed in 5 % at most, and those that are worse by more than the margin passed in 5 % at most. */
function rowOf(what: string, tally: Tally, draws: number, loss: number, margin: number): Row {
  const most = ALPHA + 2 * Math.sqrt((ALPHA * (1 - ALPHA)) / draws);
  const isFailingWrong = loss <= margin;
  const wrong = (isFailingWrong ? tally.failed : tally.passed) / draws;
  const share = (count: number) => percent(count / draws);
  return {
    what: `${what} (${draws.toLocaleString("en")} draws)`,
    measured: `failed ${share(tally.failed)}, passed ${share(tally.passed)}, not known ${share(tally["not-known"])}`,
    baseline: `gate of \`>=\`: failed ${share(tally.naive)}`,
    ratio: "",
    budget: `${isFailingWrong ? "failed" : "passed"} ${percent(most)}`,
    isWithin: wrong <= most,
  };
}

function told(loss: number): string {
  return loss === 0 ? "equal" : `worse by ${points(loss)}`;
}

function points(difference: number): string {
  return `${Math.round(100 * difference)} ${difference === 0.01 ? "point" : "points"}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
