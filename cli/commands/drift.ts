import { type FeatureEvaluation, worstFirst } from "../../functions/core/drift/evaluate-drift";
import { threeDigits } from "../../functions/core/drift/judgement";
import type { DriftRecord } from "../../functions/core/drift/ports";
import type { Severity } from "../../functions/core/drift/severity";
import { textTable } from "../../local/summary/text-table";
import type { Control } from "../control/control";
import { findModel } from "../find";
import { type Paint, type Printout, timeText } from "../printout";

/** What the newest reports of a model's monitors said, and what they were taken for; the newest windows first. */
export async function drift(control: Control, model: string, limit: number, paint: Paint): Promise<Printout> {
  const data = await control.drifts(model, limit);
  // a model that is not configured any more may have evaluations
  if (data.length === 0) await findModel(control, model);
  if (data.length === 0) return { data, text: `no drift report of ${model} was evaluated yet` };
  return { data, text: data.map((record) => describeDrift(record, paint)).join("\n\n") };
}

/** Features that the text of one evaluation shows; --json has all that were kept. */
const SHOWN_FEATURES = 5;

const COLOURS = { none: "green", low: "cyan", medium: "yellow", high: "red", critical: "red" } as const;

/** One evaluation: its window, what it was taken for, and the features that drift most. */
export function describeDrift({ evaluation, omittedFeatures = 0, episode }: DriftRecord, paint: Paint): string {
  const { window, monitor, reportId, severity, isRisen, features } = evaluation;
  const worst = worstFirst(features).slice(0, SHOWN_FEATURES);
  const header = ["feature", "kind", "state", "severity", "score", "threshold", "why"].map((title) => paint("dim", title));
  const left = features.length + omittedFeatures - worst.length;
  const risen = isRisen && severity !== "none" ? ", risen with this report" : "";
  return [
    `${paint("bold", `${timeText(window.start)} – ${timeText(window.end)}`)}  ${monitor}: ${severityText(severity, paint)}${risen}`,
    `  report ${reportId}`,
    ...(episode === undefined ? [] : [`  ${episode}`]),
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
