import { calmHistory, type FeatureHistory, type Level, type MonitorHistory, type Outcome } from "./drift-history";
import type { DriftPolicy } from "./drift-policy";
import { type DriftReport, MAX_FEATURES } from "./drift-report";
import { byKey, type JudgedFeature } from "./judge-feature";
import { contentDigest, LONGEST_ID } from "./report-identity";

/** Ids kept of the reports of one window; a copy of an older one is evaluated again, which changes nothing either. */
const KEPT_IDS = 50;

/** How an id ends that a report was given beside its own. */
const GIVEN_ID = / \([0-9a-f]{16}\)$/;

/** Ids kept of a monitor, those of its newest windows: ids may be long. */
const KEPT_IDS_OF_MONITOR = 200;

/** Why a report tells nothing new, undefined when it does. */
export function reasonToIgnore(
  policy: DriftPolicy,
  { report, digest }: Pick<IdentifiedReport, "report" | "digest">,
  { windows }: MonitorHistory,
): string | undefined {
  const { n } = policy.persistence;
  if (isSeen(windows, report.id, digest)) return `report ${report.id} was seen already`;
  const oldest = windows.at(-n);
  if (oldest === undefined || report.window.end >= oldest.end) return undefined;
  const [end, limit] = [report.window.end, oldest.end].map((at) => new Date(at).toISOString());
  return `its window ended at ${end}, before the last ${n} windows of ${report.monitor}, the first of which ended at ${limit}`;
}

/** True for a repetition: the same id and the same contents, where an earlier program kept more than the id. */
function isSeen(windows: MonitorHistory["windows"], id: string, digest: string): boolean {
  return windows.some(({ reportIds, digests = [] }) =>
    reportIds.some((known, index) => known === id && ["", digest].includes(digests[index] ?? "")),
  );
}

/** The report under which one counts, and the reports that say otherwise of the same window, or under the same id. */
export interface IdentifiedReport {
  readonly report: DriftReport;
  /** Of what it says. */
  readonly digest: string;
  /** Their ids. */
  readonly others: readonly string[];
}

/**
 * Tells a copy of a report from another that has its id: what the other says may be forged, or the result of a second run, and must
 * not be lost. It counts under an id of its own, `<id> (<digest>)`, so that its record and its request are not taken for the
 * first's. An id that has this form already gets another digest, so that nobody can claim what another report would be given.
 */
export function identifiedReport(report: DriftReport, { windows }: MonitorHistory): IdentifiedReport {
  const digest = contentDigest(report);
  const others = windows.flatMap(({ end, reportIds, digests = [] }) =>
    reportIds.filter((id, index) => {
      const other = digests[index] ?? "";
      return (end === report.window.end || id === report.id) && other !== "" && other !== digest;
    }),
  );
  const isOwn = !others.includes(report.id) && !GIVEN_ID.test(report.id);
  if (isOwn || isSeen(windows, report.id, digest)) return { report, digest, others };
  const suffix = ` (${digest})`;
  return { report: { ...report, id: `${report.id.slice(0, LONGEST_ID - suffix.length)}${suffix}` }, digest, others };
}

/** The monitor's windows with that of a report, in order; as many as reports that come late are compared with. */
export function withWindow(
  policy: DriftPolicy,
  { windows }: MonitorHistory,
  { report, digest }: Pick<IdentifiedReport, "report" | "digest">,
): MonitorHistory["windows"] {
  const { start, end } = report.window;
  const same = windows.find((window) => window.end === end);
  const known = same?.reportIds ?? [];
  const reportIds = [...known, report.id].slice(-KEPT_IDS);
  const digests = [...known.map((_, index) => same?.digests?.[index] ?? ""), digest].slice(-KEPT_IDS);
  const others = windows.filter((window) => window !== same);
  const next = [...others, { start: Math.min(start, same?.start ?? start), end, reportIds, digests }];
  return withFewIds(next.sort((a, b) => a.end - b.end).slice(1 - 2 * policy.persistence.n));
}

function withFewIds(windows: MonitorHistory["windows"]): MonitorHistory["windows"] {
  let room = KEPT_IDS_OF_MONITOR;
  return windows
    .toReversed()
    .map((window) => {
      const kept = Math.min(room, window.reportIds.length);
      room -= kept;
      if (kept === window.reportIds.length) return window;
      const { digests } = window;
      const newest = <T>(of: readonly T[]) => of.slice(of.length - kept);
      return { ...window, reportIds: newest(window.reportIds), ...(digests && { digests: newest(digests) }) };
    })
    .reverse();
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
export function levelOf(policy: DriftPolicy, history: FeatureHistory): Level {
  const { base, settled, outcomes } = history;
  const persistence = persistenceOf(policy, history);
  return outcomes.reduce(
    (level, _, index) => (index < settled ? level : advance(persistence, level, outcomes.slice(0, index + 1))),
    base,
  );
}

/** Of how many windows so many must drift. */
type Persistence = Pick<DriftPolicy["persistence"], "k" | "n">;

function persistenceOf({ persistence }: DriftPolicy, { inRow }: FeatureHistory): Persistence {
  return inRow === undefined ? persistence : { k: inRow, n: inRow };
}

/**
 * The history without what no later window can change: the last n outcomes, and as many before them as they are judged with, so
 * that a report that arrives up to n windows late is placed as if it had come in time.
 */
function compactHistory(policy: DriftPolicy, history: FeatureHistory): FeatureHistory {
  const persistence = persistenceOf(policy, history);
  const { n } = persistence;
  let { base, settled } = history;
  for (; history.outcomes.length - settled > n; settled++)
    base = advance(persistence, base, history.outcomes.slice(0, settled + 1));
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
 * The level after the last of `outcomes`. It rises to what k of the last n windows reach, the last one among them, or the last
 * three together, and stays while the last one holds it. Windows before a recovery do not count again.
 */
function advance({ k, n }: Persistence, { rank, since }: Level, outcomes: readonly Outcome[]): Level {
  const latest = outcomes.at(-1);
  if (latest === undefined) return { rank, ...(since !== undefined && { since }) };
  const ranks = outcomes
    .filter(({ end }) => since === undefined || end > since)
    .slice(-n)
    .map((outcome) => outcome.rank);
  const sustained = ranks.sort((a, b) => b - a)[k - 1] ?? 0;
  const next = Math.max(Math.min(sustained, latest.rank), latest.togetherRank ?? 0, Math.min(rank, latest.heldRank));
  if (rank > 0 && next === 0) return { rank: next, since: latest.end };
  return { rank: next, ...(since !== undefined && { since }) };
}
