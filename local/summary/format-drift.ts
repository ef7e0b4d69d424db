import type { Decision } from "../../functions/core/coordination/decision";
import type { DriftEvaluation, FeatureEvaluation } from "../../functions/core/drift/evaluate-drift";
import { threeDigits } from "../../functions/core/drift/judgement";
import type { DriftRecord } from "../../functions/core/drift/ports";
import { driftRequestId } from "../../functions/core/request-ids";
import type { Replay } from "../replay/replay";
import { textTable } from "./text-table";

/** What of a replay tells of its drift. */
export type DriftOfReplay = Pick<Replay, "drifts" | "decisions" | "runs"> & {
  readonly driftReports: Pick<Replay["driftReports"], "deadLetters">;
  readonly functions: Pick<Replay["functions"], "driftEvaluator">;
};

/** Week by week: what was measured, what it was taken for, what was done about it, and why; then where to look further. */
export function formatDrift({ drifts, driftReports, decisions, runs, functions }: DriftOfReplay): string {
  const { invocations, killed } = functions.driftEvaluator;
  return [
    "Drift of the flights of each week from those of the first four; so that half a year shows some, delay has lower thresholds than by default",
    textTable([
      ["week from", "feature", "metric", "score", "threshold", "by chance", "this week", "state", "severity", "what follows"],
      ...drifts.flatMap((record) => weekRows(record, decisions)),
    ]),
    "",
    "Why",
    ...drifts.filter(({ evaluation }) => evaluation.severity !== "none").map(whyText),
    "",
    `Reports ${drifts.length} evaluated, ${driftReports.deadLetters.length} in dead letters; trainings started ${runs.length}; the drift evaluator was invoked ${invocations} times, and killed in ${killed} of them`,
    ...commands(drifts, decisions),
  ].join("\n");
}

/** What shows more of the run: its newest weeks, and the newest request that a drift raised. */
function commands([record]: readonly DriftRecord[], decisions: readonly Decision[]): string[] {
  if (record === undefined) return [];
  const requestId = decisions.at(-1)?.requestId;
  return [
    "",
    `npx retrigger drift ${record.evaluation.model}   # the newest weeks, with every feature's why`,
    ...(requestId === undefined ? [] : [`npx retrigger why ${requestId}   # the checks of the training it asked for`]),
  ];
}

function weekRows({ evaluation, episode }: DriftRecord, decisions: readonly Decision[]): string[][] {
  const { window, severity, features } = evaluation;
  return features
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((feature, index) => [
      index === 0 ? new Date(window.start).toISOString().slice(0, 10) : "",
      feature.name,
      feature.metric,
      number(feature.score),
      number(feature.threshold),
      number(feature.noise),
      feature.windowSeverity,
      feature.state,
      ...(index === 0 ? [severity, followed(evaluation, decisions, episode)] : []),
    ]);
}

/** The fate of the request that a report raised; of one that raised none, how the drift's episode stood. */
function followed(
  report: Pick<DriftEvaluation, "model" | "monitor" | "reportId" | "window">,
  decisions: readonly Decision[],
  episode: string | undefined,
): string {
  const requestId = driftRequestId({ ...report, id: report.reportId });
  const own = decisions.filter((decision) => decision.requestId === requestId);
  if (own.length > 0) return own.map(({ outcome, reason }) => `${outcome}: ${reason}`).join(", then ");
  return episode === undefined ? "recorded" : `recorded: ${episode}`;
}

function whyText({ evaluation: { window, features } }: DriftRecord): string {
  const detected = features.filter(({ state }: FeatureEvaluation) => state === "detected");
  const day = new Date(window.start).toISOString().slice(0, 10);
  return detected.map(({ name, why }) => `  ${day}  ${name}: ${why}`).join("\n");
}

function number(value: number | undefined): string {
  return value === undefined ? "" : threeDigits(value);
}
