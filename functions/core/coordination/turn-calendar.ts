import { CLOCK_TOLERANCE_MS, sumUsd } from "../numbers";
import type { CoordinatorState } from "./coordinator-state";
import { utcDay, utcMonth } from "./utc-calendar";

type Period = CoordinatorState["day"] | CoordinatorState["month"];
type Counts = Pick<Period, "date" | "spentUsd"> & { readonly starts?: number };

/** Days, and months, whose counts are kept: a clock that was ahead may have turned them too early. */
const MAX_EARLIER = 3;

/** True where a clock that was wrong, by hours or days, wrote into the state. */
export function isAhead({ day, lastStartAt = 0 }: CoordinatorState, now: number): boolean {
  const latest = now + CLOCK_TOLERANCE_MS;
  return day.date > utcDay(latest) || lastStartAt > latest;
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
    day: { date: today, starts: 0, spentUsd: 0, earlier: earlierThanNext(day) },
    month: thisMonth > month.date ? { date: thisMonth, spentUsd: 0, earlier: earlierThanNext(month) } : month,
  };
}

function earlierThanNext({ earlier = [], ...ended }: Period): readonly Counts[] {
  return [ended, ...earlier].slice(0, MAX_EARLIER);
}

/** A day or month with more counted on `date`: its own, or one before it that is still kept. Unchanged for any other date. */
export function withCounted<P extends Period>(period: P, date: string, { starts = 0, usd = 0 }: Counted): P {
  if (period.date === date) return added(period, starts, usd);
  if (period.earlier === undefined) return period;
  return { ...period, earlier: period.earlier.map((counts) => (counts.date === date ? added(counts, starts, usd) : counts)) };
}

/** What is counted of a run: its start, -1 where that is taken back, and what it cost. */
interface Counted {
  readonly starts?: number;
  readonly usd?: number;
}

function added<C extends Counts>(counts: C, starts: number, usd: number): C {
  const { starts: before, spentUsd } = counts;
  return { ...counts, ...(before !== undefined && { starts: before + starts }), spentUsd: sumUsd([spentUsd, usd]) };
}

/** A period that a wrong clock wrote, as that of `date`: with what was counted on it and later. */
function correctedTo<P extends Period>(date: string, period: P): P {
  const { earlier = [] } = period;
  const since = earlier.filter((counts) => counts.date >= date);
  const corrected = since.reduce<P>((sofar, { starts = 0, spentUsd }) => added(sofar, starts, spentUsd), { ...period, date });
  return { ...corrected, earlier: earlier.filter((counts) => counts.date < date) };
}

function withoutFuture(state: CoordinatorState, now: number): CoordinatorState {
  const { lastStartAt, failures, approval, paused, resumed, blocked } = state;
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
    failures: failures.lastAt === undefined ? failures : { ...failures, lastAt: past(failures.lastAt) },
  };
}
