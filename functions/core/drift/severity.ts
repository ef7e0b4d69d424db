import * as z from "zod/mini";

/** How bad a drift is, from least to worst. */
export const SEVERITIES = ["none", "low", "medium", "high", "critical"] as const;

/** The severities of a drift: all but none. */
export const DRIFT_SEVERITIES = ["low", "medium", "high", "critical"] as const;

export type Severity = (typeof SEVERITIES)[number];
export type DriftSeverity = (typeof DRIFT_SEVERITIES)[number];

const limitSchema = z.number().check(z.positive());

/** The score from which on a drift has each severity, in the metric's units. */
export const thresholdsSchema = z.object({ low: limitSchema, medium: limitSchema, high: limitSchema, critical: limitSchema }).check(
  z.refine(({ low, medium, high, critical }) => low <= medium && medium <= high && high <= critical, {
    error: "thresholds do not rise from low to critical",
  }),
);

export type Thresholds = z.infer<typeof thresholdsSchema>;

/** Place of a severity in SEVERITIES, 0 for none to 4 for critical. */
export function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** The severity of a rank, 0 to 4. */
export function severityOf(rank: number): Severity {
  return SEVERITIES[rank] ?? "none";
}

/** The rank of a score: how many of the thresholds it reaches, each lowered to `share` of it. */
export function rankOfScore(score: number, thresholds: Thresholds, share = 1): number {
  return DRIFT_SEVERITIES.filter((severity) => score >= thresholds[severity] * share).length;
}
