import * as z from "zod/mini";
import type { LoggedLine } from "./collect-metrics";
import { SLOT_MS } from "./metric-slots";

/** A line of a chart. */
export interface ChartLine {
  readonly label: string;
  /** Milliseconds of a period; the first one begins at the chart's `from`, down to a whole period. */
  readonly periodMs: number;
  /** One for each period; undefined where the cloud would have no point. */
  readonly values: readonly (number | undefined)[];
  /** How a period's values became one, as the cloud names it. */
  readonly statistic: string;
  /** True where the periods' values may be added up. */
  readonly isSum: boolean;
}

/** What a widget of a dashboard shows. */
export type Panel =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "chart"; readonly title: string; readonly isStacked: boolean; readonly lines: readonly ChartLine[] }
  | {
      readonly kind: "table";
      readonly title: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: "alarms"; readonly title: string; readonly names: readonly string[] }
  /** What could not be read of a widget, so that it is seen. */
  | { readonly kind: "unreadable"; readonly title: string; readonly why: string };

/** A panel where its dashboard has it. */
export interface PlacedPanel {
  readonly panel: Panel;
  /** Columns and rows of the dashboard. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The replayed time that dashboards show, without its end; epoch milliseconds. */
export interface ShownTime {
  readonly from: number;
  readonly until: number;
}

/** A widget that is not understood: what was got, what is allowed. */
export class UnreadableWidget extends Error {
  override readonly name = "UnreadableWidget";
}

/** In the order in which one reads them. */
export function inReadingOrder(panels: readonly PlacedPanel[]): PlacedPanel[] {
  return [...panels].sort((one, other) => one.y - other.y || one.x - other.x);
}

/** A table of the log's lines, with the time before the fields; all of the first line's fields where none are named. */
export function logTable(title: string, lines: readonly LoggedLine[], fields?: readonly string[]): Panel {
  const columns = fields ?? Object.keys(lines[0]?.record ?? {}).filter((field) => field !== "level" && field !== "event");
  const rows = lines.map(({ at, record }) => [
    new Date(at).toISOString().slice(0, 16).replace("T", " "),
    ...columns.map((field) => cellText(Object.hasOwn(record, field) ? record[field] : undefined)),
  ]);
  return { kind: "table", title, columns: ["time", ...columns], rows };
}

function cellText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The panel that `read` makes, or one that says why it is not to be read. */
export function asPanel(title: string, read: () => Panel): Panel {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableWidget) return { kind: "unreadable", title, why: error.message };
    if (error instanceof z.core.$ZodError) return { kind: "unreadable", title, why: z.prettifyError(error) };
    throw error;
  }
}

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
