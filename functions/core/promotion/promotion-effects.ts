import type { CoordinatorPolicy } from "../coordination/policy";
import type { ModelLimit } from "../model-settings";
import { type CandidateNews, nextStepLine } from "../notices/notice";
import { plainLines } from "../plain-text";
import { fnv1a } from "../request-ids";
import type { Candidate } from "./candidate";
import type { GuardrailCheck } from "./guardrails/guardrail";
import { findingOf, labelOf, verdictText } from "./guardrails/verdict";
import type { PromotionSettings } from "./promotion-settings";
import type { CandidateRecord, CurrentCandidate, PromotionEffect, PromotionState } from "./promotion-state";

/** What transitions need to know of a model. */
export interface PromotedModel {
  readonly model: string;
  readonly policy: Pick<CoordinatorPolicy, "adaptive" | "approval">;
  readonly promotion: PromotionSettings;
  /** As in its settings. */
  readonly limits?: readonly ModelLimit[];
}

/** Names the guardrails' settings: what was judged by others must be judged again. */
export function policyDigest({ promotion }: PromotedModel): string {
  return fnv1a(JSON.stringify(promotion.guardrails));
}

/** The checks that did not pass, a line each. */
export function checkLines(checks: readonly GuardrailCheck[]): string[] {
  return checks
    .filter(({ verdict }) => verdict !== "passed")
    .map((check) => `- ${labelOf(check)} ${verdictText(check)}: ${findingOf(check)}`);
}

/** What is left to do, before it has a number. */
export type NewEffect = PromotionEffect extends infer E ? (E extends PromotionEffect ? Omit<E, "number"> : never) : never;

/** The state with more left to do, at most one record among it. */
export function withEffects(state: PromotionState, ...effects: readonly NewEffect[]): PromotionState {
  const numbered = effects.map((effect, index): PromotionEffect => ({ ...effect, number: state.effects + index }));
  const records = state.records + effects.filter(({ type }) => type === "record").length;
  return { ...state, outbox: [...state.outbox, ...numbered], effects: state.effects + effects.length, records };
}

/** The verdict is written to the registry. */
export function markOf({ id, version }: Candidate, verdict: "approved" | "rejected" | "waiting", why: string): NewEffect {
  return { type: "mark", candidateId: id, version, verdict, why };
}

/** What people are told of a candidate beside its lines: what they are asked, what they may do, and the runbook about it. */
export type NoticeExtras = Pick<CandidateNews, "asks" | "next" | "runbook">;

/** People are told. */
export function notice(
  { id }: Candidate,
  at: number,
  subject: string,
  lines: readonly string[],
  { next = [], ...extras }: NoticeExtras = {},
): NewEffect {
  const steps = next.map(({ what, words }) => ({ what, words: [...words] }));
  const text = plainLines([...lines, ...steps.map(nextStepLine)].join("\n"));
  return { type: "notify", candidateId: id, at, subject, text, ...extras, ...(steps.length > 0 && { next: steps }) };
}

/** A step of the candidate is kept. */
export function recordOf(
  { records }: PromotionState,
  { candidate, checks, cause, comparedWith }: CurrentCandidate,
  step: Omit<CandidateRecord, "candidate" | "number" | "checks" | "cause" | "comparedWith">,
): NewEffect {
  const record: CandidateRecord = {
    candidate,
    number: records,
    ...step,
    ...(checks !== undefined && { checks }),
    ...(cause !== undefined && { cause }),
    ...(comparedWith !== undefined && { comparedWith }),
  };
  return { type: "record", record };
}
