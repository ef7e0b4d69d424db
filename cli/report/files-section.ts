import type { ToldFile } from "../../functions/core/replay/simulation-result";
import { type Markup, markup } from "../../local/dashboard/markup";
import { leftOutTitle } from "../history/told-files";

/** What of the files was left out, and what they do not tell; empty where there is nothing of it. */
export function filesSection(files: readonly ToldFile[]): Markup | string {
  const leftOut = files.filter(({ problemCount }) => problemCount > 0);
  const lacks = files.flatMap(({ path, missing }) => missing.map((sentence) => `${path}: ${sentence}`));
  if (leftOut.length === 0 && lacks.length === 0) return "";
  const told = leftOut.map((file) => markup`<p>${leftOutTitle(file)}</p>${list(file.problems)}`);
  return markup`<section class="files">${leftOut.length === 0 ? "" : markup`<h2 id="left-out">Left out</h2><div class="unknown">${told}</div>`}
${lacks.length === 0 ? "" : markup`<h2 id="not-told">What the files do not tell</h2><div class="unknown">${list(lacks)}</div>`}</section>`;
}

function list(sentences: readonly string[]): Markup {
  return markup`<ul>${sentences.map((sentence) => markup`<li>${sentence}</li>`)}</ul>`;
}
