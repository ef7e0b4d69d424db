import { rankEdges } from "../../capture/baseline/rank-edges";
import { createNumberCounter } from "../../capture/counters";
import type { AlignedPair } from "../../drift/distributions/aligned-pair";
import { meanChance } from "../../drift/distributions/calm-floor";
import { MIN_EXPECTED, poolRareBins } from "../../drift/measures/chi-square";
import { MEASURES } from "../../drift/measures/metrics";
import type { GuardrailPolicy } from "../promotion-settings";
import type { ComparedModels } from "./compare-models";
import type { GuardrailCheck } from "./guardrail";
import type { PairedRows } from "./pair-rows";
import { many, told } from "./told";

/** In bits; needs no smoothing, as the middle of two sides is empty only where both are. */
const SHIFT = MEASURES["jensen-shannon-divergence"];

/** Bins of equal shares of the champion. */
const BINS = 20;

/**
 * Whether the candidate predicts something else than the champion on the same inputs, so that drift of the inputs is not read as a
 * shift of the model: Jensen-Shannon divergence of the classes and, where there are scores or numbers, over bins of the champion's
 * ranks. It is failed only for what exceeds both the threshold, without what chance adds on average, and what chance explains for
 * two independent samples; the same inputs differ by less.
 * @param compared undefined where there is no champion
 */
export function checkPredictionShift(policy: GuardrailPolicy, compared: ComparedModels | undefined): GuardrailCheck[] {
  const pairing = compared?.pairing;
  if (pairing?.outcome === "paired" && pairing.pair.rows > 0) return shiftsOf(policy, pairing.pair);
  const why =
    compared === undefined
      ? "there is no champion yet"
      : pairing === undefined
        ? "it needs the predictions of the golden set's rows of both models; let the training write them"
        : pairing.outcome === "apart"
          ? pairing.problem
          : "there are no rows";
  const sentence = `Whether the predictions shift is not known: ${why}.`;
  return [{ name: "prediction-shift", verdict: "not-known", numbers: {}, threshold: policy.predictionShift, sentence }];
}

function shiftsOf(policy: GuardrailPolicy, { candidate, other, classes, scores }: PairedRows): GuardrailCheck[] {
  if (classes === undefined) return [shiftOf(policy, "predictions", overRanks(candidate, other))];
  return [
    shiftOf(policy, "classes", overClasses(candidate, other, classes)),
    ...(scores ? [shiftOf(policy, "scores", overRanks(scores.candidate, scores.other))] : []),
  ];
}

function shiftOf(policy: GuardrailPolicy, subject: string, pair: AlignedPair | undefined): GuardrailCheck {
  const check = { name: "prediction-shift", subject, threshold: policy.predictionShift } as const;
  if (pair === undefined) {
    const sentence = `Whether the ${subject} shift is not known: there are too few rows, or some are no finite numbers.`;
    return { ...check, verdict: "not-known", numbers: {}, sentence };
  }
  const rows = pair.currentSize;
  const bins = pair.reference.length;
  const score = SHIFT.score(pair);
  const unbiased = SHIFT.unbiased(score, meanChance({ bins, referenceSize: rows, currentSize: rows }, 1));
  const chance = SHIFT.noise(pair, 1 - policy.confidence);
  const numbers = { shift: score, withoutChance: unbiased, chance, bins, rows };
  const found = `The ${subject} on the same ${many(rows, "row")} differ from the champion's by a Jensen-Shannon divergence of ${told(score)} (0 is equal, 1 is nothing in common)`;
  const isNotWorse = unbiased <= policy.predictionShift;
  if (score <= policy.predictionShift) {
    return {
      ...check,
      verdict: "passed",
      numbers,
      isPointNotWorse: true,
      sentence: `${found}; ${told(policy.predictionShift)} is allowed.`,
    };
  }
  if (!isNotWorse && score > chance) {
    const sentence = `${found}; ${told(policy.predictionShift)} is allowed, and chance explains ${told(chance)}. Look at which predictions changed before promoting it.`;
    return { ...check, verdict: "failed", numbers, isPointNotWorse: false, sentence };
  }
  // Chance falls as 1 / rows, and the threshold does not.
  const needed = policy.predictionShift > 0 ? Math.ceil((rows * chance) / policy.predictionShift) : undefined;
  const remedy = needed === undefined || needed > 1e9 ? "allow some shift" : `some ${Math.max(needed, rows + 1)} rows would tell`;
  return {
    ...check,
    verdict: "not-known",
    numbers,
    ...(needed !== undefined && needed <= 1e9 && { neededRows: Math.max(needed, rows + 1) }),
    isPointNotWorse: isNotWorse,
    sentence: `${found}; ${told(policy.predictionShift)} is allowed, and so few rows reach ${told(chance)} by chance: ${remedy}.`,
  };
}

/** A bin for each class but the rare ones, of which those that the champion never predicts are one bin, and all others another. */
function overClasses(candidate: Float64Array, champion: Float64Array, classes: readonly string[]): AlignedPair {
  const [now, then] = [candidate, champion].map((column) => {
    const counts = new Float64Array(classes.length);
    for (const place of column) counts[place] = (counts[place] ?? 0) + 1;
    return counts;
  });
  const rows = candidate.length;
  const [reference, current]: [number[], number[]] = [
    [0, 0],
    [0, 0],
  ];
  classes.forEach((_, place) => {
    const [p, q] = [(then?.[place] ?? 0) / rows, (now?.[place] ?? 0) / rows];
    const rest = p > 0 ? 0 : 1;
    if ((rows * (p + q)) / 2 >= MIN_EXPECTED) {
      reference.push(p);
      current.push(q);
    } else {
      reference[rest] = (reference[rest] ?? 0) + p;
      current[rest] = (current[rest] ?? 0) + q;
    }
  });
  const isFilled = (_: number, bin: number) => (reference[bin] ?? 0) + (current[bin] ?? 0) > 0;
  const filled = { reference: reference.filter(isFilled), current: current.filter(isFilled) };
  return { ...filled, referenceSize: rows, currentSize: rows };
}

/** Bins of the champion's ranks, with what lies outside of them in the outermost. */
function overRanks(candidate: Float64Array, champion: Float64Array): AlignedPair | undefined {
  if (!candidate.every(Number.isFinite) || !champion.every(Number.isFinite)) return undefined;
  const edges = rankEdges(champion, BINS).slice(1, -1);
  const sharesOf = (column: Float64Array) => {
    const counter = createNumberCounter(edges);
    for (const value of column) counter.add(value);
    return counter.counts.map((count) => count / column.length);
  };
  const sizes = { referenceSize: champion.length, currentSize: candidate.length };
  const pair = poolRareBins({ reference: sharesOf(champion), current: sharesOf(candidate), ...sizes }, MIN_EXPECTED);
  // A single bin tells nothing, unless the champion has but one value.
  return pair.reference.length > 1 || edges.length === 0 ? pair : undefined;
}
