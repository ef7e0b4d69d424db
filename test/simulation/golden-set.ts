// Golden sets with two models on them, as guardrails see them.
import type { Evaluation, EvaluationIdentity } from "../../functions/core/promotion/evaluation/evaluation";
import type { PredictionTable, SliceColumn } from "../../functions/core/promotion/evaluation/prediction-table";
import type { EvaluatedModel, GuardrailEvidence } from "../../functions/core/promotion/guardrails/guardrail";
import type { GuardrailPolicy } from "../../functions/core/promotion/promotion-settings";

// Names of their own: looked up in the global object of a test, they take ten times as long.
const { sqrt, log, cos, exp, PI } = Math;

export const GOLDEN = "a".repeat(64);
export const ROWS = 1_000;
export const CLASSES = ["no", "yes"];

/** Numbers in (0, 1). */
export type Random = () => number;

/** A policy that judges accuracy with a margin of a point, and nothing else strictly. */
export function guardrailPolicyOf(overrides: Partial<GuardrailPolicy> = {}): GuardrailPolicy {
  return {
    goldenSet: { sha256: GOLDEN, rows: ROWS },
    metrics: [{ name: "accuracy", direction: "higher", margin: 0.01 }],
    confidence: 0.95,
    slices: { columns: [], minRows: 200 },
    predictionShift: 0.1,
    systematicErrors: { minErrors: 50, maxExcess: 0.2 },
    training: { minRows: 1_000, minShareOfDataSet: 0.5 },
    chain: { promotions: 3 },
    notKnown: "ask",
    ...overrides,
  };
}

export function identityOf(overrides: Partial<EvaluationIdentity> = {}): EvaluationIdentity {
  return {
    model: "churn",
    goldenSet: { sha256: GOLDEN, rows: ROWS },
    training: { rows: 40_000, dataSetRows: 40_000 },
    ...overrides,
  };
}

export function evaluationOf(overrides: Partial<Evaluation> = {}): Evaluation {
  return { sha256: "b".repeat(64), metrics: {}, unusable: {}, identity: identityOf(), ...overrides };
}

/** A model by its predictions, whose evaluation agrees with them in whatever it says. */
export function modelOf(predictions: PredictionTable, overrides: Partial<EvaluatedModel> = {}): EvaluatedModel {
  const { name = "churn/2" } = overrides;
  const identity = identityOf({ goldenSet: { sha256: GOLDEN, rows: predictions.rows } });
  const sha256 = Buffer.from(name).toString("hex").padEnd(64, "0");
  return { name, evaluation: evaluationOf({ identity, sha256 }), predictions, ...overrides };
}

export function evidenceOf(candidate: EvaluatedModel, overrides: Partial<GuardrailEvidence> = {}): GuardrailEvidence {
  return { model: "churn", candidate, promotions: [], goldenSetUses: 0, ...overrides };
}

interface Columns {
  readonly labels: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  readonly classes?: readonly string[];
  readonly scores?: ArrayLike<number>;
  readonly slices?: Readonly<Record<string, SliceColumn>>;
}

/** A table whose rows have the ids 0, 1, …; without classes it is a regression's. */
export function tableOf({ labels, predictions, classes, scores, slices = {} }: Columns): PredictionTable {
  return {
    rows: labels.length,
    ids: Float64Array.from(labels, (_, row) => row),
    labels: Float64Array.from(labels),
    predictions: Float64Array.from(predictions),
    ...(classes && { classes }),
    ...(scores && { scores: Float64Array.from(scores) }),
    slices,
  };
}

/** A column by the name of each row's slice. */
export function sliceColumn(names: readonly string[]): SliceColumn {
  const known = [...new Set(names)].sort();
  return { names: known, codes: Uint32Array.from(names, (name) => known.indexOf(name)) };
}

export interface DrawnPair {
  readonly candidate: PredictionTable;
  readonly champion: PredictionTable;
}

export interface PairOptions {
  readonly rows: number;
  /** Of the champion. */
  readonly accuracy?: number;
  /** Share of rows on which one of the two is right and the other one wrong. */
  readonly differing: number;
  /** How much less accuracy the candidate has; at most `differing`. */
  readonly loss?: number;
}

/** Two classifiers of two classes on the same rows. */
export function drawClassifiers(random: Random, { rows, accuracy = 0.9, differing, loss = 0 }: PairOptions): DrawnPair {
  const [lost, gained] = [(differing + loss) / 2, (differing - loss) / 2];
  const labels = Float64Array.from({ length: rows }, () => Number(random() < 0.5));
  const [candidate, champion] = [labels.slice(), labels.slice()];
  const bothRight = accuracy - lost;
  labels.forEach((label, row) => {
    const at = random() - bothRight;
    if (at < 0) return;
    if (at < lost || at >= lost + gained) candidate[row] = 1 - label;
    if (at >= lost) champion[row] = 1 - label;
  });
  const classes = CLASSES;
  return {
    candidate: tableOf({ labels, predictions: candidate, classes }),
    champion: tableOf({ labels, predictions: champion, classes }),
  };
}

export interface ScoreOptions {
  readonly rows: number;
  /** Share of the second class. */
  readonly positives?: number;
  /** How many standard deviations the champion's scores of the two classes are apart, and by how much less the candidate's. */
  readonly distance?: number;
  readonly loss?: number;
  /** Correlation of the two models' scores of a row. */
  readonly correlation?: number;
}

/** Two classifiers of two classes by their scores, of which those above the middle are predicted as the second class. */
export function drawScored(random: Random, options: ScoreOptions): DrawnPair {
  const { rows, positives = 0.5, distance = 2.5, loss = 0, correlation = 0.9 } = options;
  const labels = Float64Array.from({ length: rows }, () => Number(random() < positives));
  const [candidate, champion] = [new Float64Array(rows), new Float64Array(rows)];
  const [common, own] = [sqrt(correlation), sqrt(1 - correlation)];
  labels.forEach((label, row) => {
    const shared = common * normal(random);
    candidate[row] = label * (distance - loss) + shared + own * normal(random);
    champion[row] = label * distance + shared + own * normal(random);
  });
  const table = (scores: Float64Array, middle: number) =>
    tableOf({ labels, predictions: scores.map((score) => Number(score > middle)), scores, classes: CLASSES });
  return { candidate: table(candidate, (distance - loss) / 2), champion: table(champion, distance / 2) };
}

/** Two regressions whose errors have a scale of their own in each row, log-normal with this spread. */
export function drawRegressions(
  random: Random,
  { rows, spread = 0, loss = 0 }: { readonly rows: number; readonly spread?: number; readonly loss?: number },
): DrawnPair {
  const labels = Float64Array.from({ length: rows }, () => 10 * normal(random));
  const [candidate, champion] = [new Float64Array(rows), new Float64Array(rows)];
  labels.forEach((label, row) => {
    const scale = exp(spread * normal(random));
    const shared = 0.9 * normal(random);
    candidate[row] = label + (1 + loss) * scale * (shared + sqrt(0.19) * normal(random));
    champion[row] = label + scale * (shared + sqrt(0.19) * normal(random));
  });
  return { candidate: tableOf({ labels, predictions: candidate }), champion: tableOf({ labels, predictions: champion }) };
}

/** Box and Muller (1958), https://doi.org/10.1214/aoms/1177706645 */
function normal(random: Random): number {
  return sqrt(-2 * log(random())) * cos(2 * PI * random());
}
