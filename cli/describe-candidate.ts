import { CANDIDATE_OUTCOMES, type CandidateOutcome } from "../functions/core/promotion/candidate";
import type { GuardrailCheck } from "../functions/core/promotion/guardrails/guardrail";
import { told } from "../functions/core/promotion/guardrails/told";
import { decidingCheck, findingOf, labelOf, verdictText } from "../functions/core/promotion/guardrails/verdict";
import type { CandidateRecord, CurrentCandidate, PromotionState } from "../functions/core/promotion/promotion-state";
import { PROMOTED_AT_ONCE } from "../functions/core/promotion/rollout/take-order";
import { formatCount } from "../local/summary/text-table";
import { type Paint, timeText, wrapped } from "./printout";

/** How a candidate stands. */
export type Standing = CandidateOutcome | "waits-for-approval" | "waits-for-judgement" | "rollout" | "not-decided";

const COLOURS: Readonly<Partial<Record<Standing, "green" | "red" | "yellow" | "cyan">>> = {
  accepted: "green",
  "approved-by-hand": "green",
  rejected: "red",
  "not-approved": "red",
  "rejected-by-hand": "red",
  "rolled-back": "red",
  "given-up": "yellow",
  undecidable: "yellow",
  rollout: "cyan",
  "waits-for-approval": "yellow",
  "waits-for-judgement": "yellow",
};

const VERDICTS = { passed: "green", failed: "red", "not-known": "yellow" } as const;

/** @param last the newest step of the candidate */
export function standingOf({ candidate, outcome }: CandidateRecord, promotion: PromotionState | undefined): Standing {
  if (outcome !== undefined) return outcome;
  const { current, next } = promotion ?? {};
  if (next?.id === candidate.id) return "waits-for-judgement";
  // One that was being decided about when another registry was configured.
  if (current?.candidate.id !== candidate.id) return "not-decided";
  switch (current.stage) {
    case "approval":
      return "waits-for-approval";
    case "guardrails":
      return "waits-for-judgement";
    case "rollout":
      return "rollout";
  }
}

export function paintStanding(paint: Paint, standing: Standing): string {
  const colour = COLOURS[standing];
  return colour === undefined ? standing : paint(colour, standing);
}

/** How a candidate stands, and what that means. */
export function standingText(standing: Standing, paint: Paint): string {
  const meaning = meaningOf(standing);
  return `${paintStanding(paint, standing)}${meaning === undefined ? "" : ` (${meaning})`}`;
}

/** How a candidate ended, and what that means. */
export function outcomeText(outcome: CandidateOutcome): string {
  return standingText(outcome, (_, text) => text);
}

/** Undefined where the word says it, and of an outcome that this program does not know. */
function meaningOf(standing: Standing): string | undefined {
  const meanings: Readonly<Record<string, string>> = CANDIDATE_OUTCOMES;
  return Object.hasOwn(meanings, standing) ? meanings[standing] : undefined;
}

/** Who approved, refused or ordered it; empty where nobody did. */
export function peopleText({ approvedBy = [], by, rollout }: Pick<CandidateRecord, "approvedBy" | "by" | "rollout">): string {
  const did = rollout === undefined ? "refused" : "ordered";
  const people = [
    ...(approvedBy.length === 0 ? [] : [`approved by ${approvedBy.join(", ")}`]),
    ...(by === undefined ? [] : [`${did} by ${by}`]),
  ];
  return people.join(", ");
}

/** Why a candidate stands as it does, in a row of a list: who answered about it, or what decided. */
export function listedWhy(last: CandidateRecord): string {
  const isOfRollout = last.rollout !== undefined || last.step === "rollout";
  const isToldByWhy = isOfRollout && (last.outcome !== "accepted" || last.why.startsWith(PROMOTED_AT_ONCE));
  return (isToldByWhy ? "" : peopleText(last)) || shortWhy(last);
}

/** In a few words why a candidate stands as it does: of one that was rejected, the guardrail that did it. */
export function shortWhy({ outcome, why, checks = [] }: CandidateRecord): string {
  const failed = outcome === "rejected" ? decidingCheck(checks) : undefined;
  return failed === undefined ? why : labelOf(failed);
}

/** When and how a candidate ended, why in a few words, and who had a part in it. @param last its last step */
export function endText(last: CandidateRecord): string {
  const people = peopleText(last);
  return `ended ${timeText(last.at)}, ${last.outcome}: ${shortWhy(last)}${people === "" ? "" : `; ${people}`}`;
}

/** One step of a candidate: what came, why in a few words, who had a part in it, and until when it waits. */
export function stepText(step: CandidateRecord): string {
  const { outcome, expiresAt, rollout } = step;
  const people = peopleText(step);
  const moved = rollout === undefined ? step.step : `${step.step}, ${rollout.step}`;
  const became = outcome === undefined ? moved : `ended, ${outcome}`;
  const until = expiresAt === undefined ? "" : `; it is rejected ${timeText(expiresAt)} unless it is approved`;
  return `${became}: ${shortWhy(step)}${people === "" ? "" : `; ${people}`}${until}`;
}

/** Until when a candidate waits for people. @param approvers how many must approve it, where that is known */
export function waitText({ approval }: CurrentCandidate, approvers: number | undefined): string {
  const missing = (approvers ?? 0) - (approval?.approvedBy.length ?? 0);
  const until = approval === undefined ? "" : ` until ${timeText(approval.expiresAt)}`;
  const more = missing > 0 ? `, by ${missing === 1 ? "one person" : `${missing} people`}` : "";
  return `waits for approval${until}${more}`;
}

/** How people answer about a candidate. */
export function howToAnswer(candidateId: string): string {
  return `to answer: retrigger approve ${candidateId}, or retrigger reject ${candidateId}`;
}

/** The widest verdict, and the columns before a guardrail's sentence. */
const VERDICT_WIDTH = "would freeze".length;
const SENTENCE_INDENT = 2 + VERDICT_WIDTH + 2;

/** What each guardrail found and compared; the chain, which rejects nothing, in words of its own. */
export function checksText(checks: readonly GuardrailCheck[], paint: Paint): string {
  const lines = checks.flatMap((check) => {
    const colour = check.name === "chain" && check.verdict === "failed" ? "yellow" : VERDICTS[check.verdict];
    const verdict = paint(colour, verdictText(check).padEnd(VERDICT_WIDTH));
    const numbers = wrapped(numbersOf(check), SENTENCE_INDENT);
    return [
      `  ${verdict}  ${wrapped(`${labelOf(check)}: ${findingOf(check)}`, SENTENCE_INDENT)}`,
      ...(numbers === "" ? [] : [`${" ".repeat(SENTENCE_INDENT)}${paint("dim", numbers)}`]),
    ];
  });
  return lines.join("\n");
}

/** What numbers of guardrails are called, where that is not the words of their name; undefined of what tells people nothing. */
const LABELS: ReadonlyMap<string, string | undefined> = new Map([
  ["bins", undefined],
  ["chance", "explained by chance"],
  ["championCount", "of the champion"],
  ["championErrors", "errors of the champion"],
  ["championRows", "rows the champion learned from"],
  ["championShare", "share of the champion"],
  ["columns", "declared columns"],
  ["count", "errors of this kind"],
  ["dataSetRows", "rows of its data set"],
  ["expectedRows", "rows expected"],
  ["gains", "rows gained"],
  ["kinds", "kinds of errors"],
  ["losses", "rows lost"],
  ["pValue", "p-value"],
  ["relabelled", "rows with another label"],
  ["resamples", undefined],
  ["tested", "slices compared"],
  ["thin", "too small to tell"],
  ["unmatched", "rows of one side only"],
  ["untold", "without this metric"],
  ["uses", "earlier uses"],
  ["withoutChance", "shift less chance"],
  ["withoutGain", "without a gain"],
]);

function numbersOf({ numbers, threshold, neededRows }: GuardrailCheck): string[] {
  const values = Object.entries(numbers).flatMap(([name, value]) => {
    const label = LABELS.has(name) ? LABELS.get(name) : wordsOf(name);
    return label === undefined ? [] : [`${label} ${numberText(value)}`];
  });
  return [
    ...values,
    ...(threshold === undefined ? [] : [`threshold ${numberText(threshold)}`]),
    ...(neededRows === undefined ? [] : [`${formatCount(neededRows)} rows would tell`]),
  ];
}

/** `standard error` of `standardError`. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

/** As many digits as the sentence of the guardrail has. */
function numberText(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : told(value);
}
