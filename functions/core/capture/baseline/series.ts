import { sumOf } from "../../drift/measures/special-functions";

/** 0 of no values. */
export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : sumOf(values) / values.length;
}

/** Of a sample, with one degree of freedom less; 0 of fewer than two values. */
export function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.length < 2 ? 0 : sumOf(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
}

/** 0 of no values. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** Autocorrelation of a series at lag one; 0 where it is constant. */
export function lagOne(series: readonly number[]): number {
  const mean = meanOf(series);
  const square = sumOf(series.map((value) => (value - mean) ** 2));
  const product = sumOf(series.slice(1).map((value, at) => (value - mean) * ((series[at] ?? mean) - mean)));
  return square > 0 ? product / square : 0;
}
