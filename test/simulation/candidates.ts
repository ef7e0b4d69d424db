import type { GuardrailCheck } from "../../functions/core/promotion/guardrails/guardrail";
import type { Judgement } from "../../functions/core/promotion/judge-candidate";
import type { RegisteredVersion } from "../../functions/core/promotion/ports";
import type { PromotedModel } from "../../functions/core/promotion/promotion-effects";
import type { PromotionSettings } from "../../functions/core/promotion/promotion-settings";
import { initialPromotion, type PromotionEffect, type PromotionState } from "../../functions/core/promotion/promotion-state";
import { NOON, policyOf } from "./requests";

/** The digest of the golden set of `promotionOf`. */
export const GOLDEN_SHA256 = "a".repeat(64);

/** Settings that pass what is no worse, and ask only about what is not known; tests tighten what they are about. */
export function promotionOf(overrides: Partial<PromotionSettings> = {}): PromotionSettings {
  return {
    registry: "delays",
    evaluations: { bucket: "ml", prefix: "evaluations/" },
    guardrails: {
      goldenSet: { sha256: GOLDEN_SHA256, rows: 1_000 },
      metrics: [{ name: "accuracy", direction: "higher", margin: 0.01 }],
      confidence: 0.95,
      slices: { columns: [], minRows: 200 },
      predictionShift: 0.2,
      systematicErrors: { minErrors: 50, maxExcess: 0.2 },
      training: { minRows: 0, minShareOfDataSet: 0.5 },
      chain: { promotions: 3 },
      notKnown: "ask",
    },
    approval: { needed: "never", approvers: 1, isSeparate: false },
    ...overrides,
  };
}

/** The model of `versionOf`. */
export function promotedOf(overrides: Partial<PromotionSettings> = {}): PromotedModel {
  return { model: "flight-delay", policy: policyOf(), promotion: promotionOf(overrides) };
}

/** A version as the registry has it, registered `n` minutes after noon. */
export function versionOf(n: number, overrides: Partial<RegisteredVersion> = {}): RegisteredVersion {
  return {
    version: `arn:aws:sagemaker:eu-west-1:111122223333:model-package/delays/${n}`,
    registry: "delays",
    number: String(n),
    registeredAt: NOON + n * 60_000,
    approval: "pending",
    readiness: "ready",
    evaluationUri: `s3://ml/evaluations/${n}/evaluation.json`,
    ...overrides,
  };
}

/** The id of the candidate that `versionOf(n)` is. */
export function idOf(n: number): string {
  return `candidate/flight-delay/delays-${n}`;
}

/** One guardrail's answer. */
export function checkOf(verdict: GuardrailCheck["verdict"], overrides: Partial<GuardrailCheck> = {}): GuardrailCheck {
  return { name: "champion", verdict, numbers: { difference: 0 }, sentence: `it ${verdict}`, ...overrides };
}

/** What was found about the candidate of `versionOf(n)`: it passed. */
export function judgementOf(n: number, overrides: Partial<Judgement> = {}): Judgement {
  return {
    candidateId: idOf(n),
    checks: [checkOf("passed")],
    cause: undefined,
    comparedWith: undefined,
    value: 0.9,
    evaluationSha256: "b".repeat(64),
    ...overrides,
  };
}

/** Of a model of which nothing was seen. */
export function freshState(): PromotionState {
  return initialPromotion("delays", GOLDEN_SHA256);
}

/** What is left to do, by type, without what only one has to say. */
export function leftToDo(state: PromotionState): string[] {
  return state.outbox.map((effect) => wordsOf(effect));
}

function wordsOf(effect: PromotionEffect): string {
  switch (effect.type) {
    case "mark":
      return `mark ${numberOf(effect.candidateId)} ${effect.verdict}`;
    case "record":
      return `record ${numberOf(effect.record.candidate.id)} ${effect.record.outcome ?? effect.record.step}`;
    case "notify":
      return `notify ${effect.subject}`;
    case "freeze":
      return "freeze";
  }
}

function numberOf(candidateId: string): string {
  return candidateId.slice(candidateId.lastIndexOf("-") + 1);
}
