import type { NannymlChunk } from "./nannyml-table";

/** Metrics of how well a model does, by whether more of them is better. */
export const HIGHER_IS_BETTER: readonly string[] = [
  ...["roc_auc", "f1", "precision", "recall", "specificity", "accuracy", "average_precision", "business_value"],
];
export const LOWER_IS_BETTER: readonly string[] = ["mae", "mape", "mse", "msle", "rmse", "rmsle"];

/** Elements of the confusion matrix, of which nobody knows which is better. */
const COUNTS = ["true_positive", "true_negative", "false_positive", "false_negative"];

const PERFORMANCE: ReadonlySet<string> = new Set([...HIGHER_IS_BETTER, ...LOWER_IS_BETTER, ...COUNTS]);

/** Measures of all columns together. */
const OF_ALL_COLUMNS = new Map([
  ["reconstruction_error", "reconstruction error"],
  ["domain_classifier_auroc", "domain classifier"],
  ["rows_count", "row count"],
]);

/** Statistics of single columns, whose tables are alike, as the folder or name of a file may call them. */
const STATISTICS: readonly (readonly [string, RegExp])[] = [
  ["missing values", /missing/i],
  ["unseen values", /unseen/i],
  ["numerical range", /range/i],
  ["average", /average|mean|(?<![a-z])avg(?![a-z])/i],
  ["standard deviation", /standard[-_ ]?deviation|(?<![a-z])(?:std|stdev)(?![a-z])/i],
  ["median", /median/i],
  ["sum", /(?<![a-z])sum(?![a-z])/i],
];

/** Name of what NannyML guesses from the model's own confidence, without labels. */
const ESTIMATED = "estimated performance";
const REALISED = "realised performance";

/** The monitor of a calculator's reports. */
export function nannymlMonitor({ name }: Pick<Calculator, "name">): string {
  return `nannyml ${name}`;
}

/** True for the monitor of performances that nobody measured, of which no label tells. */
export function isEstimate(monitor: string): boolean {
  return monitor === nannymlMonitor({ name: ESTIMATED });
}

/** Which calculator or estimator of NannyML made a result, as far as the result tells. */
export interface Calculator {
  /** The end of its monitor's name: the calm of one calculator says nothing of what another measures. */
  readonly name: string;
  /** What its measures are of. */
  readonly subject: "column" | "all columns" | "performance";
  /** True where features that are not listed did not drift; not where several calculators may hide behind the name. */
  readonly isKnown: boolean;
}

/**
 * The calculator behind a chunk of a result: by its measures, and for a statistic of single columns, whose table names nothing but
 * the columns, by the path of its file.
 */
export function calculatorOf({ measures }: NannymlChunk, path: string | undefined): Calculator {
  if (measures.some(({ column }) => column !== undefined)) return { name: "drift", subject: "column", isKnown: true };
  const [whole] = measures.flatMap(({ method }) => OF_ALL_COLUMNS.get(method) ?? []);
  if (whole !== undefined && measures.length === 1) return { name: whole, subject: "all columns", isKnown: true };
  if (measures.every(({ method }) => PERFORMANCE.has(method))) {
    const isEstimated = measures.some(({ cells }) => cells.has("upper_confidence_boundary"));
    return { name: isEstimated ? ESTIMATED : REALISED, subject: "performance", isKnown: true };
  }
  const [named, ...others] = STATISTICS.filter(([, words]) => words.test(path ?? ""));
  if (named === undefined || others.length > 0) return { name: "column statistics", subject: "column", isKnown: false };
  return { name: named[0], subject: "column", isKnown: true };
}
