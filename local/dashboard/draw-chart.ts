import { shortNumber, timeMarks, valueMarks } from "./chart-scale";
import { type Markup, markup } from "./markup";
import type { ChartLine, ShownTime } from "./panel";
import { firstPeriod } from "./shown-periods";

/** Colours of lines in page-style.ts; later lines have them again, dashed. */
export const COLOURS = 8;

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

/** A chart in SVG, `width` units wide: each value a step as long as its period. Nothing is drawn of a chart without values but its frame. */
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
