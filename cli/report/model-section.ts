import type { ErrorSource, ModelHistory } from "../../functions/core/replay/simulation-result";
import { type Markup, markup } from "../../local/dashboard/markup";
import { headline } from "./compare-policies";
import { drawCosts, priceControl } from "./draw-costs";
import { drawQuality } from "./draw-quality";
import { drawRefusals } from "./draw-refusals";
import { drawTimeline } from "./draw-timeline";
import { policyTable } from "./policy-table";
import { amountText, momentText, spokenDuration } from "./report-words";
import { rank, type ShownModel } from "./shown-model";

/** Where errors were taken from, in words. */
const SOURCES: Readonly<Record<ErrorSource, string>> = {
  matrix: "from a matrix of errors: each trained model was scored on later labels",
  curve: "from a curve of the error by the age of a model, and so an assumption about every training",
  train: "from models that were trained again for this simulation",
  recorded: "from the recorded error of the served model, which tells nothing of trainings that did not happen",
};

/** All that is known of a model: what can be said, what cannot, and the numbers. */
export function modelSection(model: ShownModel): Markup {
  const { result, policies, prices, chosen, unit } = model;
  const results = policies.map((policy) => policy.result);
  return markup`<div class="model-body">
<p class="headline" aria-live="polite">${headline(results, prices[chosen], unit)}</p>
<p class="quiet">${about(model)}</p>
${unknown(result.history)}
${priceControl(model)}
${policyTable(model)}
<div class="figures">${drawCosts(model)}${drawQuality(model)}</div>
${drawTimeline(model)}
${drawRefusals(model)}
</div>`;
}

function about({ result: { history, errorSource }, policies }: ShownModel): Markup {
  const { from, to, lines } = history;
  const kinds = Object.entries(lines).filter(([, count]) => count > 0);
  const held = kinds.length === 0 ? "" : ` It holds ${kinds.map(([kind, count]) => `${lineWords(kind, count)}`).join(", ")}.`;
  const errors = errorSource === undefined ? "" : ` Errors are ${SOURCES[errorSource]}.`;
  const own = policies.filter(({ result }) => rank(result) === 0 && result.costs !== undefined).length;
  const picked = own > 1 ? ` The cheapest of ${own} policies was picked from this same history, which flatters it.` : "";
  return markup`The history goes from ${time(from)} to ${time(to)}, ${spokenDuration(to - from)}.${held}${errors}${picked}`;
}

/** A moment in UTC, to which the script adds the reader's zone. */
function time(at: number): Markup {
  return markup`<time datetime="${new Date(at).toISOString()}">${momentText(at)} UTC</time>`;
}

const LINE_WORDS: Readonly<Record<string, string>> = {
  landed: "landing",
  schedule: "fire of a schedule|fires of schedules",
  drift: "drift report",
  quality: "measured error",
  run: "training",
  score: "score",
  request: "request",
};

function lineWords(kind: string, count: number): string {
  const [one = kind, several] = (LINE_WORDS[kind] ?? kind).split("|");
  return amountText(count, one, several);
}

function unknown({ unknown: sentences }: ModelHistory): Markup {
  if (sentences.length === 0) return markup``;
  return markup`<div class="unknown"><h3>What could not be known</h3><ul>${sentences.map((sentence) => markup`<li>${sentence}</li>`)}</ul></div>`;
}
