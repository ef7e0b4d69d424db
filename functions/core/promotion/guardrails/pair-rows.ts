import { inClassOrder } from "../evaluation/class-order";
import type { PredictionTable } from "../evaluation/prediction-table";
import { many } from "./told";

/** The predictions of two models for the same rows: at the same index in each column, classes by their places in one list. */
export interface PairedRows {
  readonly rows: number;
  readonly labels: Float64Array;
  readonly candidate: Float64Array;
  readonly other: Float64Array;
  /** Absent for a regression. */
  readonly classes?: readonly string[];
  /** Where both models have a score for each row. */
  readonly scores?: { readonly candidate: Float64Array; readonly other: Float64Array };
}

/** Two tables row by row, or why they cannot be compared so. */
export type Pairing =
  | { readonly outcome: "paired"; readonly pair: PairedRows }
  | { readonly outcome: "apart"; readonly problem: string; readonly numbers: Readonly<Record<string, number>> };

/**
 * Joins two tables by their rows' ids. Both are of one golden set, which never changes: where rows of one are missing in the other,
 * or have other labels, one of the two is not what it says, and no part of them is compared.
 */
export function pairRows(candidate: PredictionTable, other: PredictionTable, role: string): Pairing {
  const unmatched = countUnmatched(candidate.ids, other.ids);
  if (unmatched > 0) {
    const problem = `${many(unmatched, "row")} of the candidate's ${candidate.rows} and the ${role}'s ${other.rows} have no partner of the same id: evaluate both on the same rows, with the same ids`;
    return { outcome: "apart", problem, numbers: { unmatched } };
  }
  if ((candidate.classes === undefined) !== (other.classes === undefined)) {
    const problem = `one of the candidate and the ${role} predicts classes, the other one numbers: evaluate both as the same kind of model`;
    return { outcome: "apart", problem, numbers: {} };
  }
  const classes = candidate.classes && inClassOrder(new Set([...candidate.classes, ...(other.classes ?? [])]));
  const own = recoder(candidate.classes, classes);
  const others = recoder(other.classes, classes);
  const labels = own(candidate.labels);
  const relabelled = countDifferent(labels, others(other.labels));
  if (relabelled > 0) {
    const problem = `${many(relabelled, "row")} of ${candidate.rows} have another label in the ${role}'s predictions than in the candidate's: one of them is not of this golden set; evaluate both anew`;
    return { outcome: "apart", problem, numbers: { relabelled } };
  }
  const scores =
    classes?.length === 2 && hasScores(candidate) && hasScores(other)
      ? { candidate: candidate.scores, other: other.scores }
      : undefined;
  const predictions = { candidate: own(candidate.predictions), other: others(other.predictions) };
  return {
    outcome: "paired",
    pair: { rows: candidate.rows, labels, ...predictions, ...(classes && { classes }), ...(scores && { scores }) },
  };
}

/** The pair of some of its rows. */
export function pairOfRows(pair: PairedRows, rows: Uint32Array): PairedRows {
  const taken = (column: Float64Array) => Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
  return {
    rows: rows.length,
    labels: taken(pair.labels),
    candidate: taken(pair.candidate),
    other: taken(pair.other),
    ...(pair.classes && { classes: pair.classes }),
    ...(pair.scores && { scores: { candidate: taken(pair.scores.candidate), other: taken(pair.scores.other) } }),
  };
}

/** True where every row of two classes has a score. */
export function hasScores(table: PredictionTable): table is PredictionTable & { readonly scores: Float64Array } {
  return table.classes?.length === 2 && table.scores !== undefined && !table.scores.some(Number.isNaN);
}

/** Ids that only one of two ascending lists holds. */
function countUnmatched(one: Float64Array, other: Float64Array): number {
  let [a, b, matched] = [0, 0, 0];
  while (a < one.length && b < other.length) {
    const [x, y] = [one[a] ?? 0, other[b] ?? 0];
    if (x === y) matched++;
    if (x <= y) a++;
    if (y <= x) b++;
  }
  return one.length + other.length - 2 * matched;
}

function countDifferent(one: Float64Array, other: Float64Array): number {
  let different = 0;
  for (let row = 0; row < one.length; row++) if (one[row] !== other[row]) different++;
  return different;
}

/** Turns places in one list of classes into places in another; columns that need no change are left as they are. */
function recoder(from: readonly string[] | undefined, to: readonly string[] | undefined): (column: Float64Array) => Float64Array {
  if (from === undefined || to === undefined || from.every((name, place) => name === to[place])) return (column) => column;
  const placeOf = new Map(to.map((name, place) => [name, place]));
  const places = from.map((name) => placeOf.get(name) ?? Number.NaN);
  return (column) => column.map((place) => places[place] ?? Number.NaN);
}
