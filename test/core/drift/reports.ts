import type { DriftHistory } from "../../../functions/core/drift/drift-history";
import { DEFAULT_DRIFT_POLICY, type DriftPolicy } from "../../../functions/core/drift/drift-policy";
import type { DriftFeature, DriftReport, Evidence } from "../../../functions/core/drift/drift-report";
import { type DriftEvaluation, evaluateDrift } from "../../../functions/core/drift/evaluate-drift";

export const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 10, 1);

/** The report of a day's window, counted from 0. */
export function reportOf(day: number, features: readonly DriftFeature[], overrides: Partial<DriftReport> = {}): DriftReport {
  const start = FIRST_DAY + day * DAY_MS;
  return {
    version: 1,
    model: "fraud",
    id: `report-${day}`,
    monitor: "own",
    window: { start, end: start + DAY_MS },
    unlisted: "unknown",
    features: [...features],
    ...overrides,
  };
}

export function featureOf(name: string, evidence: Evidence, overrides: Partial<DriftFeature> = {}): DriftFeature {
  return { name, kind: "data", sampleSize: 5_000, evidence, ...overrides };
}

/** What chance adds on average to a PSI of 10 bins, at 5,000 values on either side. */
export const CHANCE = 9 * (2 / 5_000);

/** A PSI that the monitor computed over 10 bins. */
export function scored(score: number): Evidence {
  return { type: "score", metric: "psi", score, bins: 10 };
}

export function policyOf(overrides: Partial<DriftPolicy> = {}): DriftPolicy {
  return { ...DEFAULT_DRIFT_POLICY, ...overrides };
}

/** What each report of a sequence says, and the history after the last. */
export function evaluateAll(
  policy: DriftPolicy,
  reports: readonly DriftReport[],
): { readonly evaluations: DriftEvaluation[]; readonly history: DriftHistory } {
  const evaluations: DriftEvaluation[] = [];
  let history: DriftHistory = [];
  for (const report of reports) {
    const evaluated = evaluateDrift(policy, report, history);
    evaluations.push(evaluated.evaluation);
    history = evaluated.history;
  }
  return { evaluations, history };
}

/** What a sequence of daily scores of one feature says, day by day: state, then severity where it is detected. */
export function statesOf(policy: DriftPolicy, scores: readonly number[]): string[] {
  const reports = scores.map((score, day) => reportOf(day, [featureOf("amount", scored(score))]));
  return evaluateAll(policy, reports).evaluations.map(({ features: [feature] }) =>
    feature?.state === "detected" ? feature.severity : (feature?.state ?? "none"),
  );
}
