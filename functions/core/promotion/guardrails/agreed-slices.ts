import type { PredictionTable, SliceColumn } from "../evaluation/prediction-table";
import { many } from "./told";

/** The declared columns by name, of rows as they are paired, or why they are not known. */
type AgreedSlices =
  | { readonly outcome: "agreed"; readonly columns: ReadonlyMap<string, SliceColumn> }
  | { readonly outcome: "unknown"; readonly problem: string; readonly numbers: Readonly<Record<string, number>> };

/**
 * The slices that rows are in, by both models' word: they are the golden set's, which never changes, and a candidate that told them
 * alone could hide where it is worse. Where only one of the two has a column, its word is taken.
 * @param candidate of the same rows, in the same order, as the champion's
 */
export function agreedSlices(declared: readonly string[], candidate: PredictionTable, champion: PredictionTable): AgreedSlices {
  const columns = new Map<string, SliceColumn>();
  const missing: string[] = [];
  for (const name of declared) {
    const [own, champions] = [columnOf(candidate, name), columnOf(champion, name)];
    const differing = own && champions && countDiffering(own, champions);
    if (differing !== undefined && differing > 0) {
      const problem = `${many(differing, "row")} of ${candidate.rows} have another ${name} in the champion's predictions than in the candidate's, and it is the golden set's, which never changes: evaluate both anew`;
      return { outcome: "unknown", problem, numbers: { differing } };
    }
    const column = champions ?? own;
    if (column === undefined) missing.push(name);
    else columns.set(name, column);
  }
  if (missing.length === 0) return { outcome: "agreed", columns };
  const problem = `the predictions lack ${missing.join(", ")}; write these columns beside each row`;
  return { outcome: "unknown", problem, numbers: { missing: missing.length } };
}

function columnOf({ slices }: PredictionTable, name: string): SliceColumn | undefined {
  return Object.hasOwn(slices, name) ? slices[name] : undefined;
}

/** Rows whose slices have different names. */
function countDiffering(one: SliceColumn, other: SliceColumn): number {
  const places = new Map(other.names.map((name, place) => [name, place]));
  const placeInOther = one.names.map((name) => places.get(name) ?? -1);
  return one.codes.reduce((count, code, row) => count + Number(placeInOther[code] !== other.codes[row]), 0);
}
