import { labelOf } from "../../functions/core/promotion/guardrails/verdict";
import type { Replay } from "../replay/replay";
import { minuteOf } from "./coordination-summary";
import type { CandidateSummary, FreezeSummary, PromotionSummary } from "./promotion-summary";
import { formatCount, textTable } from "./text-table";

/** Candidate by candidate: what it learned from, how the guardrails answered, what decided, and how it ended; then the freezes. */
export function formatPromotion({ candidates, freezes }: PromotionSummary, { functions }: Pick<Replay, "functions">): string {
  const { invocations = 0, killed = 0 } = functions.promoter ?? {};
  return [
    "Candidates: the models that the runs made, judged by flights of the week before the loop",
    textTable([
      ["registered", "candidate", "trained on", "auc", "guardrails", "decided by", "how it ended"],
      ...candidates.map(candidateRow),
    ]),
    "",
    ...freezes.flatMap(freezeLines),
    `The promoter was invoked ${formatCount(invocations)} times, and killed in ${formatCount(killed)} of them`,
    ...commands(candidates),
  ].join("\n");
}

function candidateRow({ candidateId, registeredAt, rows, auc, verdict, decidedBy, outcome, isApproved }: CandidateSummary) {
  return [
    minuteOf(registeredAt),
    candidateId ?? "nobody heard of it",
    `${formatCount(rows)} flights`,
    auc.toFixed(3),
    verdict ?? "",
    decidedBy === undefined ? "" : labelOf(decidedBy),
    `${outcome ?? (verdict === "not-known" ? "waits for a person" : "waits")}${isApproved ? ", a person approved it" : ""}`,
  ];
}

function freezeLines({ model, from, until, why, waited, started }: FreezeSummary): string[] {
  const end = until === undefined ? "still frozen" : `until ${timeText(until)}, when a person thawed it`;
  return [
    `Automatic training of ${model} was frozen on ${timeText(from)}, ${end}`,
    `  ${why}`,
    `  ${formatCount(waited.length)} automatic requests waited${waited.length === 0 ? "" : `, such as ${exampleOf(waited)}`}`,
    ...started.map((id) => `  ${id} of a person started`),
    "",
  ];
}

/** A schedule's where there is one: it asks whatever data there is. */
function exampleOf(ids: readonly string[]): string | undefined {
  return ids.find((id) => id.startsWith("schedule/")) ?? ids[0];
}

function timeText(time: number): string {
  return minuteOf(new Date(time).toISOString());
}

/** What shows more: the newest candidates, those that were refused by a guardrail, and those that wait. */
function commands(candidates: readonly CandidateSummary[]): string[] {
  const rejected = candidates.findLast(({ outcome }) => outcome === "rejected");
  const waiting = candidates.findLast(({ candidateId, outcome }) => candidateId !== undefined && outcome === undefined);
  return [
    "",
    "npx retrigger candidates   # how each stands, which serve, and which wait for a person",
    ...(rejected === undefined ? [] : [`npx retrigger why ${rejected.candidateId}   # every guardrail with its numbers`]),
    ...(waiting === undefined ? [] : [`npx retrigger approve ${waiting.candidateId}   # it waits for a person`]),
  ];
}
