import type { CountedWindow } from "../functions/core/promotion/rollout/evidence/counted-window";
import type { RolloutEvidence } from "../functions/core/promotion/rollout/rollout-state";
import type { Traffic } from "../functions/core/promotion/rollout/traffic";
import { formatCount } from "../local/summary/text-table";

type Score = NonNullable<RolloutEvidence["errors"]>;
type Limits = NonNullable<RolloutEvidence["limits"]>;

/** What the scores of `evidenceRows` are. */
export const SCORES_ARE = [
  "scores are natural logarithms of likelihood ratios: 0 says nothing, 3.91 is 50 to 1",
  "dispersion: 1 is chance alone; more makes every score smaller",
] as const;

/** Whether `SCORES_ARE` explains something of it. */
export function hasScores(evidence: RolloutEvidence | undefined): boolean {
  return evidence?.errors !== undefined || evidence?.latency !== undefined;
}

/** The numbers that a window was judged by, and what each was compared with: a name and a sentence each. */
export function evidenceRows({ errors, latency, business, lower, limits }: RolloutEvidence): string[][] {
  return [
    ...(errors === undefined ? [] : [["errors", scoreText(errors, limits?.worse, limits)]]),
    ...(latency === undefined ? [] : [["latency", scoreText(latency, limits?.slower, limits)]]),
    ...(business === undefined
      ? []
      : [["business value", `z ${digits(business.z)} (below ${digits(-business.bound)} takes it back)`]]),
    ...(lower === undefined ? [] : [["bake", bakeText(lower, limits?.lower)]]),
  ];
}

function scoreText({ worse, notWorse, phi }: Score, takesBack: number | undefined, limits: Limits | undefined): string {
  const back =
    takesBack === undefined || limits === undefined
      ? ""
      : ` (${digits(limits.waits)} keeps it here, ${digits(takesBack)} takes it back)`;
  const forward = limits === undefined ? "" : ` (${digits(limits.notWorse)} lets it go forward)`;
  const isKnown = worse !== null || notWorse !== null;
  const dispersion = isKnown ? `, dispersion ${digits(phi)}` : "";
  return `worse than tolerated ${scored(worse)}${back}, better than the margin ${scored(notWorse)}${forward}${dispersion}`;
}

function scored(score: number | null): string {
  return score === null ? "not known yet" : digits(score);
}

function bakeText(lower: number, alarm: number | undefined): string {
  const limit = alarm === undefined ? "" : ` (above ${percent(alarm)} in a row puts the champion back to compare)`;
  return `at least ${percent(lower)} of the newest window's requests fail${limit}`;
}

/** What both models answered in these windows, and the share of requests that the candidate got: a name and a sentence each. */
export function countedRows(windows: readonly CountedWindow[], traffic: Traffic): string[][] {
  const sum = (count: (window: CountedWindow) => number) => windows.reduce((total, window) => total + count(window), 0);
  const champion = { errors: sum(({ xA }) => xA), requests: sum(({ nA }) => nA) };
  const candidate = { errors: sum(({ xB }) => xB), requests: sum(({ nB }) => nB) };
  const requests = champion.requests + candidate.requests;
  const meant = traffic.is === "split" ? `; ${traffic.percent}% are meant for it` : "";
  const share = `${percent(candidate.requests / requests)} of ${formatCount(requests)} requests went to the candidate${meant}`;
  return [
    ["candidate", failedText(candidate)],
    ["champion", failedText(champion)],
    ...(traffic.is === "split" && requests > 0 ? [["share", share]] : []),
  ];
}

function failedText({ errors, requests }: { readonly errors: number; readonly requests: number }): string {
  const share = requests === 0 ? "" : ` (${percent(errors / requests)})`;
  return `${formatCount(errors)} errors in ${formatCount(requests)} requests${share}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}

function digits(value: number): string {
  return value.toFixed(2);
}
