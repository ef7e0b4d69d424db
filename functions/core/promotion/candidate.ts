import * as z from "zod/mini";
import { modelNameSchema } from "../model-settings";
import { timeSchema } from "../numbers";
import type { Stored } from "../state-layout";
import { requestIdSchema } from "../training-request";

/** A newly trained model that may come to serve. */
export const candidateSchema = z.object({
  /** See `candidateId` of request-ids. */
  id: requestIdSchema,
  model: modelNameSchema,
  /** Its address in the registry: a model package's ARN, or `projects/…/locations/…/models/…@…`. */
  version: z.string().check(z.minLength(1), z.maxLength(1024)),
  registeredAt: timeSchema,
  /** The run that made it, as its cloud names it; absent where the registry does not tell. */
  runId: z.exactOptional(z.string()),
  /** File or folder of its evaluation; absent where the registry does not tell. */
  evaluationUri: z.exactOptional(z.string().check(z.maxLength(2048))),
});

export type Candidate = Stored<typeof candidateSchema>;

/** How a candidate ended, in words for people. */
export const CANDIDATE_OUTCOMES = {
  accepted: "it may serve",
  rejected: "a guardrail failed",
  "not-approved": "a person refused it",
  expired: "nobody approved it in time",
  superseded: "a later candidate took its place",
  "rolled-back": "its rollout went back to the champion",
  "given-up": "its rollout could not tell it from the champion in time",
  undecidable: "there is too little traffic to tell it from the champion",
  "approved-by-hand": "somebody approved it in the registry",
  "rejected-by-hand": "somebody rejected it in the registry",
  gone: "the registry does not have it any more",
} as const;

export type CandidateOutcome = keyof typeof CANDIDATE_OUTCOMES;
