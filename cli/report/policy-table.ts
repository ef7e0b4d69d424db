import type { PolicyResult } from "../../functions/core/replay/simulation-result";
import { type Markup, markup } from "../../local/dashboard/markup";
import { costCell } from "./draw-costs";
import { mark, table } from "./figure";
import { countText, errorText, moneyText, priceText, shortDuration, UNKNOWN } from "./report-words";
import { hasDecisions, hasMoney, rank, type ShownModel, sumOf } from "./shown-model";

/** A column of numbers. */
interface Column {
  readonly head: Markup | string;
  readonly cell: (result: PolicyResult) => Markup | string;
  /** Class by which the script finds it. */
  readonly look?: string;
}

const GROUPS = ["", "References, to compare with", "Known in hindsight only: nobody could have chosen them"] as const;

/** What each policy would have done, the references apart. */
export function policyTable(model: ShownModel): Markup {
  const columns = columnsOf(model);
  const groups = GROUPS.map((title, group) => {
    const members = model.policies.filter(({ result }) => rank(result) === group);
    if (members.length === 0) return markup``;
    const rows = members.map(({ result, look }) => {
      const cells = columns.map(
        ({ cell, look: own }) => markup`<td${own === undefined ? "" : markup` class="${own}"`}>${cell(result)}</td>`,
      );
      return markup`<tr><th scope="row">${mark(look)}<span>${result.policy}</span></th>${cells}</tr>`;
    });
    const head =
      group === 0
        ? ""
        : markup`<tr class="group"><th scope="rowgroup" colspan="${columns.length + 1}"><span>${title}</span></th></tr>`;
    return markup`<tbody class="g${group}">${head}${rows}</tbody>`;
  });
  const heads = columns.map(({ head }) => markup`<th scope="col">${head}</th>`);
  const said = model.policies.map(({ result, look }) => markup`<dt>${mark(look)}${result.policy}</dt><dd>${result.sentence}</dd>`);
  return markup`${table({ label: `${model.name}: policies`, look: "policies", head: markup`<th scope="col">Policy</th>${heads}`, body: groups })}
<details class="twin says"><summary>What each policy does</summary><dl class="sentences">${said}</dl></details>`;
}

/** Columns that no policy fills are left out. */
function columnsOf({ prices, chosen, unit, policies, result: { history } }: ShownModel): Column[] {
  const results = policies.map(({ result }) => result);
  const price = prices[chosen];
  const cost: Column[] =
    price === undefined
      ? []
      : [
          {
            head: markup`Cost at <span class="at-price">${priceText(price)}</span> <small>${unit}, 95 % band</small>`,
            cell: (result) => costCell(result, price),
            look: "cost",
          },
        ];
  const error: Column[] = results.some(({ servedError }) => servedError !== undefined)
    ? [
        {
          head: "Mean error served",
          cell: ({ servedError }) => (servedError === undefined ? UNKNOWN : errorText(servedError.mean)),
        },
      ]
    : [];
  const age: Column[] = results.some(({ staleness }) => staleness !== undefined)
    ? [{ head: markup`Age of data <small>mean; 95 % below</small>`, cell: ageCell }]
    : [];
  const drift: Column[] = results.some(({ driftWait }) => driftWait !== undefined)
    ? [{ head: markup`Wait after a drift <small>mean</small>`, cell: driftCell }]
    : [];
  const untrained: Column[] =
    history.objects === 0
      ? []
      : [
          {
            head: "Untrained objects",
            cell: (result) => (hasMoney(result) ? countText(result.untrainedObjects) : UNKNOWN),
          },
        ];
  const decided =
    (cell: Column["cell"]): Column["cell"] =>
    (result) =>
      hasDecisions(result) ? cell(result) : UNKNOWN;
  const spent =
    (cell: Column["cell"]): Column["cell"] =>
    (result) =>
      hasMoney(result) ? cell(result) : UNKNOWN;
  return [
    ...cost,
    ...error,
    { head: "Trainings", cell: ({ trainings }) => countText(trainings.length), look: "trainings" },
    { head: "Spend", cell: spent(({ spendUsd }) => moneyText(spendUsd)), look: "spend" },
    { head: "Money left", cell: spent(moneyLeft) },
    ...age,
    ...drift,
    { head: "Refusals", cell: decided(({ refusals }) => countText(sumOf(refusals))) },
    { head: "Runs at once", cell: spent(({ peakRuns }) => countText(peakRuns)) },
    { head: "Expired requests", cell: decided(({ expiredRequests }) => countText(expiredRequests)) },
    ...untrained,
  ];
}

function moneyLeft({ moneyLeftUsd }: PolicyResult): Markup | string {
  return moneyLeftUsd < 0 ? markup`<span class="alert">${moneyText(moneyLeftUsd)}</span>` : moneyText(moneyLeftUsd);
}

function ageCell({ staleness }: PolicyResult): Markup | string {
  return staleness === undefined
    ? UNKNOWN
    : markup`${shortDuration(staleness.meanMs)} <small>${shortDuration(staleness.p95Ms)}</small>`;
}

/** Drifts without an answer have waited until the history's end. */
function driftCell({ driftWait }: PolicyResult): Markup | string {
  if (driftWait === undefined || driftWait.drifts === 0) return UNKNOWN;
  const { drifts, totalMs, unanswered } = driftWait;
  const note = unanswered === 0 ? `of ${countText(drifts)}` : `${countText(unanswered)} of ${countText(drifts)} unanswered`;
  return markup`${totalMs === 0 ? "at once" : shortDuration(totalMs / drifts)} <small>${note}</small>`;
}
