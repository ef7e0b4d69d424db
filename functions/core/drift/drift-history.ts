import * as z from "zod/mini";
import { utf8Bytes } from "../batching/landed-object";
import { amountSchema, ordinalSchema, timeSchema } from "../numbers";
import type { Stored } from "../state-layout";
import { DRIFT_KINDS } from "./drift-report";
import { type LearnedScore, learnedScoreSchema } from "./scores/learned-scores";

const rankSchema = z.int().check(z.minimum(0), z.maximum(4));

/** One window's judgement of one feature: `end` is the window's, epoch milliseconds; ranks are those of a Judgement. */
const outcomeSchema = z.strictObject({
  end: timeSchema,
  rank: rankSchema,
  heldRank: rankSchema,
  togetherRank: z.exactOptional(rankSchema),
});

/** Whether a feature is drifted: rank 0 until detected. `since` is the end of the window in which it last recovered. */
const levelSchema = z.strictObject({ rank: rankSchema, since: z.exactOptional(timeSchema) });

const featureHistorySchema = z.strictObject({
  kind: z.enum(DRIFT_KINDS),
  name: z.string(),
  /** After the first `settled` outcomes. */
  base: levelSchema,
  settled: amountSchema,
  /** In order of their windows. */
  outcomes: z.array(outcomeSchema),
  /** So many windows in a row must drift: the feature wanders. Absent where the policy's k of n do. */
  inRow: z.exactOptional(ordinalSchema),
});

const monitorHistorySchema = z.strictObject({
  monitor: z.string(),
  /** The newest windows, oldest first, with the ids of their reports. */
  windows: z.array(
    z.strictObject({
      start: timeSchema,
      end: timeSchema,
      reportIds: z.array(z.string()),
      /** Of the reports' contents, in the order of the ids; empty texts, or absent, for what an earlier program saved. */
      digests: z.exactOptional(z.array(z.string())),
    }),
  ),
  /** Those that drifted in any of the windows that still count. */
  features: z.array(featureHistorySchema),
  /** Of scores whose noise is not known; absent where there is none, and in what an earlier program saved. */
  learned: z.exactOptional(z.array(learnedScoreSchema)),
});

/** What later reports of a model are judged with: a history per monitor, bounded by the policy's n. */
export const driftHistorySchema = z.array(monitorHistorySchema);

export type Outcome = Stored<typeof outcomeSchema>;
export type Level = Stored<typeof levelSchema>;
export type FeatureHistory = Stored<typeof featureHistorySchema>;
export type MonitorHistory = Stored<typeof monitorHistorySchema>;
export type DriftHistory = Stored<typeof driftHistorySchema>;

/** Monitors whose history is kept of a model: many times what watches any. */
export const MAX_MONITORS = 50;

/**
 * What a model's histories may take in the state store, and one monitor's, as `bytesOf` estimates it: of the 380 KB of a record the
 * rest is for what a report leaves to do.
 */
const MAX_HISTORY_BYTES = 300 * 1024;
const MAX_MONITOR_BYTES = 220 * 1024;

/** Deflated, a feature takes at most so much beside its name, and an outcome beside those of the feature before it. */
const FEATURE_BYTES = 24;
const OUTCOME_BYTES = 14;
const WINDOW_BYTES = 32;
/** Beside its name and metric, a learned score has two numbers of 17 digits. */
const LEARNED_BYTES = 48;

/** How much of a history found no room. */
export interface DroppedHistory {
  readonly monitors: number;
  readonly features: number;
}

/**
 * The history as far as it fits into its record, so that no number of monitors keeps a report from being saved. Kept are, in this
 * order, the monitor of the newest report, those that reported more than one window, and those that reported last: one with a name
 * for each of its runs pushes out its own runs and nobody else. Of too large a monitor the features that drift least are dropped.
 * What was learned of scores takes what room is left, those first that are known best.
 */
export function boundedHistory(
  history: DriftHistory,
  newest: string,
): { readonly history: DriftHistory; readonly dropped?: DroppedHistory } {
  const ranked = history.toSorted(
    (a, b) =>
      Number(b.monitor === newest) - Number(a.monitor === newest) ||
      Number(b.windows.length > 1) - Number(a.windows.length > 1) ||
      (b.windows.at(-1)?.end ?? 0) - (a.windows.at(-1)?.end ?? 0),
  );
  const kept: MonitorHistory[] = [];
  let [room, features] = [MAX_HISTORY_BYTES, 0];
  for (const { learned: _, ...monitor } of ranked.slice(0, MAX_MONITORS)) {
    const fitting = fittingMonitor(monitor);
    const bytes = bytesOf(fitting);
    if (bytes > room) continue;
    room -= bytes;
    features += monitor.features.length - fitting.features.length;
    kept.push(fitting);
  }
  const monitors = history.length - kept.length;
  const learned = new Map(history.map((monitor) => [monitor.monitor, monitor.learned]));
  const whole = kept.map((monitor) => {
    const known = learned.get(monitor.monitor);
    if (known === undefined) return monitor;
    const fitting = fittingScores(known, Math.min(room, MAX_MONITOR_BYTES - bytesOf(monitor)));
    room -= fitting.reduce((sum, one) => sum + learnedBytes(one), 0);
    features += known.length - fitting.length;
    return fitting.length === 0 ? monitor : { ...monitor, learned: fitting };
  });
  const sorted = whole.sort((a, b) => (a.monitor < b.monitor ? -1 : 1));
  return monitors + features === 0 ? { history: sorted } : { history: sorted, dropped: { monitors, features } };
}

function fittingMonitor(monitor: MonitorHistory): MonitorHistory {
  let room = MAX_MONITOR_BYTES - bytesOf({ ...monitor, features: [] });
  const ranked = monitor.features.toSorted((a, b) => worstRank(b) - worstRank(a));
  const fitting = new Set(
    ranked.filter((feature) => {
      room -= featureBytes(feature);
      return room >= 0;
    }),
  );
  return fitting.size === ranked.length ? monitor : { ...monitor, features: monitor.features.filter((one) => fitting.has(one)) };
}

function fittingScores(learned: readonly LearnedScore[], most: number): readonly LearnedScore[] {
  let room = most;
  const ranked = learned.toSorted((a, b) => b.count - a.count);
  const fitting = new Set(
    ranked.filter((one) => {
      room -= learnedBytes(one);
      return room >= 0;
    }),
  );
  return learned.filter((one) => fitting.has(one));
}

function worstRank({ base, outcomes }: FeatureHistory): number {
  return outcomes.reduce((worst, { rank }) => Math.max(worst, rank), base.rank);
}

/** What a monitor's history takes at most, but for what it learned, in bytes: its texts, and of the rest what deflating leaves. */
function bytesOf({ monitor, windows, features }: MonitorHistory): number {
  const ids = windows.flatMap(({ reportIds, digests = [] }) => [...reportIds, ...digests]);
  const texts = [monitor, ...ids].reduce((sum, text) => sum + textBytes(text), 0);
  return texts + windows.length * WINDOW_BYTES + features.reduce((sum, feature) => sum + featureBytes(feature), 0);
}

function learnedBytes({ name, metric }: LearnedScore): number {
  return textBytes(name) + textBytes(metric) + LEARNED_BYTES;
}

function featureBytes({ name, outcomes }: FeatureHistory): number {
  return textBytes(name) + FEATURE_BYTES + outcomes.length * OUTCOME_BYTES;
}

function textBytes(text: string): number {
  return utf8Bytes(JSON.stringify(text));
}

/** A feature that was never seen to drift. */
export function calmHistory({ kind, name }: Pick<FeatureHistory, "kind" | "name">): FeatureHistory {
  return { kind, name, base: { rank: 0 }, settled: 0, outcomes: [] };
}

/** The history with one more outcome, at the place of its window. The worse of two outcomes of one window counts, once. */
export function withOutcome(history: FeatureHistory, outcome: Outcome): FeatureHistory {
  const { outcomes } = history;
  const place = outcomes.findIndex(({ end }) => end >= outcome.end);
  const at = place === -1 ? outcomes.length : place;
  if (at < history.settled) return history;
  const same = outcomes[at]?.end === outcome.end ? outcomes[at] : undefined;
  const togetherRank = Math.max(outcome.togetherRank ?? 0, same?.togetherRank ?? 0);
  const placed = {
    end: outcome.end,
    rank: Math.max(outcome.rank, same?.rank ?? 0),
    heldRank: Math.max(outcome.heldRank, same?.heldRank ?? 0),
    ...(togetherRank > 0 && { togetherRank }),
  };
  return { ...history, outcomes: outcomes.toSpliced(at, same === undefined ? 0 : 1, placed) };
}
