import { isDeepStrictEqual } from "node:util";
import { CANDIDATE_OUTCOMES } from "../../functions/core/promotion/candidate";
import { minuteOf } from "./coordination-summary";
import type { Counts, RolloutEvent, RolloutSummary } from "./rollout-summary";
import { formatCount, textTable } from "./text-table";

/** Candidate by candidate its way through the stages, with what was counted in each, and at the end all of them in a table. */
export function formatRollouts(
  summaries: readonly RolloutSummary[],
  { invocations, killed }: { readonly invocations: Readonly<Record<string, number>>; readonly killed: number },
): string {
  const all = Object.values(invocations).reduce((sum, count) => sum + count, 0);
  return [
    ...summaries.flatMap(linesOf),
    "Rollouts: five candidates that pass the same guardrails, and differ only under traffic",
    textTable([
      ["candidate", "what it is", "went to", "its errors", "champion's", "took", "how it ended"],
      ...summaries.map(rowOf),
    ]),
    "",
    `The functions were invoked ${formatCount(all)} times, and killed in ${formatCount(killed)} of them`,
    ...summaries.flatMap(({ isExpected, candidateId, what }) => (isExpected ? [] : [`NOT AS EXPECTED: ${candidateId}, ${what}`])),
    "",
    "npx retrigger candidates   # how each ended, and which one serves",
  ].join("\n");
}

/** What can be tried where a run was asked to stop in the middle of a rollout. */
export function formatStop(candidateId: string): string {
  const model = candidateId.split("/")[1] ?? "";
  return [
    `Stopped in the rollout of ${candidateId}, as --stop-at says. To try:`,
    `  npx retrigger rollout ${model}`,
    `  npx retrigger hold ${model} --why "a release"        # or continue, rollback`,
    `  npx retrigger promote ${model} --now --why "errors"`,
    "Started again without --stop-at it goes on",
  ].join("\n");
}

/** Whether the candidates of two clouds came to the same ends, and where they differ. */
export function compareRollouts(
  aws: readonly RolloutSummary[],
  gcp: readonly RolloutSummary[],
): { readonly isSame: boolean; readonly text: string } {
  const ends = (summaries: readonly RolloutSummary[]) => summaries.map(({ candidateId, end }) => ({ candidateId, end }));
  const [here, there] = [ends(aws), ends(gcp)];
  if (isDeepStrictEqual(here, there)) {
    return { isSame: true, text: `AWS and Google Cloud: same ends of all candidates (${formatCount(here.length)})` };
  }
  const lines = [`  AWS           ${JSON.stringify(here)}`, `  Google Cloud  ${JSON.stringify(there)}`];
  return { isSame: false, text: ["AWS and Google Cloud differ in the ends of candidates:", ...lines].join("\n") };
}

function linesOf({ candidateId, what, events }: RolloutSummary): string[] {
  const rows = events.map((event) => [minuteOf(event.at), nameOf(event), textOf(event)]);
  return [`${candidateId}: ${what}`, textTable(rows), `  npx retrigger why ${candidateId}`, ""];
}

function nameOf(event: RolloutEvent): string {
  switch (event.is) {
    case "stage":
      return event.stage;
    case "told":
      return event.step;
    case "went-on":
      return "goes on";
    case "registered":
    case "held":
    case "ended":
      return event.is;
  }
}

function textOf(event: RolloutEvent): string {
  switch (event.is) {
    case "registered":
      return "";
    case "stage":
      return stageText(event);
    case "held":
    case "told":
      return event.why;
    case "went-on":
      return event.by === undefined ? "" : `by ${event.by}`;
    case "ended":
      return `${event.outcome}: ${CANDIDATE_OUTCOMES[event.outcome]}`;
  }
}

function stageText({ stage, windows, champion, candidate }: Extract<RolloutEvent, { readonly is: "stage" }>): string {
  const all = champion.requests + candidate.requests;
  if (all === 0) return `${windows} windows`;
  const share =
    stage === "shadow"
      ? `a copy of ${formatCount(candidate.requests)} requests`
      : `counted ${((100 * candidate.requests) / all).toFixed(1)}% of ${formatCount(all)} requests`;
  const others = champion.requests === 0 ? "" : `, the champion's ${percentText(champion)}`;
  return `${windows} windows, ${share}, errors ${percentText(candidate)}${others}`;
}

function percentText({ requests, errors }: Counts): string {
  return requests === 0 ? "none" : `${((100 * errors) / requests).toFixed(2)}%`;
}

const HOUR_MS = 3_600_000;

function rowOf({ candidateId, what, events, end }: RolloutSummary): string[] {
  const compared = events.filter((event) => event.is === "stage" && event.champion.requests > 0).at(-1);
  const { champion, candidate } = compared?.is === "stage" ? compared : NOT_COMPARED;
  const [first, last] = [events[0]?.at, events.at(-1)?.at].map((time = "") => Date.parse(time));
  const took = last === undefined || first === undefined ? "" : `${((last - first) / HOUR_MS).toFixed(1)} h`;
  const outcome = end === undefined ? "not at all" : `${end.outcome}${end.outcome === "accepted" ? "" : ` at ${end.at}`}`;
  return [candidateId.split("/").at(-1) ?? "", what, end?.at ?? "", percentText(candidate), percentText(champion), took, outcome];
}

const NOT_COMPARED = { champion: { requests: 0, errors: 0 }, candidate: { requests: 0, errors: 0 } };
