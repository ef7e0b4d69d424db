import { classOf, drawChart, shortNumber, shortSpan } from "./draw-chart";
import { type Markup, markup } from "./markup";
import type { ChartLine, Panel, ShownTime } from "./panel";

/** Lines that a legend names; what is left is counted. */
const LEGEND_LINES = 8;
/** Of a table. */
const ROWS = 10;

/** What a panel shows, without its title; `width` is that of its charts in units of about a pixel. */
export function drawPanel(panel: Panel, time: ShownTime, width: number): Markup {
  switch (panel.kind) {
    case "heading":
      return markup`<h2>${panel.text}</h2>`;
    case "chart": {
      const lines = inColourOrder(panel.lines);
      return markup`${how(lines)}<div class="plot">${drawChart({ ...panel, lines }, time, width)}</div>${legend(lines)}`;
    }
    case "table":
      return drawTable(panel);
    case "alarms":
      return markup`<p class="how">${panel.names.length} defined; their states are known only to the cloud</p><ul class="names">${panel.names.map((name) => markup`<li>${name}</li>`)}</ul>`;
    case "unreadable":
      return markup`<p class="unreadable">this widget is not understood: got ${panel.why}</p>`;
  }
}

/** By label, so that both clouds' charts have the same colours; lines that stay at 0 come last, as nobody looks for them. */
function inColourOrder(lines: readonly ChartLine[]): ChartLine[] {
  const byLabel = [...lines].sort((one, other) => (one.label < other.label ? -1 : Number(one.label > other.label)));
  return [...byLabel.filter((line) => !isZero(line)), ...byLabel.filter(isZero)];
}

function isZero({ values }: ChartLine): boolean {
  return values.every((value) => value === undefined || value === 0);
}

/** How the numbers came about, in the cloud's own words. */
function how(lines: readonly ChartLine[]): Markup {
  const words = lines.map(({ statistic, periodMs }) => {
    const readable = statistic.replace(/\b(ALIGN|REDUCE)_(\w+)/g, (_, __, word: string) => word.toLowerCase().replace("_", " "));
    return `${readable} per ${shortSpan(periodMs)}`;
  });
  const text = [...new Set(words)].join("; ");
  return markup`<p class="how" title="${text}">${text}</p>`;
}

function legend(lines: readonly ChartLine[]): Markup {
  const labels = shortLabels(lines.map(({ label }) => label));
  const items = lines.map(
    (line, index) =>
      markup`<li class="${classOf(index)}" title="${line.label}"><i></i><span>${labels[index] ?? ""}</span> <b>${tellingNumber(line)}</b></li>`,
  );
  const zeros = lines.filter(isZero).length;
  const named = zeros > 2 ? items.slice(0, -zeros) : items;
  const left = named.length > LEGEND_LINES + 1 ? named.length - LEGEND_LINES : 0;
  const rest = [...(left > 0 ? [`${left} more`] : []), ...(zeros > 2 ? [`${zeros} at 0`] : [])];
  const and = named.length > 0 ? "and " : "";
  return markup`<ul class="legend">${named.slice(0, named.length - left)}${rest.map((text) => markup`<li class="rest">${and}${text}</li>`)}</ul>`;
}

/** Their sum where that means something, otherwise the highest of the values. */
function tellingNumber({ values, isSum }: ChartLine): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return "";
  if (isSum) return `Σ ${shortNumber(known.reduce((sum, value) => sum + value, 0))}`;
  return `max ${shortNumber(known.reduce((highest, value) => Math.max(highest, value)))}`;
}

/** The labels without the words that all of them begin with. */
function shortLabels(labels: readonly string[]): string[] {
  const words = labels.map((label) => label.split(" "));
  const [first = []] = words;
  const shared = first.findIndex((word, index) => words.some((one) => one[index] !== word || one.length === index + 1));
  return labels.length < 2 || shared <= 0 ? [...labels] : words.map((one) => one.slice(shared).join(" "));
}

function drawTable({ columns, rows }: Extract<Panel, { kind: "table" }>): Markup {
  if (rows.length === 0) return markup`<p class="how">no data in this run</p>`;
  const head = columns.map((column) => markup`<th scope="col">${column}</th>`);
  const body = rows.slice(0, ROWS).map((row) => markup`<tr>${row.map((cell) => markup`<td>${cell}</td>`)}</tr>`);
  return markup`<div class="table"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
