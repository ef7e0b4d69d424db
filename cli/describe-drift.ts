import type { FeatureEvaluation } from "../functions/core/drift/evaluate-drift";
import { worstFirst } from "../functions/core/drift/evaluate-drift";
import { threeDigits } from "../functions/core/drift/judgement";
import type { DriftRecord } from "../functions/core/drift/ports";
import type { Severity } from "../functions/core/drift/severity";
import { textTable } from "../local/summary/text-table";
import { type Paint, timeText } from "./printout";

/** Features that the text of one evaluation shows; --json has all that were kept. */
const SHOWN_FEATURES = 5;

const COLOURS = { none: "green", low: "cyan", medium: "yellow", high: "red", critical: "red" } as const;

/** One evaluation: its window, what it was taken for, and the features that drift most. */
export function describeDrift({ evaluation, omittedFeatures = 0 }: DriftRecord, paint: Paint): string {
  const { window, monitor, reportId, severity, isRisen, features } = evaluation;
  const worst = worstFirst(features).slice(0, SHOWN_FEATURES);
  const header = ["feature", "kind", "state", "severity", "score", "threshold", "why"].map((title) => paint("dim", title));
  const left = features.length + omittedFeatures - worst.length;
  const risen = isRisen && severity !== "none" ? ", risen with this report" : "";
  return [
    `${paint("bold", `${timeText(window.start)} – ${timeText(window.end)}`)}  ${monitor}: ${severityText(severity, paint)}${risen}`,
    `  report ${reportId}`,
    ...(worst.length === 0 ? ["  no features"] : [textTable([header, ...worst.map((feature) => featureRow(feature, paint))])]),
    ...(left === 0 ? [] : [`  and ${left} more features that drift less${omittedText(omittedFeatures)}`]),
  ].join("\n");
}

function featureRow(feature: FeatureEvaluation, paint: Paint): string[] {
  const { name, kind, state, severity, windowSeverity, score, threshold, why } = feature;
  // what is only suspected has no severity yet, but its window has one
  const told = severity === "none" && state === "suspected" ? windowSeverity : severity;
  return [
    name,
    kind,
    state,
    severityText(told, paint),
    score === undefined ? "–" : threeDigits(score),
    threshold === undefined ? "–" : threeDigits(threshold),
    why,
  ];
}

function severityText(severity: Severity, paint: Paint): string {
  return paint(COLOURS[severity], severity);
}

function omittedText(omitted: number): string {
  return omitted === 0 ? "" : `, ${omitted} of which were not kept`;
}
