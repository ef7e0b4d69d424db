import { CHECKS, type CheckName } from "../../functions/core/coordination/decision";
import { type Markup, markup } from "../../local/dashboard/markup";
import { figure, mark, percent, table } from "./figure";
import { amountText, countText } from "./report-words";
import { hasDecisions, type ShownModel, sumOf } from "./shown-model";

const HEIGHT = 24;
/** Share of a bar from which on its number has room in it. */
const ROOMY = 0.06;
/** Colours of checks, and textures that lie over them; in steps of 3, so that those that stand side by side look different. */
const COLOURS = 8;
const TEXTURES = 5;

/** Which check was the first to refuse, and how often, by policy. */
export function drawRefusals({ name, policies }: ShownModel): Markup | string {
  const shown = policies.filter(({ result }) => hasDecisions(result));
  const checks = CHECKS.filter((check) => shown.some(({ result }) => (result.refusals[check] ?? 0) > 0));
  if (checks.length === 0) return markup`<p class="quiet">No check refused a request of any policy.</p>`;
  const most = Math.max(...shown.map(({ result }) => sumOf(result.refusals)));
  const rows = shown.map(({ result, look }) => {
    let before = 0;
    const parts = checks.map((check) => {
      const count = result.refusals[check] ?? 0;
      const [from, width] = [before / most, count / most];
      before += count;
      if (count === 0) return markup``;
      const number =
        width < ROOMY ? "" : markup`<text class="middle count" x="${percent(from + width / 2)}" y="16">${countText(count)}</text>`;
      return markup`${swatch(check, percent(from), percent(width), HEIGHT)}${number}`;
    });
    return markup`<div class="lane"><span class="lane-name">${mark(look)}<b>${result.policy}</b> <small>${amountText(before, "refusal")}</small></span><svg height="${HEIGHT}">${parts}<line class="base" x1="0" x2="0" y1="0" y2="${HEIGHT}"/></svg></div>`;
  });
  const items = checks.map(
    (check) => markup`<li><svg width="18" height="14" aria-hidden="true">${swatch(check, "0", "18", 14)}</svg>${words(check)}</li>`,
  );
  return figure({
    title: "Which check refused what",
    about:
      "Of each refused decision, the first check that refused. A request may be refused more than once before it starts, or ends.",
    spoken: `${name}: ${shown.map(({ result }) => `${result.policy} ${amountText(sumOf(result.refusals), "refusal")}${topCheck(result.refusals)}`).join("; ")}.`,
    drawing: markup`${rows}`,
    legend: markup`<ul class="legend">${items}</ul>`,
    twin: table({
      label: `${name}: refusals by check`,
      head: markup`<th scope="col">Policy</th>${checks.map((check) => markup`<th scope="col">${words(check)}</th>`)}<th scope="col">All</th>`,
      body: markup`<tbody>${shown.map(({ result }) => markup`<tr><th scope="row">${result.policy}</th>${checks.map((check) => markup`<td>${countText(result.refusals[check] ?? 0)}</td>`)}<td>${countText(sumOf(result.refusals))}</td></tr>`)}</tbody>`,
    }),
  });
}

/** The same colour and texture for a check in every report. */
function swatch(check: CheckName, x: string, width: string, height: number): Markup {
  const index = CHECKS.indexOf(check);
  const texture = (index * 3) % TEXTURES;
  const over = texture === 0 ? "" : markup`<rect class="t${texture}" x="${x}" y="0" width="${width}" height="${height}"/>`;
  return markup`<rect class="part c${(index * 3) % COLOURS}" x="${x}" y="0" width="${width}" height="${height}"/>${over}`;
}

function topCheck(refusals: Readonly<Partial<Record<CheckName, number>>>): string {
  const [top] = (Object.entries(refusals) as [CheckName, number][]).toSorted(([, one], [, other]) => other - one);
  return top === undefined || top[1] === 0 ? "" : `, most by ${words(top[0])}`;
}

function words(check: CheckName): string {
  return check.replaceAll("-", " ");
}
