import * as z from "zod/mini";
import { ANSWER_RESULTS, type AnswerResult } from "../coordination/coordinator-state";
import { amountSchema, timeSchema } from "../numbers";
import { isStoredName, type Stored } from "../state-layout";
import { type CandidateOutcome, candidateSchema } from "./candidate";
import { guardrailCheckSchema, pastPromotionSchema } from "./guardrails/guardrail";
import { sha256Schema } from "./promotion-settings";
import { rolloutRecordSchema, rolloutSchema } from "./rollout/rollout-state";

const textSchema = z.string().check(z.maxLength(4096));

/** Why the run behind a candidate was started, as far as the decision log tells. */
const candidateCauseSchema = z.object({
  requestId: z.string(),
  /** The worst drift among the causes; absent without one. */
  severity: z.exactOptional(z.enum(["low", "medium", "high", "critical"])),
  /** Of the request, 1 to 5. */
  priority: z.int(),
  /** The people who asked for the training by hand; absent without any. */
  by: z.exactOptional(z.array(z.string())),
});

/** People are asked about a candidate. */
const candidateApprovalSchema = z.object({
  askedAt: timeSchema,
  expiresAt: timeSchema,
  approvedBy: z.array(z.string()),
});

/** The candidate that is being decided about. */
const currentSchema = z.object({
  candidate: candidateSchema,
  /** `guardrails`: it waits to be judged. `approval`: people are asked. `rollout`: the traffic goes over to it. */
  stage: z.enum(["guardrails", "approval", "rollout"]),
  cause: z.exactOptional(candidateCauseSchema),
  /** Absent before it was judged. */
  checks: z.exactOptional(z.array(guardrailCheckSchema)),
  /** Value of the main metric on the golden set; absent where it is not known. */
  value: z.exactOptional(z.number()),
  evaluationSha256: z.exactOptional(sha256Schema),
  /** The champion that it was compared with; absent where there was none. */
  comparedWith: z.exactOptional(z.string()),
  /** Names the guardrails' settings that it was judged by. */
  judgedBy: z.exactOptional(z.string()),
  approval: z.exactOptional(candidateApprovalSchema),
  /** Present at the stage `rollout`. */
  rollout: z.exactOptional(rolloutSchema),
});

/** A version that may serve: the one that was registered last is the champion. */
const championSchema = z.object({
  candidateId: z.string(),
  version: z.string(),
  evaluationUri: z.exactOptional(z.string()),
  /** The evaluation as it was when it was accepted; absent where it was approved by hand. */
  evaluationSha256: z.exactOptional(sha256Schema),
  registeredAt: timeSchema,
  /** When it came to serve. */
  at: timeSchema,
});

const endedSchema = z.object({
  candidateId: z.string(),
  outcome: z.custom<CandidateOutcome>(isStoredName),
  /** `registeredAt` of the candidate. */
  registeredAt: timeSchema,
});

/** What is kept of a candidate at each step, for whoever asks why. Times are epoch milliseconds. */
export const candidateRecordSchema = z.object({
  candidate: candidateSchema,
  /** Counts the steps of all candidates of the model. */
  number: amountSchema,
  at: timeSchema,
  /**
   * `waiting`: it was received, or must be judged again. `asked`: people are. `answered`: one of several did. `rollout`: a step of
   * its rollout.
   */
  step: z.enum(["waiting", "asked", "answered", "rollout", "ended"]),
  outcome: z.exactOptional(z.custom<CandidateOutcome>(isStoredName)),
  /** In one sentence, which names nobody. */
  why: textSchema,
  cause: z.exactOptional(candidateCauseSchema),
  checks: z.exactOptional(z.array(guardrailCheckSchema)),
  comparedWith: z.exactOptional(z.string()),
  expiresAt: z.exactOptional(timeSchema),
  approvedBy: z.exactOptional(z.array(z.string())),
  /** Who did it, of what a person did: a refusal, a hold, a rollback. */
  by: z.exactOptional(z.string()),
  rollout: z.exactOptional(rolloutRecordSchema),
});

/** What is left to do and was not seen done yet; it may be done again. */
const promotionEffectSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("mark"),
    number: amountSchema,
    candidateId: z.string(),
    version: z.string(),
    verdict: z.enum(["approved", "rejected", "waiting"]),
    why: textSchema,
  }),
  z.object({ type: z.literal("record"), number: amountSchema, record: candidateRecordSchema }),
  z.object({
    type: z.literal("notify"),
    number: amountSchema,
    candidateId: z.string(),
    at: timeSchema,
    subject: z.string(),
    text: z.string(),
    /** What people are asked, and what they may do; absent in what an earlier program saved. */
    asks: z.exactOptional(
      z.object({
        why: z.string(),
        askedAt: timeSchema,
        expiresAt: timeSchema,
        approvers: amountSchema,
        /** Absent where there is a champion, and in what an earlier program saved. */
        isFirst: z.exactOptional(z.literal(true)),
      }),
    ),
    next: z.exactOptional(z.array(z.object({ what: z.string(), words: z.array(z.string()) }))),
    runbook: z.exactOptional(z.string()),
  }),
  /** Automatic training of the model is frozen. */
  z.object({ type: z.literal("freeze"), number: amountSchema, candidateId: z.string(), at: timeSchema, why: textSchema }),
]);

const answerSchema = z.object({
  id: z.string(),
  candidateId: z.string(),
  do: z.enum(["approve", "reject", "promote", "rollback", "hold", "continue"]),
  by: z.string(),
  at: timeSchema,
  result: z.custom<AnswerResult>((value) => typeof value === "string" && Object.hasOwn(ANSWER_RESULTS, value)),
});

/**
 * Everything that the promotion of one model depends on. Strict: a field of a newer program may be one that forbids to promote, so
 * an older one must neither ignore nor erase it.
 */
export const promotionStateSchema = z.strictObject({
  /** The registry that all of it is about. */
  registry: z.string(),
  /** Versions that were heard of, and are to be looked at. */
  noticed: z.array(z.string()),
  /** When promotion began: what was registered before it, and waits, is no candidate. Absent before the first turn. */
  since: z.exactOptional(timeSchema),
  /** Versions that were registered up to then were looked at; absent before the first look. */
  listedUntil: z.exactOptional(timeSchema),
  current: z.exactOptional(currentSchema),
  /** The newest candidate that waits for the end of a rollout; absent without one. */
  next: z.exactOptional(candidateSchema),
  /** The one that was registered last at the end. */
  champions: z.array(championSchema),
  /** On this golden set, since automatic training was last thawed, oldest first. */
  promotions: z.array(pastPromotionSchema),
  /** When automatic training was frozen; absent while it is not. */
  frozenAt: z.exactOptional(timeSchema),
  /** How many candidates were compared on it. */
  goldenSet: z.object({ sha256: z.string(), uses: amountSchema }),
  /** The newest ended candidates, oldest first; older ones are in the log. */
  ended: z.array(endedSchema),
  /** People's newest answers, oldest first. */
  answers: z.array(answerSchema),
  outbox: z.array(promotionEffectSchema),
  /** How many effects there have been. */
  effects: amountSchema,
  /** How many records there have been. */
  records: amountSchema,
});

export type CandidateCause = Stored<typeof candidateCauseSchema>;
export type CurrentCandidate = Stored<typeof currentSchema>;
export type Champion = Stored<typeof championSchema>;
export type CandidateRecord = Stored<typeof candidateRecordSchema>;
export type PromotionEffect = Stored<typeof promotionEffectSchema>;
export type PromotionState = Stored<typeof promotionStateSchema>;

/** A model of which no candidate was seen yet. */
export function initialPromotion(registry: string, goldenSetSha256: string): PromotionState {
  return {
    registry,
    noticed: [],
    champions: [],
    promotions: [],
    goldenSet: { sha256: goldenSetSha256, uses: 0 },
    ended: [],
    answers: [],
    outbox: [],
    effects: 0,
    records: 0,
  };
}
