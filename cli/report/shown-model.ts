import type { DecisionColumns, ModelResult, PolicyResult } from "../../functions/core/replay/simulation-result";
import { costUnit } from "./report-words";

/** A policy of a model, as all charts and tables of the model show it. */
export interface ShownPolicy {
  readonly result: PolicyResult;
  /** Which colour, shape and dash are its own, from 0. */
  readonly look: number;
  /** Absent where the policy decided nothing, or nobody kept it. */
  readonly columns?: DecisionColumns;
}

/** A model as its section shows it. */
export interface ShownModel {
  /** Its place in the report, of which the ids of its elements are made: names make none. */
  readonly id: string;
  readonly name: string;
  readonly result: ModelResult;
  /** A team's own policies first, then the references, and last those of hindsight. */
  readonly policies: readonly ShownPolicy[];
  /** Rising, of all policies; empty where no error is known. */
  readonly prices: readonly number[];
  /** The one that is shown first, a place in `prices`. */
  readonly chosen: number;
  readonly unit: string;
  /** Of a chart's width: fewer where the report has many models, whose file stays small so. */
  readonly bins: number;
  /** Rows of a table of time, at most. */
  readonly periods: number;
}

/** Models from which on each has fewer bins. */
const FEW = 3;
const MANY = 12;

/**
 * A model as it is shown, from a result whose texts are plain already.
 * @param columns of each policy, in the order of the result
 * @param price that is shown first, or the one that is nearest to it. @default - the middle one
 */
export function showModel(
  result: ModelResult,
  { place, models, columns, price }: ShownPlace & { readonly columns: readonly (DecisionColumns | undefined)[] },
): ShownModel {
  const policies = result.policies.map((policy, index): ShownPolicy => {
    const own = columns[index];
    return { result: policy, look: index, ...(own !== undefined && { columns: own }) };
  });
  const prices = [...new Set(result.policies.flatMap(({ costs }) => costs?.map((cost) => cost.price) ?? []))].sort((a, b) => a - b);
  return {
    id: `m${place}`,
    name: result.history.model,
    result,
    policies: policies.toSorted((one, other) => rank(one.result) - rank(other.result)),
    prices,
    chosen: nearest(prices, price),
    unit: costUnit(result.stepMs),
    bins: models <= FEW ? 360 : models <= MANY ? 240 : 120,
    periods: models <= FEW ? 54 : 28,
  };
}

interface ShownPlace {
  readonly place: number;
  /** Of the whole report. */
  readonly models: number;
  readonly price?: number;
}

/** A team's own, a reference, or known in hindsight only. */
export function rank({ isReference, isHindsight }: PolicyResult): 0 | 1 | 2 {
  return isHindsight ? 2 : isReference ? 1 : 0;
}

function nearest(prices: readonly number[], price: number | undefined): number {
  if (price === undefined) return Math.max(0, Math.floor((prices.length - 1) / 2));
  const distances = prices.map((one) => Math.abs(one - price));
  return Math.max(0, distances.indexOf(Math.min(...distances)));
}

/** A reference decides nothing: it has no refusals, and no requests that expire. */
export function hasDecisions({ isReference, isHindsight, decisions }: PolicyResult): boolean {
  return !(isReference || isHindsight) || decisions > 0;
}

/** What is planned in hindsight spends no money that anybody had. */
export function hasMoney({ isHindsight, decisions }: PolicyResult): boolean {
  return !isHindsight || decisions > 0;
}

/** All that a record of counts holds. */
export function sumOf(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
