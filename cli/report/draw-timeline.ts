import type { Outcome } from "../../functions/core/coordination/decision";
import { OUTCOMES } from "../../functions/core/replay/simulation-result";
import { type Markup, markup } from "../../local/dashboard/markup";
import { type Bins, binDecisions, binOf, calendarBins, evenBins } from "./bin-decisions";
import { figure, lookClass, mark, percent, rounded, table } from "./figure";
import { amountText, countText, errorText, momentText, OUTCOME_WORDS, spokenDuration, UNKNOWN } from "./report-words";
import type { ShownModel, ShownPolicy } from "./shown-model";
import { type Span, shareOf, timeAxis } from "./time-axis";

/** Pixels of a lane: starts above, other decisions below. */
const HEIGHT = 44;
const STARTS = 16;
const BARS = 26;
const ERROR_HEIGHT = 72;

/** What a policy did in the bins, by outcome. */
type Counts = Uint32Array;

/**
 * When each policy would have started, and what became of its other decisions. Decisions are counted in bins here and drawn as SVG,
 * not by a chart library in the page: the drawing needs no script and no rows, so that one of 876,000 decisions is as small as one
 * of 1,460, and is there with the first paint. A library (uPlot) would draw on a canvas, which no screen reader sees.
 */
export function drawTimeline(model: ShownModel): Markup {
  const { history } = model.result;
  const fine = evenBins(history.from, history.to, model.bins);
  const lanes = model.policies.map((policy) => drawLane(policy, fine, history));
  const drawing = markup`${errorLane(model)}${lanes}<div class="lane"><span></span>${timeAxis(history)}</div>`;
  return figure({
    title: "What each policy would have done, and when",
    about: markup`Pins are trainings that start. Bars below them are decisions to wait or to refuse, ${spokenDuration(fine.stepMs)} a bar; the tallest bar of a lane is its busiest. Times are UTC.`,
    spoken: spokenTimeline(model),
    drawing: markup`${drawing}<div class="cursor" hidden></div>`,
    controls: markup`<div class="control time" hidden data-script><label for="${model.id}-time">Look at a time</label><input type="range" id="${model.id}-time" class="time-range" min="0" value="0" step="1"><output for="${model.id}-time" class="time-text">Move it with the arrow keys, or point at the chart.</output></div>`,
    legend: legend(model),
    twin: timeTable(model),
  });
}

function spokenTimeline({ name, policies, result: { history } }: ShownModel): string {
  const told = policies.map(({ result }) => `${result.policy} ${amountText(result.trainings.length, "training")}`);
  return `${name} from ${momentText(history.from)} to ${momentText(history.to)}: ${told.join(", ")}. The table below has them by time.`;
}

function drawLane(policy: ShownPolicy, bins: Bins, span: Span): Markup {
  const { result, look, columns } = policy;
  const counts = columns && binDecisions(columns, bins);
  const missing =
    counts === undefined && result.decisions > 0
      ? markup`<text x="0" y="${HEIGHT - 8}">its decisions are not in this report</text>`
      : "";
  return markup`<div class="lane"><span class="lane-name">${mark(look)}<b>${result.policy}</b> <small>${amountText(result.trainings.length, "training")}</small></span><svg height="${HEIGHT}">${gaps(span, HEIGHT)}<svg class="stretched" width="100%" height="${HEIGHT}" viewBox="0 0 ${bins.count} ${HEIGHT}" preserveAspectRatio="none"><g transform="translate(.5)">${counts === undefined ? "" : bars(counts)}${pins(policy, bins)}</g></svg><line class="base" x1="0" x2="100%" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}"/>${missing}</svg></div>`;
}

/** A pin for each bin with a start: a stem, and a head that the stretching of the lane leaves round. */
function pins({ result, look }: ShownPolicy, bins: Bins): Markup {
  const places = [...new Set(result.trainings.map(({ at }) => binOf(at, bins)))].sort((a, b) => a - b);
  const stems = places.map((place) => `M${place} 6v${STARTS - 6}`).join("");
  const heads = places.map((place) => `M${place} 6h0`).join("");
  return markup`<g class="${lookClass(look)}"><path class="stem" d="${stems}"/><path class="head" d="${heads}"/></g>`;
}

/** Outcomes but a start on top of each other, each in its own texture. */
function bars(counts: Counts): Markup[] {
  const width = OUTCOMES.length;
  const places = Array.from({ length: counts.length / width }, (_, place) => place);
  const others = OUTCOMES.map((_, index) => index).filter((index) => OUTCOMES[index] !== "start");
  const height = (place: number, outcome: number) => counts[place * width + outcome] ?? 0;
  const tallest = places.reduce(
    (most, place) =>
      Math.max(
        most,
        sum(others, (outcome) => height(place, outcome)),
      ),
    1,
  );
  const sums = new Float64Array(places.length);
  const top = (count: number) => Math.round((count / tallest) * (BARS - 2));
  return others.flatMap((outcome) => {
    let path = "";
    for (const place of places) {
      const count = height(place, outcome);
      if (count === 0) continue;
      const before = sums[place] ?? 0;
      sums[place] = before + count;
      // Whole pixels keep the file small; what is there is at least one of them.
      const from = top(before);
      path += `M${place} ${HEIGHT - 1 - from}v-${Math.max(1, top(before + count) - from)}`;
    }
    return path === "" ? [] : [markup`<path class="bar ${OUTCOMES[outcome] ?? ""}" d="${path}"/>`];
  });
}

/** The measured error over time, with reports of drifts; nothing where neither is known. */
function errorLane({ result: { history }, bins }: ShownModel): Markup | string {
  const { errors = [], drifts = [] } = history;
  if (errors.length === 0 && drifts.length === 0) return "";
  const highest = errors.reduce((most, { error }) => Math.max(most, error), 0) || 1;
  const even = evenBins(history.from, history.to, bins);
  const means = meansByBin(errors, even);
  const points = [...means].map(
    ([place, mean]) => `${place + 0.5} ${short(ERROR_HEIGHT - 4 - (mean / highest) * (ERROR_HEIGHT - 18))}`,
  );
  const flags = drifts.map(
    (at) =>
      markup`<line class="drift" x1="${percent(shareOf(at, history))}" x2="${percent(shareOf(at, history))}" y1="4" y2="${ERROR_HEIGHT}"/><use href="#s5" class="drift-flag" x="${percent(shareOf(at, history))}" y="6"/>`,
  );
  const line = points.length === 0 ? "" : markup`<path class="error-line" d="M${points.join("L")}"/>`;
  const scale = errors.length === 0 ? markup`<small>not known</small>` : markup`<small>0 to ${errorText(highest)}</small>`;
  return markup`<div class="lane"><span class="lane-name"><b>measured error</b> ${scale}</span><svg height="${ERROR_HEIGHT}">${gaps(history, ERROR_HEIGHT)}<svg class="stretched" width="100%" height="${ERROR_HEIGHT}" viewBox="0 0 ${bins} ${ERROR_HEIGHT}" preserveAspectRatio="none">${line}</svg>${flags}<line class="base" x1="0" x2="100%" y1="${ERROR_HEIGHT - 0.5}" y2="${ERROR_HEIGHT - 0.5}"/></svg></div>`;
}

function gaps(span: Span & { readonly gaps?: readonly Span[] }, height: number): Markup[] {
  return (span.gaps ?? []).map(({ from, to }) => {
    const start = shareOf(from, span);
    return markup`<rect class="gap" x="${percent(start)}" y="0" width="${percent(Math.max(0.002, shareOf(to, span) - start))}" height="${height}"/>`;
  });
}

function legend({ policies, result: { history } }: ShownModel): Markup {
  const used = OUTCOMES.filter(
    (outcome) => outcome !== "start" && policies.some(({ result }) => (result.outcomes[outcome] ?? 0) > 0),
  );
  const key = (drawn: Markup, text: string) =>
    markup`<li><svg width="18" height="14" aria-hidden="true">${drawn}</svg>${text}</li>`;
  const items = [
    key(markup`<path class="stem c6" d="M9 4v10"/><path class="head c6" d="M9 4h0"/>`, "training starts"),
    ...used.map((outcome) => key(markup`<path class="bar wide ${outcome}" d="M9 14V1"/>`, OUTCOME_WORDS[outcome][1])),
    ...(history.drifts?.length
      ? [key(markup`<g><use href="#s5" class="drift-flag" x="9" y="6"/></g>`, "drift first reported")]
      : []),
    ...(history.gaps.length > 0 ? [key(markup`<rect class="gap" width="18" height="14"/>`, "no lines in the history")] : []),
  ];
  return markup`<ul class="legend">${items}</ul>`;
}

/** By hours, days or weeks: what the chart shows, in words. The script reads its rows as the time is moved. */
function timeTable({ name, policies, periods, result: { history } }: ShownModel): Markup {
  const bins = calendarBins(history.from, history.to, periods);
  const errors = history.errors && meansByBin(history.errors, bins);
  const counts = policies.map(({ columns, result }) => (columns ? binDecisions(columns, bins) : startsIn(result.trainings, bins)));
  const rows = Array.from({ length: bins.count }, (_, place) => {
    const at = bins.from + place * bins.stepMs;
    const [left, right] = [shareOf(at, history), shareOf(at + bins.stepMs, history)];
    const error = errors === undefined ? "" : markup`<td>${orUnknown(errors.get(place))}</td>`;
    const cells = counts.map((of) => markup`<td>${outcomesText(of, place)}</td>`);
    return markup`<tr data-at="${at}" data-left="${percent(left)}" data-width="${percent(right - left)}"><th scope="row">${momentText(at)}</th>${error}${cells}</tr>`;
  });
  const heads = policies.map(({ result }) => markup`<th scope="col">${result.policy}</th>`);
  const error = errors === undefined ? "" : markup`<th scope="col">measured error</th>`;
  return table({
    label: `${name}: decisions by time, ${spokenDuration(bins.stepMs)} a row`,
    look: "by-time words",
    head: markup`<th scope="col">From (UTC)</th>${error}${heads}`,
    body: markup`<tbody>${rows}</tbody>`,
  });
}

/** Starts alone, of a policy without decisions. */
function startsIn(trainings: readonly { readonly at: number }[], bins: Bins): Counts {
  const at = Float64Array.from(trainings, (training) => training.at);
  const outcome = new Uint8Array(at.length).fill(OUTCOMES.indexOf("start"));
  return binDecisions({ at, outcome, refusedBy: new Uint8Array(at.length).fill(255) }, bins);
}

function outcomesText(counts: Counts, place: number): string {
  const told = OUTCOMES.flatMap((outcome: Outcome, index) => {
    const count = counts[place * OUTCOMES.length + index] ?? 0;
    return count === 0 ? [] : [`${countText(count)} ${OUTCOME_WORDS[outcome][count === 1 ? 0 : 1]}`];
  });
  return told.join(", ") || UNKNOWN;
}

function meansByBin(errors: readonly { readonly at: number; readonly error: number }[], bins: Bins): Map<number, number> {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { at, error } of errors) {
    const place = binOf(at, bins);
    const { sum, count } = sums.get(place) ?? { sum: 0, count: 0 };
    sums.set(place, { sum: sum + error, count: count + 1 });
  }
  return new Map([...sums].toSorted(([a], [b]) => a - b).map(([place, { sum, count }]) => [place, sum / count]));
}

function orUnknown(error: number | undefined): string {
  return error === undefined ? UNKNOWN : errorText(error);
}

function sum(places: readonly number[], of: (place: number) => number): number {
  return places.reduce((total, place) => total + of(place), 0);
}

/** One decimal is less than a pixel. */
function short(value: number): number {
  return rounded(Math.round(value * 10) / 10);
}
