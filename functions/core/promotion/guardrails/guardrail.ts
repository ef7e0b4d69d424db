import * as z from "zod/mini";
import { amountSchema } from "../../numbers";
import { isStoredName, type Stored } from "../../state-layout";
import type { Evaluation } from "../evaluation/evaluation";
import type { PredictionTable } from "../evaluation/prediction-table";

/** The guardrails, in the order in which they are told. */
export const GUARDRAILS = [
  "identity",
  "golden-set",
  "champion",
  "baseline",
  "slices",
  "prediction-shift",
  "systematic-errors",
  "chain",
] as const;

export type GuardrailName = (typeof GUARDRAILS)[number];

/** One guardrail with what it compared. A guardrail that compares several things has one of these for each. */
export const guardrailCheckSchema = z.object({
  name: z.custom<GuardrailName>(isStoredName),
  /** What of the model it is about: a metric, or a metric within a slice; absent where it is about the whole. */
  subject: z.exactOptional(z.string()),
  /** `not-known`: the evidence is missing, or too little to tell. */
  verdict: z.enum(["passed", "failed", "not-known"]),
  /** Finite numbers by what they are. */
  numbers: z.record(z.string(), z.number()),
  /** What decided: a margin, a floor, a limit. */
  threshold: z.exactOptional(z.number()),
  /** Rows of the golden set that would decide what is not known, if the estimate holds. */
  neededRows: z.exactOptional(amountSchema),
  /** Whether the point estimate is no worse than what it is compared with; absent where there is no estimate. */
  isPointNotWorse: z.exactOptional(z.boolean()),
  /** What was found, in one sentence for people. */
  sentence: z.string(),
});

export type GuardrailCheck = Stored<typeof guardrailCheckSchema>;

/** A model as far as it was evaluated on the golden set. */
export interface EvaluatedModel {
  /** What people call it, such as `churn/12`. */
  readonly name: string;
  /** Absent where it is missing or cannot be read; `problem` then says why. */
  readonly evaluation?: Evaluation;
  /** Absent where there are no predictions, or they cannot be read. */
  readonly predictions?: PredictionTable;
  /** Why something of it is missing. */
  readonly problem?: string;
}

/** A promotion that was made. */
export const pastPromotionSchema = z.object({
  candidateId: z.string(),
  at: amountSchema,
  /** The main metric. */
  metric: z.string(),
  /** Its value on the golden set, in its units. */
  value: z.number(),
});

export type PastPromotion = Stored<typeof pastPromotionSchema>;

/** Everything that the guardrails look at. */
export interface GuardrailEvidence {
  /** Name of the model in the configuration. */
  readonly model: string;
  readonly candidate: EvaluatedModel;
  /** The model that serves; absent where there is none yet. */
  readonly champion?: EvaluatedModel;
  /** Absent where none is configured. */
  readonly baseline?: EvaluatedModel;
  /** The newest promotions on this golden set since automatic training was last thawed, oldest first. */
  readonly promotions: readonly PastPromotion[];
  /** Candidates that were compared on this golden set before. */
  readonly goldenSetUses: number;
}
