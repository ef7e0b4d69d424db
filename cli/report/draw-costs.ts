import type { PricedCost } from "../../functions/core/replay/simulation-result";
import { type Markup, markup } from "../../local/dashboard/markup";
import { comparePolicies, comparisonText, costAt, headline } from "./compare-policies";
import { figure, lookClass, mark, percent, placedMark, rounded, table } from "./figure";
import { costText, priceText, UNKNOWN } from "./report-words";
import { rank, type ShownModel } from "./shown-model";

const HEIGHT = 280;
const TOP = 12;
/** Units of the stretched drawing's width. */
const WIDTH = 1000;
/** Marks of the costs. */
const MOST_MARKS = 9;

/** What each policy costs as the price of a training rises, with its band; empty where no error is known. */
export function drawCosts(model: ShownModel): Markup | string {
  const { prices, policies, unit, name, chosen } = model;
  if (prices.length === 0) return "";
  const shown = policies.filter(({ result }) => (result.costs ?? []).length > 0);
  const { marks, y } = costScale(shown.flatMap(({ result }) => result.costs ?? []));
  const x = (price: number) => priceShare(prices, price);
  const at = (price: number, cost: number) => `${rounded(x(price) * WIDTH)} ${rounded(y(cost))}`;

  const bands = shown.map(({ result, look }) => {
    const costs = result.costs ?? [];
    const edge = [
      ...costs.map(({ price, high }) => at(price, high)),
      ...costs.toReversed().map(({ price, low }) => at(price, low)),
    ];
    return markup`<path class="band ${lookClass(look)}" d="M${edge.join("L")}Z"/>`;
  });
  const lines = shown.map(({ result, look }) => {
    const points = (result.costs ?? []).map(({ price, cost }) => at(price, cost));
    return markup`<path class="line d${rank(result)} ${lookClass(look)}" d="M${points.join("L")}"/>`;
  });
  const points = shown.flatMap(({ result, look }) =>
    (result.costs ?? []).map(({ price, cost }) => placedMark(look, x(price), y(cost))),
  );
  const grid = marks.map((mark) => markup`<line class="grid" x1="0" x2="100%" y1="${rounded(y(mark))}" y2="${rounded(y(mark))}"/>`);
  const where = percent(x(prices[chosen] ?? 0));
  const drawing = markup`<div class="plot"><svg height="${HEIGHT}" class="values">${valueLabels(marks, y)}</svg><svg height="${HEIGHT}">${grid}<svg class="stretched" width="100%" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">${bands}${lines}</svg><line class="price-line" x1="${where}" x2="${where}" y1="0" y2="${HEIGHT}"/>${points}</svg><span></span>${priceAxis(prices)}</div><p class="axis-title">price of a training, ${unit}</p>`;
  return figure({
    title: "Cost against the price of a training",
    about: markup`Cost is the errors served plus the trainings at their price, in ${unit}; lower is better; both scales are by ratio. Shades are 95 % bands of a block bootstrap. Dashed lines are references, dotted ones are known in hindsight only.`,
    spoken: `${name}: cost of ${shown.map(({ result }) => result.policy).join(", ")} at ${prices.length} prices of a training from ${priceText(prices[0] ?? 0)} to ${priceText(prices.at(-1) ?? 0)} ${unit}. The table below has the numbers.`,
    drawing,
    legend: markup`<ul class="legend">${shown.map(({ result, look }) => markup`<li>${mark(look)}${result.policy}</li>`)}</ul>`,
    twin: costTable(model),
  });
}

/** Prices as one compares them, by their ratio; evenly where one of them is 0. */
function priceShare(prices: readonly number[], price: number): number {
  const [first = 0, last = 0] = [prices[0], prices.at(-1)];
  if (first === last) return 0.5;
  // Room at the ends, so that marks are whole.
  const inner = first > 0 ? Math.log(price / first) / Math.log(last / first) : prices.indexOf(price) / (prices.length - 1);
  return 0.02 + 0.96 * inner;
}

/**
 * Costs by their ratio, as prices are: the dearest policy costs many times the cheapest one, and would press all others onto the
 * floor. A band that reaches 0 ends at the floor.
 */
function costScale(costs: readonly PricedCost[]): { readonly marks: readonly number[]; readonly y: (cost: number) => number } {
  const positive = costs.flatMap(({ cost, low, high }) => [cost, low, high]).filter((cost) => cost > 0);
  const highest = Math.max(...positive, 1e-9);
  // A band that nearly reaches 0 must not press the curves to the ceiling.
  const least = Math.min(...costs.map(({ cost }) => cost).filter((cost) => cost > 0), highest) / 2;
  const [bottom, top] = [Math.max(least, Math.min(...positive, highest) * 0.9), highest * 1.1];
  const y = (cost: number) => HEIGHT - (Math.log(Math.max(cost, bottom) / bottom) / Math.log(top / bottom)) * (HEIGHT - TOP);
  return { marks: ratioMarks(bottom, top), y };
}

/** 1, 2 and 5 times powers of ten between the ends; whole powers where these are too many. */
function ratioMarks(bottom: number, top: number): number[] {
  const powers = Array.from(
    { length: 2 + Math.ceil(Math.log10(top / bottom)) },
    (_, index) => 10 ** (Math.floor(Math.log10(bottom)) + index),
  );
  const fine = powers.flatMap((power) => [1, 2, 5].map((factor) => factor * power)).filter((mark) => mark >= bottom && mark <= top);
  return fine.length > MOST_MARKS ? powers.filter((power) => power >= bottom && power <= top) : fine;
}

function valueLabels(marks: readonly number[], y: (cost: number) => number): Markup[] {
  return marks.map((mark) => markup`<text class="end" x="100%" dx="-8" y="${rounded(y(mark) + 4)}">${priceText(mark)}</text>`);
}

function priceAxis(prices: readonly number[]): Markup {
  const labels = prices.map((price) => {
    const at = percent(priceShare(prices, price));
    return markup`<line class="tick" x1="${at}" x2="${at}" y1="0" y2="4"/><text class="middle" x="${at}" y="16">${priceText(price)}</text>`;
  });
  return markup`<svg class="axis" height="20">${labels}</svg>`;
}

/** By price: what each policy costs, and what can be said. The script reads its rows as the price is moved. */
function costTable({ prices, policies, unit, name }: ShownModel): Markup {
  const results = policies.map(({ result }) => result);
  const rows = prices.map((price) => {
    const comparison = comparePolicies(results, price);
    const cheapest = comparison?.contender.policy.policy ?? UNKNOWN;
    const against = comparison === undefined ? UNKNOWN : comparisonText(comparison);
    const cells = results.map((result) => markup`<td>${costCell(result, price)}</td>`);
    return markup`<tr data-x="${percent(priceShare(prices, price))}" data-price="${priceText(price)}"><th scope="row">${priceText(price)}</th>${cells}<td class="cheapest">${cheapest}</td><td class="against">${against}</td><td class="said">${headline(results, price, unit)}</td></tr>`;
  });
  const heads = results.map(({ policy }) => markup`<th scope="col">${policy}</th>`);
  return table({
    label: `${name}: cost by price, ${unit}`,
    look: "by-price",
    head: markup`<th scope="col">Price</th>${heads}<th scope="col">Cheapest</th><th scope="col">Compared</th><th scope="col">What can be said</th>`,
    body: markup`<tbody>${rows}</tbody>`,
  });
}

/** A cost with its band below it. */
export function costCell(result: ShownModel["policies"][number]["result"], price: number): Markup | string {
  const cost = costAt(result, price);
  if (cost === undefined) return UNKNOWN;
  return markup`<b>${costText(cost.cost)}</b> <small>${costText(cost.low)} to ${costText(cost.high)}</small>`;
}

/** Moves the price of a model, for those whose page has a script. */
export function priceControl({ id, prices, unit, chosen }: ShownModel): Markup | string {
  if (prices.length < 2) return "";
  const price = priceText(prices[chosen] ?? 0);
  return markup`<div class="control" hidden data-script><label for="${id}-price">Price of a training</label><input type="range" id="${id}-price" class="price-range" min="0" max="${prices.length - 1}" step="1" value="${chosen}" aria-valuetext="${price} ${unit}"><output for="${id}-price"><b class="at-price">${price}</b> ${unit}</output></div>`;
}
