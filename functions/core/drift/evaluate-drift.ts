import * as z from "zod/mini";
import { timeSchema } from "../numbers";
import { isStoredName, type Stored } from "../state-layout";
import {
  boundedHistory,
  type DriftHistory,
  type DroppedHistory,
  type FeatureHistory,
  type MonitorHistory,
  withOutcome,
} from "./drift-history";
import type { DriftPolicy } from "./drift-policy";
import type { DriftKind, DriftReport } from "./drift-report";
import { byKey, featureKey, type JudgedFeature, judgeReport } from "./judge-feature";
import {
  historyBefore,
  type IdentifiedReport,
  identifiedReport,
  keptFeatures,
  levelOf,
  reasonToIgnore,
  withWindow,
} from "./monitor-history";
import { withLessons } from "./scores/learned-scores";
import { rankOf, SEVERITIES, severityOf } from "./severity";

const severitySchema = z.enum(SEVERITIES);

/** One feature of a report, as its window and those before it say. */
const featureEvaluationSchema = z.object({
  name: z.string(),
  kind: z.custom<DriftKind>(isStoredName),
  sampleSize: z.exactOptional(z.number()),
  outcome: z.enum(["drift", "calm", "insufficient"]),
  metric: z.string(),
  score: z.exactOptional(z.number()),
  threshold: z.exactOptional(z.number()),
  noise: z.exactOptional(z.number()),
  why: z.string(),
  /** What this window alone says. */
  windowSeverity: severitySchema,
  /** `suspected`: the newest window drifts, but too few of the last n do. */
  state: z.enum(["none", "suspected", "detected"]),
  /** Of a detected drift, none otherwise. */
  severity: severitySchema,
  /** This report detected the drift, or made it worse. */
  isRisen: z.boolean(),
});

/** What a report says of a model. */
export const driftEvaluationSchema = z.object({
  model: z.string(),
  monitor: z.string(),
  reportId: z.string(),
  /** Epoch milliseconds. */
  window: z.object({ start: timeSchema, end: timeSchema }),
  /** What the window was compared with, where the report tells. */
  reference: z.exactOptional(z.object({ id: z.string(), start: timeSchema, end: timeSchema })),
  /** Why the report was left out: nothing below tells anything then, and the history is as it was. */
  ignored: z.exactOptional(z.string()),
  /** The highest of the features whose drift is detected, and that this window had enough values of. */
  severity: severitySchema,
  /** A feature with that severity was detected by this report, or became as bad by it. */
  isRisen: z.boolean(),
  /** The worst first, those of equal severity by kind and name. */
  features: z.array(featureEvaluationSchema),
});

export type FeatureEvaluation = Stored<typeof featureEvaluationSchema>;
export type DriftEvaluation = Stored<typeof driftEvaluationSchema>;

/** An evaluation, and the history that the model's next report is evaluated with. */
export interface EvaluatedDrift {
  readonly evaluation: DriftEvaluation;
  readonly history: DriftHistory;
  /** Of what the report says. */
  readonly digest: string;
  /** Ids of reports that say otherwise of the same window, or under the same id; of each feature the worse counts. */
  readonly others: readonly string[];
  /** What of the history found no room in the model's record. */
  readonly dropped?: DroppedHistory;
}

/**
 * Judges a report by the policy and by the windows before it. The order of features does not matter, nor does that of arrival:
 * windows are placed by their end, a report that was seen already changes nothing, and one from before the last n windows of its
 * monitor is left out. Of reports of one window that say different things the worse counts, feature by feature. A monitor that
 * reported nothing for the policy's `forgetMs` is forgotten. Save the history together with what follows from it: the same report
 * evaluated once more says nothing.
 */
export function evaluateDrift(policy: DriftPolicy, report: DriftReport, history: DriftHistory): EvaluatedDrift {
  const { model, monitor, window } = report;
  const before = history.find((past) => past.monitor === monitor) ?? { monitor, windows: [], features: [] };
  const identified = identifiedReport(report, before);
  const { digest, others } = identified;
  const { reference } = report;
  const basis = { model, monitor, reportId: identified.report.id, window, ...(reference !== undefined && { reference }) };
  const ignored = reasonToIgnore(policy, identified, before);
  if (ignored !== undefined) {
    return { evaluation: { ...basis, ignored, severity: "none", isRisen: false, features: [] }, history, digest, others };
  }
  const { features, after } = evaluateFeatures(policy, identified, before);
  const severity = features.find(({ outcome }) => outcome !== "insufficient")?.severity ?? "none";
  const isRisen = features.some((feature) => feature.isRisen && feature.severity === severity);
  const horizon = window.end - policy.forgetMs;
  const remembered = history.filter((past) => past.monitor !== monitor && (past.windows.at(-1)?.end ?? 0) >= horizon);
  return {
    evaluation: { ...basis, severity, isRisen, features },
    digest,
    others,
    ...boundedHistory([...remembered, after], monitor),
  };
}

function evaluateFeatures(policy: DriftPolicy, identified: IdentifiedReport, before: MonitorHistory) {
  const { report } = identified;
  const { window, monitor } = report;
  const judged = judgeReport(policy, report, before.learned);
  const windows = withWindow(policy, before, identified);
  const histories = new Map(before.features.map((feature) => [featureKey(feature), feature]));
  if (report.unlisted === "calm") {
    for (const [key, feature] of histories) {
      if (!judged.has(key)) histories.set(key, withOutcome(feature, { end: window.end, rank: 0, heldRank: 0 }));
    }
  }
  const features = [...judged].map(([key, feature]) => {
    const before = historyBefore(policy, histories.get(key), feature, window.end, windows);
    const old = withPersistence(before, feature.isWandering ? wanderingWindows(policy, window) : undefined);
    const { outcome, rank, heldRank, togetherRank } = feature.judgement;
    const placed = { end: window.end, rank, heldRank, ...(togetherRank !== undefined && { togetherRank }) };
    const next = outcome === "insufficient" ? old : withOutcome(old, placed);
    histories.set(key, next);
    return featureEvaluation(policy, feature, old, next);
  });
  const horizon = (windows.at(-1)?.end ?? window.end) - policy.forgetMs;
  const lessons = [...judged.values()].flatMap(({ kind, name, lessons }) => lessons.map((lesson) => ({ kind, name, ...lesson })));
  const learned = withLessons(before.learned ?? [], lessons, { end: window.end, horizon });
  const after: MonitorHistory = {
    ...{ monitor, windows, features: keptFeatures(policy, histories.values(), horizon) },
    ...(learned.length > 0 && { learned }),
  };
  return { features: features.sort((a, b) => rankOf(b.severity) - rankOf(a.severity) || byKey(a, b)), after };
}

const DAY_MS = 86_400_000;

/** How many windows in a row a drift of a wandering feature must last: a day of them, at least 7 and at most 24. */
function wanderingWindows({ persistence }: DriftPolicy, { start, end }: DriftReport["window"]): number {
  const ofDay = Math.ceil(DAY_MS / Math.max(1, end - start));
  return persistence.wandering ?? Math.min(24, Math.max(7, ofDay));
}

function withPersistence({ inRow: _inRow, ...history }: FeatureHistory, inRow: number | undefined): FeatureHistory {
  return inRow === undefined ? history : { ...history, inRow };
}

function featureEvaluation(
  policy: DriftPolicy,
  { judgement, lessons: _lessons, isWandering: _isWandering, ...feature }: JudgedFeature,
  old: FeatureHistory,
  next: FeatureHistory,
): FeatureEvaluation {
  const { rank: windowRank, heldRank: _heldRank, togetherRank: _togetherRank, ...told } = judgement;
  const { rank } = levelOf(policy, next);
  const isSuspected = (next.outcomes.at(-1)?.rank ?? 0) > 0;
  return {
    ...feature,
    ...told,
    windowSeverity: severityOf(windowRank),
    state: rank > 0 ? "detected" : isSuspected ? "suspected" : "none",
    severity: severityOf(rank),
    isRisen: rank > levelOf(policy, old).rank,
  };
}

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
