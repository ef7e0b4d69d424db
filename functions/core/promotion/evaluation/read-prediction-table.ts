import { plainLine } from "../../plain-text";
import { GrowingColumn } from "./growing-column";
import { OutcomeColumns } from "./outcome-columns";
import { predictionRow } from "./prediction-line";
import type { PredictionTable } from "./prediction-table";
import { rowIdHash } from "./row-id-hash";
import { SliceColumns } from "./slice-columns";

/**
 * Rows of one golden set: as many as a function has room for, of the candidate, the champion and the baseline. To tell a tenth of a
 * percentage point takes 620,000 where two models differ in one row of ten.
 */
export const MAX_PREDICTION_ROWS = 1_000_000;

const MAX_PROBLEM_CHARS = 400;

/** The table, or why there is none: one line for people, which names the line of the file. */
export type PredictionReading =
  | { readonly table: PredictionTable; readonly problem?: undefined }
  | { readonly table?: undefined; readonly problem: string };

/**
 * The table of a file's lines, which come as many at a time as arrived together, without empty ones. The lines' order does not
 * matter. A million rows with two columns of slices take some 130 MB and five seconds of one core.
 * @param mostRows rows of which one more is a problem
 * @throws whatever reading the lines throws
 */
export async function readPredictionTable(
  lines: AsyncIterable<readonly string[]>,
  mostRows = MAX_PREDICTION_ROWS,
): Promise<PredictionReading> {
  const reader = new TableReader(mostRows);
  for await (const some of lines) {
    for (const line of some) {
      const problem = reader.add(line);
      if (problem !== undefined) return { problem: plainLine(problem, MAX_PROBLEM_CHARS) };
    }
  }
  return reader.finish();
}

class TableReader {
  private readonly ids = new GrowingColumn((length) => new Float64Array(length));
  private readonly scores = new GrowingColumn((length) => new Float64Array(length));
  private readonly outcomes = new OutcomeColumns();
  private readonly slices = new SliceColumns();
  private hasScores = false;

  constructor(private readonly mostRows: number) {}

  add(line: string): string | undefined {
    const index = this.ids.length;
    if (index === this.mostRows) {
      return `got more than ${this.mostRows} predictions, expected fewer: evaluate on a smaller golden set`;
    }
    const row = predictionRow(line);
    if (typeof row === "string") return `line ${index + 1}: ${row}`;
    const problem = this.outcomes.add(row.label, row.prediction, index + 1) ?? this.slices.add(row.slices, index);
    if (problem !== undefined) return `line ${index + 1}: ${problem}`;
    this.ids.push(rowIdHash(row.id));
    this.scores.push(row.score);
    this.hasScores ||= !Number.isNaN(row.score);
    return undefined;
  }

  finish(): PredictionReading {
    const rows = this.ids.length;
    if (rows === 0) return { problem: "got no predictions, expected one for each row of the golden set" };
    const ids = this.ids.values();
    const order = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => (ids[a] ?? 0) - (ids[b] ?? 0));
    const sorted = inOrder(ids, order);
    const twice = sorted.findIndex((id, place) => id === sorted[place + 1]);
    if (twice !== -1) return { problem: sameIds(order[twice], order[twice + 1]) };
    const outcomes = this.outcomes.finish();
    if (typeof outcomes === "string") return { problem: plainLine(outcomes, MAX_PROBLEM_CHARS) };
    const { labels, predictions, classes } = outcomes;
    return {
      table: {
        rows,
        ids: sorted,
        labels: inOrder(labels, order),
        predictions: inOrder(predictions, order),
        ...(classes !== undefined && { classes }),
        ...(classes?.length === 2 && this.hasScores && { scores: inOrder(this.scores.values(), order) }),
        slices: this.slices.finish(order),
      },
    };
  }
}

function inOrder(values: Float64Array, order: Uint32Array): Float64Array {
  const sorted = new Float64Array(order.length);
  for (let place = 0; place < order.length; place++) sorted[place] = values[order[place] ?? 0] ?? 0;
  return sorted;
}

function sameIds(first = 0, second = 0): string {
  const [line, later] = [first, second].sort((a, b) => a - b).map((row) => row + 1);
  return `lines ${line} and ${later} have the same id, expected one line for each row of the golden set`;
}
