import { type Markup, markup } from "../../local/dashboard/markup";
import { type Comparison, comparePolicies, comparisonText } from "./compare-policies";
import { costCell } from "./draw-costs";
import { table } from "./figure";
import { amountText, countText, moneyText, priceText, UNKNOWN } from "./report-words";
import { hasDecisions, rank, type ShownModel, sumOf } from "./shown-model";

/** One row a model, and what all of them come to. */
export function overview(models: readonly ShownModel[]): Markup {
  const rows = models.map(overviewRow);
  return markup`<section aria-labelledby="overview"><h2 id="overview">All models</h2>
<p class="headline">${verdicts(models)}</p>
${sharedPrice(models)}
<div class="control" hidden data-script><label for="filter">Show models whose name holds</label><input type="search" id="filter" autocomplete="off" spellcheck="false"><output for="filter" class="found" aria-live="polite"></output></div>
${table({
  label: "All models, one a row",
  look: "overview",
  head: markup`<th scope="col">Model</th><th scope="col" class="text">Cheapest policy</th><th scope="col" class="text">Compared</th><th scope="col">Cost <small>95 % band</small></th><th scope="col">Price</th><th scope="col">Its trainings</th><th scope="col">Its spend</th><th scope="col">Not known</th>`,
  body: markup`<tbody>${rows}</tbody>`,
})}
<h3>By policy, all models together</h3>
${totals(models)}</section>`;
}

function overviewRow(model: ShownModel): Markup {
  const { id, name, prices, chosen, unit, result } = model;
  const price = prices[chosen];
  const comparison = comparisonOf(model);
  const best = comparison?.contender.policy;
  const cells =
    comparison === undefined || best === undefined || price === undefined
      ? markup`<td class="cheapest text">${UNKNOWN}</td><td class="against text">${NO_ERROR}</td><td class="cost">${UNKNOWN}</td><td>${UNKNOWN}</td><td class="trainings">${UNKNOWN}</td><td class="spend">${UNKNOWN}</td>`
      : markup`<td class="cheapest text">${best.policy}</td><td class="against text">${comparisonText(comparison)}</td><td class="cost">${costCell(best, price)}</td><td><span class="at-price">${priceText(price)}</span> <small>${unit}</small></td><td class="trainings">${countText(best.trainings.length)}</td><td class="spend">${moneyText(best.spendUsd)}</td>`;
  return markup`<tr data-model="${id}"><th scope="row"><a href="#${id}">${name}</a></th>${cells}<td>${countText(result.history.unknown.length)}</td></tr>`;
}

/** What can be said of a model, in a few words. */
export function verdict(model: ShownModel): string {
  const comparison = comparisonOf(model);
  return comparison === undefined ? NO_ERROR : `${comparison.contender.policy.policy}, ${comparisonText(comparison)}`;
}

const NO_ERROR = "no error is known";

function comparisonOf({ policies, prices, chosen }: ShownModel): Comparison | undefined {
  const price = prices[chosen];
  if (price === undefined) return undefined;
  return comparePolicies(
    policies.map(({ result }) => result),
    price,
  );
}

/** How many models can be told what, in a sentence. */
function verdicts(models: readonly ShownModel[]): string {
  const counts = { less: 0, more: 0, unclear: 0, unknown: 0 };
  for (const model of models) counts[comparisonOf(model)?.verdict ?? "unknown"]++;
  const told = [
    ...(counts.less > 0 ? [`for ${counts.less} a policy would have cost less than what it is compared with`] : []),
    ...(counts.more > 0 ? [`for ${counts.more} every policy would have cost more`] : []),
    ...(counts.unclear > 0 ? [`for ${counts.unclear} the difference cannot be told from noise`] : []),
    ...(counts.unknown > 0 ? [`for ${counts.unknown} no error is known`] : []),
  ];
  return `Of ${amountText(models.length, "model")}, each at the price that its row names: ${told.join(", ")}.`;
}

/** One slider for all, where all models were counted at the same prices. */
function sharedPrice(models: readonly ShownModel[]): Markup | string {
  const priced = models.filter(({ prices }) => prices.length > 1);
  const [first] = priced;
  const isShared =
    first !== undefined && priced.every(({ prices, unit }) => unit === first.unit && String(prices) === String(first.prices));
  if (!isShared) return "";
  const { prices, chosen, unit } = first;
  const price = priceText(prices[chosen] ?? 0);
  return markup`<div class="control" hidden data-script><label for="all-prices">Price of a training, all models</label><input type="range" id="all-prices" min="0" max="${prices.length - 1}" step="1" value="${chosen}" aria-valuetext="${price} ${unit}"><output for="all-prices"><b class="all-price">${price}</b> ${unit}</output></div>`;
}

/** What the models' policies of a name come to, in the order in which the first model has them. */
function totals(models: readonly ShownModel[]): Markup {
  const results = models.flatMap(({ policies }) => policies.map(({ result }) => result));
  const names = [...new Set(results.toSorted((one, other) => rank(one) - rank(other)).map(({ policy }) => policy))];
  const rows = names.map((name) => {
    const own = results.filter(({ policy }) => policy === name);
    const decided = own.filter(hasDecisions);
    const total = (of: (result: (typeof own)[number]) => number) => own.reduce((sum, result) => sum + of(result), 0);
    const counted = (text: string) => (decided.length === 0 ? UNKNOWN : text);
    return markup`<tr><th scope="row">${name}</th><td>${countText(own.length)}</td><td>${countText(total(({ trainings }) => trainings.length))}</td><td>${counted(moneyText(total(({ spendUsd }) => spendUsd)))}</td><td>${counted(countText(total(({ decisions }) => decisions)))}</td><td>${counted(countText(total(({ refusals }) => sumOf(refusals))))}</td></tr>`;
  });
  return table({
    label: "All models together, one policy a row",
    head: markup`<th scope="col">Policy</th><th scope="col">Models</th><th scope="col">Trainings</th><th scope="col">Spend</th><th scope="col">Decisions</th><th scope="col">Refusals</th>`,
    body: markup`<tbody>${rows}</tbody>`,
  });
}
