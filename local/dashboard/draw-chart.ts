import { type Markup, markup } from "./markup";
import { type ChartLine, firstPeriod, type ShownTime } from "./panel";

/** Colours of lines in page-style.ts; later lines have them again, dashed. */
const COLOURS = 8;

const MARGIN = { top: 8, right: 8, bottom: 20, left: 40 } as const;
const HEIGHT = 150;
const VALUE_MARKS = 4;
const UNITS_OF_TIME_MARK = 62;

export interface Chart {
  readonly title: string;
  readonly isStacked: boolean;
  /** In the order of their colours. */
  readonly lines: readonly ChartLine[];
}

/** Where a value of a period stands, from a lower edge. */
interface Step {
  readonly from: number;
  readonly until: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A chart in SVG, `width` units wide: each value a step as long as its period. Nothing is drawn of a chart without values but its
 * frame.
 */
export function drawChart({ title, isStacked, lines }: Chart, time: ShownTime, width: number): Markup {
  const steps = isStacked ? stacked(lines, time) : lines.map((line) => stepsOf(line, time));
  const values = steps.flat();
  const marks = valueMarks(lowestOf(values), highestOf(values), VALUE_MARKS);
  const [bottom = 0, top = 1] = [marks[0], marks.at(-1)];
  const x = (at: number) =>
    MARGIN.left + ((clamp(at, time) - time.from) / (time.until - time.from)) * (width - MARGIN.left - MARGIN.right);
  const y = (value: number) => HEIGHT - MARGIN.bottom - ((value - bottom) / (top - bottom)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const draw = isStacked ? drawArea : drawLine;
  const drawn = steps.map((ofLine, index) => draw(ofLine, x, y, classOf(index)));
  if (values.length === 0) return emptyChart(title, time, x, width);
  return markup`<svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${title}">${grid(marks, y, width)}${timeAxis(time, x, width)}${drawn}</svg>`;
}

function emptyChart(title: string, time: ShownTime, x: Scale, width: number): Markup {
  const foot = HEIGHT - MARGIN.bottom;
  return markup`<svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${title}: no data in this run"><line class="zero" x1="${MARGIN.left}" x2="${
    width - MARGIN.right
  }" y1="${foot}" y2="${foot}"/>${timeAxis(time, x, width)}<text class="none" x="${(width + MARGIN.left) / 2}" y="${
    HEIGHT / 2
  }">no data in this run</text></svg>`;
}

/** The colour of the nth line, from 0. */
export function classOf(index: number): string {
  return `c${index % COLOURS}${index < COLOURS ? "" : " again"}`;
}

function stepsOf({ values, periodMs }: ChartLine, { from }: ShownTime): Step[] {
  const start = firstPeriod(from, periodMs);
  return values.flatMap((value, index) => {
    const at = start + index * periodMs;
    return value === undefined ? [] : [{ from: at, until: at + periodMs, low: 0, high: value }];
  });
}

/** Each line on top of those before it. */
function stacked(lines: readonly ChartLine[], time: ShownTime): Step[][] {
  const heights = new Map<number, number>();
  return lines.map((line) =>
    stepsOf(line, time).map((step) => {
      const low = heights.get(step.from) ?? 0;
      heights.set(step.from, low + step.high);
      return { ...step, low, high: low + step.high };
    }),
  );
}

type Scale = (value: number) => number;

/** Steps that follow each other are one line; a value alone is a dot too, or it would hardly be seen. */
function drawLine(steps: readonly Step[], x: Scale, y: Scale, colour: string): Markup {
  let path = "";
  const dots: Markup[] = [];
  for (const [index, { from, until, high }] of steps.entries()) {
    const before = steps[index - 1];
    const isJoined = before?.until === from;
    if (!isJoined) path += `M${round(x(from))} ${round(y(high))}`;
    else if (before.high !== high) path += `V${round(y(high))}`;
    const after = steps[index + 1];
    if (after?.from !== until || after.high !== high) path += `H${round(x(until))}`;
    if (!isJoined && after?.from !== until)
      dots.push(markup`<circle cx="${round((x(from) + x(until)) / 2)}" cy="${round(y(high))}" r="2.5"/>`);
  }
  return markup`<g class="${colour}"><path class="line" d="${path}"/>${dots}</g>`;
}

function drawArea(steps: readonly Step[], x: Scale, y: Scale, colour: string): Markup {
  const boxes = steps.filter(({ low, high }) => low !== high);
  const path = boxes.map(({ from, until, low, high }) => {
    // At least a hair wide, that a single hour of half a year is seen.
    const right = Math.max(x(until), x(from) + 1);
    return `M${round(x(from))} ${round(y(low))}V${round(y(high))}H${round(right)}V${round(y(low))}Z`;
  });
  return markup`<g class="${colour}"><path class="area" d="${path.join("")}"/></g>`;
}

function grid(marks: readonly number[], y: Scale, width: number): Markup[] {
  return marks.map(
    (
      mark,
    ) => markup`<line class="${mark === 0 ? "zero" : "grid"}" x1="${MARGIN.left}" x2="${width - MARGIN.right}" y1="${round(y(mark))}" y2="${round(y(mark))}"/>
<text class="value" x="${MARGIN.left - 6}" y="${round(y(mark) + 3.5)}">${shortNumber(mark)}</text>`,
  );
}

function timeAxis({ from, until }: ShownTime, x: Scale, width: number): Markup[] {
  return timeMarks(from, until, Math.floor((width - MARGIN.left) / UNITS_OF_TIME_MARK)).map(
    ({
      at,
      label,
    }) => markup`<line class="tick" x1="${round(x(at))}" x2="${round(x(at))}" y1="${HEIGHT - MARGIN.bottom}" y2="${HEIGHT - MARGIN.bottom + 4}"/>
<text class="time" x="${round(x(at))}" y="${HEIGHT - 5}">${label}</text>`,
  );
}

function lowestOf(steps: readonly Step[]): number {
  return steps.reduce((lowest, { low, high }) => Math.min(lowest, low, high), 0);
}

function highestOf(steps: readonly Step[]): number {
  return steps.reduce((highest, { low, high }) => Math.max(highest, low, high), 0);
}

function clamp(at: number, { from, until }: ShownTime): number {
  return Math.min(until, Math.max(from, at));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

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

/**
 * Round numbers, about `most` of them, from below `lowest` and 0 to above `highest` and 0: the first and the last are the ends of
 * an axis.
 */
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
