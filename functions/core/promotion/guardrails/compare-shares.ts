import { normalSurvival } from "../../drift/measures/special-functions";
import { newcombe, type Share } from "../statistics/proportions";
import type { Comparison, ComparisonBasis } from "./compare-rows";
import type { EvaluatedModel } from "./guardrail";
import { isRoundingOf } from "./metric-reader";
import { countRight } from "./metrics-of-rows";
import { told } from "./told";

/** Share of rows on which two models of one task differ, by which it is said how much rows would help: one in twenty. */
const USUAL_DISAGREEMENT = 0.05;

/**
 * Two accuracies where at least one model has no rows: as shares that were counted independently, by Newcombe's limits, which are
 * wider than those of pairs since they do not know that the rows are the same.
 */
export function compareShares(candidate: EvaluatedModel, other: EvaluatedModel, { direction, margin, alpha }: ComparisonBasis) {
  const [own, others] = [shareRight(candidate), shareRight(other)];
  for (const share of [own, others]) if ("problem" in share) return share;
  if ("problem" in own || "problem" in others) throw new Error("got a share that is a problem as well");
  const [p, q] = [own.count / own.rows, others.count / others.rows];
  const [better, than] = direction === "higher" ? [own, others] : [others, own];
  const limits = newcombe(better, than, alpha);
  const difference = direction === "higher" ? p - q : q - p;
  const rows = Math.min(own.rows, others.rows);
  const ofRow = Math.sqrt(p * (1 - p) + q * (1 - q));
  const distance = difference + margin;
  const disagreement = Math.min(USUAL_DISAGREEMENT, 2 - p - q);
  return {
    candidate: p,
    other: q,
    difference,
    ...limits,
    pWorse: ofRow === 0 ? Number(distance >= 0) : normalSurvival((-distance * Math.sqrt(rows)) / ofRow),
    isNowhereWorse: p === 1 && direction === "higher",
    spread: { distance, atLimit: ofRow, atEstimate: ofRow },
    numbers: {},
    rows,
    unpairedFactor: disagreement <= 0 ? 1 : Math.max(1, ofRow ** 2 / disagreement),
  } satisfies Comparison & { rows: number; unpairedFactor: number };
}

/** Rows that a model has right, by its rows or by the counts of its evaluation. */
function shareRight({ name, evaluation, predictions }: EvaluatedModel): Share | { readonly problem: string } {
  if (predictions?.classes !== undefined && predictions.rows > 0) {
    return { count: countRight(predictions.labels, predictions.predictions), rows: predictions.rows };
  }
  const confusion = evaluation?.confusion;
  if (confusion === undefined) {
    return { problem: `${name} has neither predictions of rows nor a confusion matrix; let the training write the predictions` };
  }
  let [right, rows] = [0, 0];
  for (const [label, counts] of Object.entries(confusion)) {
    for (const [prediction, count] of Object.entries(counts)) {
      rows += count;
      if (label === prediction) right += count;
    }
  }
  const isCounted = Number.isSafeInteger(rows) && rows > 0 && Number.isSafeInteger(right) && right >= 0 && right <= rows;
  const golden = evaluation?.identity?.goldenSet.rows;
  if (!isCounted || (golden !== undefined && rows !== golden)) {
    return { problem: `the confusion matrix of ${name} counts ${told(rows)} rows and the golden set has ${golden}; correct it` };
  }
  const said = evaluation?.metrics.accuracy;
  if (said !== undefined && !isRoundingOf(said, right / rows)) {
    return {
      problem: `the confusion matrix of ${name} gives an accuracy of ${told(right / rows)} and its evaluation says ${told(said)}`,
    };
  }
  return { count: right, rows };
}
