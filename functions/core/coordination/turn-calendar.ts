import { CLOCK_TOLERANCE_MS, sumUsd } from "../numbers";
import { qualityWithoutFuture } from "../quality/follow-training";
import type { CoordinatorState } from "./coordinator-state";
import { utcDay, utcMonth } from "./utc-calendar";

type Period = CoordinatorState["day"] | CoordinatorState["month"];
type Counts = Pick<Period, "date" | "spentUsd"> & { readonly starts?: number };

/** Days, and months, whose counts are kept before the present one, and after it: a clock that was wrong may have turned to them. */
const MAX_OTHERS = 3;

/** True where a clock that was wrong, by hours or days, wrote into the state. */
export function isAhead({ day, lastStartAt = 0, quality }: CoordinatorState, now: number): boolean {
  const latest = now + CLOCK_TOLERANCE_MS;
  // Promotion tells by its own clock since when a model serves.
  return day.date > utcDay(latest) || Math.max(lastStartAt, quality?.servingSince ?? 0) > latest;
}

/**
 * The state as it is at `now`: a new UTC day or month begins with nothing started or spent. The clock never runs back, but from
 * where a wrong one put it: what was counted today or then counts for today, nothing began later than now, and all that waits is
 * due.
 */
export function turnCalendar(before: CoordinatorState, now: number): CoordinatorState {
  const state = isAhead(before, now) ? withoutFuture(before, now) : before;
  const { day, month } = state;
  const today = utcDay(now);
  const thisMonth = utcMonth(now);
  if (today <= day.date) return state;
  return {
    ...state,
    day: turnedTo(today, day, { starts: 0, spentUsd: 0 }),
    month: thisMonth > month.date ? turnedTo(thisMonth, month, { spentUsd: 0 }) : month,
  };
}

/** A day or month that follows, with what a clock that was wrong has counted on it already. */
function turnedTo<P extends Period>(date: string, period: P, none: Omit<P, "date" | "others">): P {
  const { others = [] } = period;
  const counted = others.find((counts) => counts.date === date);
  return { ...period, ...none, ...counted, date, others: keptBeside(date, period) };
}

/** A day or month that a clock which was wrong left for one to come, as that of `date`: with what was counted on it and later. */
function correctedTo<P extends Period>(date: string, period: P): P {
  const { others = [] } = period;
  const since = others.filter((counts) => counts.date >= date);
  const corrected = since.reduce<P>((sofar, { starts = 0, spentUsd }) => added(sofar, starts, spentUsd), { ...period, date });
  return { ...corrected, others: keptBeside(date, period) };
}

/** The counts of the days, or months, nearest to `date`, newest first. */
function keptBeside(date: string, { others = [], date: own, spentUsd, ...counts }: Period): readonly Counts[] {
  const starts = "starts" in counts && { starts: counts.starts };
  const all = [{ date: own, spentUsd, ...starts }, ...others].toSorted((a, b) => (a.date < b.date ? 1 : -1));
  const later = all.filter((counts) => counts.date > date).slice(-MAX_OTHERS);
  return [...later, ...all.filter((counts) => counts.date < date).slice(0, MAX_OTHERS)];
}

/** A day or month with more counted on `date`: its own, or another that is kept beside it. Unchanged for any other date. */
export function withCounted<P extends Period>(period: P, date: string, { starts = 0, usd = 0 }: Counted): P {
  if (period.date === date) return added(period, starts, usd);
  if (period.others === undefined) return period;
  return { ...period, others: period.others.map((counts) => (counts.date === date ? added(counts, starts, usd) : counts)) };
}

/** What is counted of a run: its start, -1 where that is taken back, and what it cost. */
interface Counted {
  readonly starts?: number;
  readonly usd?: number;
}

function added<C extends Counts>(counts: C, starts: number, usd: number): C {
  const { starts: before, spentUsd } = counts;
  // A start that is taken back may have been counted on a day that was forgotten.
  const count = before !== undefined && { starts: Math.max(0, before + starts) };
  return { ...counts, ...count, spentUsd: sumUsd([spentUsd, usd]) };
}

function withoutFuture(state: CoordinatorState, now: number): CoordinatorState {
  const { lastStartAt, failures, approval, paused, resumed, blocked, quality } = state;
  const past = (at: number) => Math.min(at, now);
  return {
    ...state,
    runs: state.runs.map((run) => ({ ...run, startedAt: past(run.startedAt) })),
    ...(lastStartAt !== undefined && { lastStartAt: past(lastStartAt) }),
    day: correctedTo(utcDay(now), state.day),
    month: correctedTo(utcMonth(now), state.month),
    parked: state.parked.map((parked) => ({ ...parked, parkedAt: past(parked.parkedAt), dueAt: now })),
    ...(approval !== undefined && {
      approval: {
        ...approval,
        askedAt: past(approval.askedAt),
        expiresAt: past(approval.askedAt) + approval.expiresAt - approval.askedAt,
      },
    }),
    ...(paused !== undefined && { paused: { ...paused, at: past(paused.at) } }),
    ...(resumed !== undefined && { resumed: { ...resumed, at: past(resumed.at) } }),
    ...(blocked !== undefined && { blocked: { ...blocked, at: past(blocked.at) } }),
    ...(quality !== undefined && { quality: qualityWithoutFuture(quality, now) }),
    failures: failures.lastAt === undefined ? failures : { ...failures, lastAt: past(failures.lastAt) },
  };
}
