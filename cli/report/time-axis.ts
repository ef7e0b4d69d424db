import { timeMarks } from "../../local/dashboard/draw-chart";
import { type Markup, markup } from "../../local/dashboard/markup";
import { percent } from "./figure";

const MONTH_MS = (365.25 / 12) * 86_400_000;
/** Months from which on marks stand at their firsts, and how many months lie between two marks. */
const LONG_MONTHS = 3;
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];
/** Labels of an axis on a wide page; a narrow one shows every other. */
const MOST = 10;

/** A history's time, epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where a time is, as a share of the span; times before and after it are at its ends. */
export function shareOf(at: number, { from, to }: Span): number {
  return to <= from ? 0 : Math.min(1, Math.max(0, (at - from) / (to - from)));
}

/** The axis below lanes, in UTC. */
export function timeAxis(span: Span): Markup {
  const marks = span.to - span.from > LONG_MONTHS * MONTH_MS ? monthMarks(span) : timeMarks(span.from, span.to, MOST);
  const labels = marks.map(({ at, label }, index) => {
    const share = shareOf(at, span);
    // A label at an end would stand out of the chart.
    const anchor = share < 0.03 ? "start" : share > 0.97 ? "end" : "middle";
    return markup`<g${index % 2 === 1 ? markup` class="wide-only"` : ""}><line class="tick" x1="${percent(share)}" x2="${percent(share)}" y1="0" y2="4"/><text class="${anchor}" x="${percent(share)}" y="16">${label}</text></g>`;
  });
  return markup`<svg class="axis" height="20">${labels}</svg>`;
}

/** Firsts of months, with their years. */
function monthMarks({ from, to }: Span): { readonly at: number; readonly label: string }[] {
  const months = (to - from) / MONTH_MS;
  const step = MONTH_STEPS.find((count) => months / count <= MOST) ?? Math.ceil(months / MOST);
  const first = new Date(from);
  const marks: { readonly at: number; readonly label: string }[] = [];
  for (let month = 0; ; month += step) {
    const at = Date.UTC(first.getUTCFullYear(), Math.ceil(first.getUTCMonth() / step) * step + month, 1);
    if (at > to) return marks;
    if (at >= from) marks.push({ at, label: MONTH.format(at) });
  }
}

const MONTH = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "short", year: "2-digit" });
