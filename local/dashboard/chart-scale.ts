const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Milliseconds between two marks of a time axis. */
const TIME_STEPS = [
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
  7 * DAY_MS,
  14 * DAY_MS,
  28 * DAY_MS,
  56 * DAY_MS,
];

/** Smaller differences are none: they would be divided by in vain. */
const SMALLEST_SPAN = 1e-200;

/** Round numbers, about `most` of them, from below `lowest` and 0 to above `highest` and 0: the first and the last are the ends of an axis. */
export function valueMarks(lowest: number, highest: number, most: number): number[] {
  const from = Math.min(0, lowest);
  const isFlat = Math.max(0, highest) - from < SMALLEST_SPAN;
  const until = isFlat ? 1 : Math.max(0, highest);
  const magnitude = 10 ** Math.floor(Math.log10((until - from) / most));
  const steps = [1, 2, 5, 10, 20].map((factor) => factor * magnitude);
  const step = steps.find((candidate) => Math.ceil(until / candidate) - Math.floor(from / candidate) <= most) ?? until - from;
  const first = Math.floor(from / step);
  return Array.from({ length: Math.ceil(until / step) - first + 1 }, (_, index) => (first + index) * step);
}

/** Times (epoch milliseconds, UTC) at whole hours or days, `most` or fewer. */
export function timeMarks(from: number, until: number, most: number): { readonly at: number; readonly label: string }[] {
  const step = TIME_STEPS.find((candidate) => (until - from) / candidate <= most) ?? (until - from) / most;
  const marks: { readonly at: number; readonly label: string }[] = [];
  const edge = Math.min(step, DAY_MS);
  for (let at = Math.ceil(from / edge) * edge; at < until; at += step) marks.push({ at, label: timeLabel(at, step) });
  return marks;
}

function timeLabel(at: number, step: number): string {
  const date = new Date(at);
  if (step >= DAY_MS || at % DAY_MS === 0) return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return date.toISOString().slice(11, 16);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A number with three digits, as short as it can be: 0.05, 12.5, 1.25k, 3M. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e12) return value.toExponential(1);
  const [divisor, suffix] = size >= 1e9 ? [1e9, "G"] : size >= 1e6 ? [1e6, "M"] : size >= 1e4 ? [1e3, "k"] : [1, ""];
  const digits = size >= 1e3 && size < 1e4 ? 4 : 3;
  return `${Number((value / divisor).toPrecision(digits))}${suffix}`;
}

/** A span of milliseconds as one reads it: 5 min, 3 h, 1 d. */
export function shortSpan(ms: number): string {
  if (ms % DAY_MS === 0) return `${ms / DAY_MS} d`;
  return ms % HOUR_MS === 0 ? `${ms / HOUR_MS} h` : `${ms / 60_000} min`;
}
