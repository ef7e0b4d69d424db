import type { TrainingRequest } from "../training-request";
import type { Decision } from "./decision";

/** A started run that has not ended. Its reservation is held against the day and month of its start. */
export interface Run {
  readonly requestId: string;
  /** Known once the start was performed. */
  readonly runId?: string;
  readonly startedAt: number;
  /** The start before it, from which the cooldown counts again should this one be taken back. */
  readonly previousStartAt?: number;
  readonly reservedUsd: number;
  /** The estimate before the history's correction, which the actual cost is compared with. */
  readonly estimatedUsd: number;
}

/** A deferred request of a model; later ones merge into it. */
export interface Parked {
  readonly request: TrainingRequest;
  readonly parkedAt: number;
  /** When to ask again; absent while only an event can help: a run's end, an approval, a resume, more data. */
  readonly dueAt?: number;
  /** Who approved it, when it was approved and then had to wait. */
  readonly approvedBy?: readonly string[];
}

export interface PendingApproval {
  readonly request: TrainingRequest;
  readonly askedAt: number;
  readonly expiresAt: number;
  readonly approvedBy: readonly string[];
}

/** What is left to do after a decision; each may be done again. */
export type Effect =
  | { readonly type: "start"; readonly request: TrainingRequest; readonly approvedBy?: readonly string[] }
  | { readonly type: "record"; readonly decision: Decision }
  | { readonly type: "notify"; readonly subject: string; readonly decision: Decision };

/** An effect that was not seen done yet; its number is unique within the model. */
export type PendingEffect = Effect & { readonly number: number };

/** What becomes of the requests that waited through a pause: one training where one can take them, each its own, or none. */
export const CATCH_UPS = ["merged", "all", "skip"] as const;
export type CatchUp = (typeof CATCH_UPS)[number];

/** Everything that decisions about one model depend on. Times are epoch milliseconds, money is USD. */
export interface CoordinatorState {
  readonly runs: readonly Run[];
  readonly lastStartAt?: number;
  /** Of the UTC day `date`, `2026-11-21`: starts, and the cost of the runs that were started on it and have ended. */
  readonly day: { readonly date: string; readonly starts: number; readonly spentUsd: number };
  readonly month: { readonly date: string; readonly spentUsd: number };
  /** In the order in which they began to wait. */
  readonly parked: readonly Parked[];
  readonly approval?: PendingApproval;
  readonly paused?: { readonly by: string; readonly why: string; readonly at: number };
  /** The end of the last pause. */
  readonly resumed?: { readonly by: string; readonly catchUp: CatchUp; readonly at: number };
  /** Critical drift: nothing starts by itself until a person approves a training, or clears it. */
  readonly blocked?: { readonly requestId: string; readonly at: number };
  readonly failures: { readonly inRow: number; readonly lastAt?: number };
  /** Actual over estimated cost of the runs so far, smoothed; 1 before the first. */
  readonly costRatio: number;
  /** How long a successful run takes from its decision to its end, smoothed; absent before the first. */
  readonly usualRunMs?: number;
  /** The newest request ids, oldest first; older ones are in the decision log. */
  readonly recentIds: readonly string[];
  readonly outbox: readonly PendingEffect[];
  /** How many effects there have been. */
  readonly effects: number;
}

export const RECENT_IDS = 50;

/** A model of which nothing was asked yet. */
export function initialState(now: number): CoordinatorState {
  return {
    runs: [],
    day: { date: utcDay(now), starts: 0, spentUsd: 0 },
    month: { date: utcMonth(now), spentUsd: 0 },
    parked: [],
    failures: { inRow: 0 },
    costRatio: 1,
    recentIds: [],
    outbox: [],
    effects: 0,
  };
}

/** The state as it is at `now`: a new UTC day or month begins with nothing started or spent. The clock never runs back. */
export function turnCalendar(state: CoordinatorState, now: number): CoordinatorState {
  const date = utcDay(now);
  const month = utcMonth(now);
  if (date <= state.day.date) return state;
  const isNewMonth = month > state.month.date;
  return { ...state, day: { date, starts: 0, spentUsd: 0 }, month: isNewMonth ? { date: month, spentUsd: 0 } : state.month };
}

/** `2026-11-21`. */
export function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** `2026-11`. */
export function utcMonth(at: number): string {
  return utcDay(at).slice(0, 7);
}

/** The first moment of the next UTC day. */
export function nextDay(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
}

/** The first moment of the next UTC month. */
export function nextMonth(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
