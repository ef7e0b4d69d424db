import * as z from "zod/mini";
import { amountSchema, timeSchema } from "../numbers";
import type { Stored } from "../state-layout";
import { DRIFT_KINDS } from "./drift-report";

const rankSchema = z.int().check(z.minimum(0), z.maximum(4));

/** One window's judgement of one feature: `end` is the window's, epoch milliseconds; ranks are those of a Judgement. */
const outcomeSchema = z.strictObject({ end: timeSchema, rank: rankSchema, heldRank: rankSchema });

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
});

const monitorHistorySchema = z.strictObject({
  monitor: z.string(),
  /** The newest windows, oldest first, with the ids of their reports. */
  windows: z.array(z.strictObject({ start: timeSchema, end: timeSchema, reportIds: z.array(z.string()) })),
  /** Those that drifted in any of the windows that still count. */
  features: z.array(featureHistorySchema),
});

/** What later reports of a model are judged with: a history per monitor, bounded by the policy's n. */
export const driftHistorySchema = z.array(monitorHistorySchema);

export type Outcome = Stored<typeof outcomeSchema>;
export type Level = Stored<typeof levelSchema>;
export type FeatureHistory = Stored<typeof featureHistorySchema>;
export type MonitorHistory = Stored<typeof monitorHistorySchema>;
export type DriftHistory = Stored<typeof driftHistorySchema>;

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
  const placed = {
    end: outcome.end,
    rank: Math.max(outcome.rank, same?.rank ?? 0),
    heldRank: Math.max(outcome.heldRank, same?.heldRank ?? 0),
  };
  return { ...history, outcomes: outcomes.toSpliced(at, same === undefined ? 0 : 1, placed) };
}
