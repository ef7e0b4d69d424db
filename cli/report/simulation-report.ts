import { createHash } from "node:crypto";
import type { DecisionColumns, SimulationResult } from "../../functions/core/replay/simulation-result";
import { Markup, markup } from "../../local/dashboard/markup";
import { plainValues } from "../printout";
import { SHAPES } from "./figure";
import { filesSection } from "./files-section";
import { modelSection } from "./model-section";
import { overview, verdict } from "./overview";
import { PAGE_SCRIPT } from "./page-script";
import { PAGE_STYLE } from "./page-style";
import { amountText } from "./report-words";
import { showModel } from "./shown-model";

export interface SimulationReport {
  readonly result: SimulationResult;
  /** Decisions by `decisionsKey`; a lane without its decisions says so. */
  readonly columns: ReadonlyMap<string, DecisionColumns>;
  /** Price of a training that is shown first, in steps of full error, or the nearest that was counted. @default - the middle one */
  readonly price?: number;
}

/** Where the decisions of a policy on a model are kept: no two pairs of names have the same key. */
export function decisionsKey(model: string, policy: string): string {
  return JSON.stringify([model, policy]);
}

/**
 * A simulation as one HTML page that needs nothing else, and by its own policy may load nothing and run nothing but its one script.
 * All that it tells is in it without the script, which moves the price, the time and the filter.
 */
export function simulationReport({ result, columns, price }: SimulationReport): string {
  // Names and sentences come from histories and configurations of others: from here on none holds what turns or breaks a line.
  const plain = plainValues(result);
  const models = plain.models.map((model, place) =>
    showModel(model, {
      place,
      models: plain.models.length,
      columns: (result.models[place]?.policies ?? []).map(({ policy }) =>
        columns.get(decisionsKey(result.models[place]?.history.model ?? "", policy)),
      ),
      ...(price !== undefined && { price }),
    }),
  );
  const [only] = models;
  const title = models.length === 1 && only !== undefined ? only.name : amountText(models.length, "model");
  const body =
    models.length === 1 && only !== undefined
      ? markup`<section data-section="${only.id}" aria-labelledby="${only.id}"><h2 id="${only.id}">${only.name}</h2>${modelSection(only)}</section>`
      : models.length === 0
        ? markup`<p class="headline">The history holds no model, so nothing was simulated.</p>`
        : markup`${overview(models)}<h2>Each model</h2>${models.map((model) => markup`<details class="model" data-section="${model.id}"><summary><h3>${model.name}</h3> <span class="quiet verdict">${verdict(model)}</span></summary><div id="${model.id}" tabindex="-1">${modelSection(model)}</div></details>`)}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Simulated retraining: ${title}</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
${SHAPES}
<header><h1>Simulated retraining</h1><p class="quiet">What policies would have done with a recorded history, decided by the code of Retrigger ${plain.retrigger} that decides in production. Nothing was trained or started. <span class="zone">Times are UTC.</span></p></header>
<main id="main" tabindex="-1">${body}${filesSection(plain.files ?? [])}</main>
<script>${new Markup(PAGE_SCRIPT)}</script>
</body>
</html>
`.text;
}

/** Allows this style and this script, told by their hashes, and nothing else. https://www.w3.org/TR/CSP3/#strict-csp */
function contentPolicy(): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(PAGE_STYLE)}`,
    `script-src ${hash(PAGE_SCRIPT)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
