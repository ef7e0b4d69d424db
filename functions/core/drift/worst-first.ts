import type { FeatureEvaluation } from "./evaluate-drift";
import { rankOf, SEVERITIES } from "./severity";

/**
 * The features that tell most first: detected before suspected drift before none before what could not be told; of those by
 * severity, then by how far the score is above its threshold.
 */
export function worstFirst(features: readonly FeatureEvaluation[]): FeatureEvaluation[] {
  return features.toSorted((a, b) => weightOf(b) - weightOf(a) || excessOf(b) - excessOf(a));
}

function weightOf({ state, severity, windowSeverity, outcome }: FeatureEvaluation): number {
  const steps = SEVERITIES.length;
  const stateWeight = { detected: 2, suspected: 1, none: 0 }[state];
  return ((stateWeight * steps + rankOf(severity)) * steps + rankOf(windowSeverity)) * 2 + (outcome === "insufficient" ? 0 : 1);
}

function excessOf({ score, threshold }: FeatureEvaluation): number {
  return (score ?? 0) / (threshold || 1);
}
