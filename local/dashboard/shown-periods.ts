import { SLOT_MS } from "./metric-slots";
import { type ShownTime, UnreadableWidget } from "./panel";

/** More points than these are not told apart in a chart of this size. */
const MAX_POINTS = 260;
const HOUR_MS = 3_600_000;
/** What a period is made longer to, milliseconds. */
const LONGER_MS = [SLOT_MS, 15 * 60_000, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS];

/** A span of time, epoch milliseconds. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

/**
 * The periods of a chart: those that its widget asks for, or longer ones of whole such where they would be too many, as CloudWatch
 * makes them longer too.
 * @throws UnreadableWidget when the replay knows nothing as fine
 */
export function shownPeriods(
  periodSec: number,
  { from, until }: ShownTime,
): { readonly periodMs: number; readonly periods: Period[] } {
  const askedMs = periodSec * 1000;
  if (!(askedMs > 0) || askedMs % SLOT_MS !== 0)
    throw new UnreadableWidget(
      `a period of ${periodSec} seconds; expected a multiple of ${SLOT_MS / 1000}, as finely as the replay keeps its values`,
    );
  const leastMs = (until - from) / MAX_POINTS;
  const longer = LONGER_MS.find((ms) => ms >= leastMs && ms % askedMs === 0);
  const periodMs = askedMs >= leastMs ? askedMs : (longer ?? askedMs * Math.ceil(leastMs / askedMs));
  const periods: Period[] = [];
  for (let start = firstPeriod(from, periodMs); start < until; start += periodMs)
    periods.push({ from: start, until: start + periodMs });
  return { periodMs, periods };
}

/** Start of the period that `time` is in: periods are counted from 1970. */
export function firstPeriod(time: number, periodMs: number): number {
  return Math.floor(time / periodMs) * periodMs;
}
