import { calmHistory, type FeatureHistory, type Level, type MonitorHistory, type Outcome } from "./drift-history";
import type { DriftPolicy } from "./drift-policy";
import { type DriftReport, MAX_FEATURES } from "./drift-report";
import { byKey, type JudgedFeature } from "./judge-feature";

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
    .map((feature) => compactHistory(policy, feature))
    .filter(
      (feature) => feature.base.rank > 0 || feature.outcomes.some(({ rank }) => rank > 0) || levelOf(policy, feature).rank > 0,
    );
  const newestFirst = kept.toSorted((a, b) => (b.outcomes.at(-1)?.end ?? 0) - (a.outcomes.at(-1)?.end ?? 0) || byKey(a, b));
  return newestFirst.slice(0, MAX_FEATURES).sort(byKey);
}

/** The level of a feature after its newest window. */
export function levelOf(policy: DriftPolicy, { base, settled, outcomes }: FeatureHistory): Level {
  return outcomes.reduce(
    (level, _, index) => (index < settled ? level : advance(policy, level, outcomes.slice(0, index + 1))),
    base,
  );
}

/**
 * The history without what no later window can change: the last n outcomes, and as many before them as they are judged with, so
 * that a report that arrives up to n windows late is placed as if it had come in time.
 */
function compactHistory(policy: DriftPolicy, history: FeatureHistory): FeatureHistory {
  const { n } = policy.persistence;
  let { base, settled } = history;
  for (; history.outcomes.length - settled > n; settled++) base = advance(policy, base, history.outcomes.slice(0, settled + 1));
  const excess = Math.max(0, settled - (n - 1));
  return { ...history, base, settled: settled - excess, outcomes: history.outcomes.slice(excess) };
}

/** The history without what was measured before `horizon`, epoch milliseconds; undefined when nothing is left of it. */
export function forget(history: FeatureHistory, horizon: number): FeatureHistory | undefined {
  const old = history.outcomes.filter(({ end }) => end < horizon).length;
  if (old === history.outcomes.length) return undefined;
  return { ...history, settled: Math.max(0, history.settled - old), outcomes: history.outcomes.slice(old) };
}

/**
 * The level after the last of `outcomes`. It rises to what k of the last n windows reach, the last one among them, and stays while
 * the last one holds it. Windows before a recovery do not count again.
 */
function advance({ persistence: { k, n } }: DriftPolicy, { rank, since }: Level, outcomes: readonly Outcome[]): Level {
  const latest = outcomes.at(-1);
  if (latest === undefined) return { rank, ...(since !== undefined && { since }) };
  const ranks = outcomes
    .filter(({ end }) => since === undefined || end > since)
    .slice(-n)
    .map((outcome) => outcome.rank);
  const sustained = ranks.sort((a, b) => b - a)[k - 1] ?? 0;
  const next = Math.max(Math.min(sustained, latest.rank), Math.min(rank, latest.heldRank));
  if (rank > 0 && next === 0) return { rank: next, since: latest.end };
  return { rank: next, ...(since !== undefined && { since }) };
}
