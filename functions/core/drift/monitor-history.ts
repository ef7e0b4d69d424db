import { calmHistory, type FeatureHistory, type MonitorHistory } from "./drift-history";
import type { DriftPolicy } from "./drift-policy";
import { type DriftReport, MAX_FEATURES } from "./drift-report";
import { byKey, type JudgedFeature } from "./judge-report";
import { forget, levelOf, settle } from "./persistence";

/** Ids kept of the reports of one window; a copy of an older one is evaluated again, which changes nothing either. */
const KEPT_IDS = 50;

/** Why a report tells nothing new, undefined when it does. */
export function reasonToIgnore(policy: DriftPolicy, report: DriftReport, { windows }: MonitorHistory): string | undefined {
  const { n } = policy.persistence;
  if (windows.some(({ reportIds }) => reportIds.includes(report.id))) return `report ${report.id} was seen already`;
  const oldest = windows.at(-n);
  if (oldest === undefined || report.window.end >= oldest.end) return undefined;
  const [end, limit] = [report.window.end, oldest.end].map((at) => new Date(at).toISOString());
  return `its window ended at ${end}, before the last ${n} windows of ${report.monitor}, the first of which ended at ${limit}`;
}

/** The monitor's windows with that of a report, in order; as many as reports that come late are compared with. */
export function withWindow(policy: DriftPolicy, { windows }: MonitorHistory, report: DriftReport): MonitorHistory["windows"] {
  const { start, end } = report.window;
  const same = windows.find((window) => window.end === end);
  const reportIds = [...(same?.reportIds ?? []), report.id].slice(-KEPT_IDS);
  const others = windows.filter((window) => window !== same);
  const next = [...others, { start: Math.min(start, same?.start ?? start), end, reportIds }];
  return next.sort((a, b) => a.end - b.end).slice(1 - 2 * policy.persistence.n);
}

/**
 * What is known of a feature before a report is placed. One without a history was calm in the windows after the report's, if it was
 * measured in them at all: what drifts is kept.
 */
export function historyBefore(
  { forgetMs }: DriftPolicy,
  old: FeatureHistory | undefined,
  feature: Pick<JudgedFeature, "kind" | "name">,
  end: number,
  windows: MonitorHistory["windows"],
): FeatureHistory {
  const newest = windows.at(-1)?.end ?? end;
  const later = windows.filter((window) => window.end > end).map((window) => ({ end: window.end, rank: 0, heldRank: 0 }));
  return (old && forget(old, newest - forgetMs)) ?? { ...calmHistory(feature), outcomes: later };
}

/** The features worth keeping, each without what no later report can change: those that drift, or did within the windows kept. */
export function keptFeatures(policy: DriftPolicy, features: Iterable<FeatureHistory>, horizon: number): FeatureHistory[] {
  const kept = [...features]
    .map((feature) => forget(feature, horizon))
    .filter((feature) => feature !== undefined)
    .map((feature) => settle(policy, feature))
    .filter(
      (feature) => feature.base.rank > 0 || feature.outcomes.some(({ rank }) => rank > 0) || levelOf(policy, feature).rank > 0,
    );
  const newestFirst = kept.toSorted((a, b) => (b.outcomes.at(-1)?.end ?? 0) - (a.outcomes.at(-1)?.end ?? 0) || byKey(a, b));
  return newestFirst.slice(0, MAX_FEATURES).sort(byKey);
}
