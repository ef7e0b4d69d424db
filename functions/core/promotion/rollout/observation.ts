import type { CandidateOutcome } from "../candidate";
import type { SeenWindow, Sighting, StepResult, Survey } from "./ports";
import type { Rollout, RolloutRecord } from "./rollout-state";

/** What a person may ask of a rollout. */
export type RolloutDeed = "promote" | "rollback" | "hold" | "continue";

/** What happened to a rollout, or was seen of its endpoint. */
export type Observation =
  /** The endpoint before the start, with the champion's last seven days where it serves. */
  | { readonly is: "surveyed"; readonly survey: Survey; readonly history?: PastWindows }
  | { readonly is: "sighted"; readonly sighting: Sighting }
  /** `failed`: what the look before the step said of the one before it. */
  | { readonly is: "stepped"; readonly result: StepResult; readonly failed?: string }
  /** What was counted since the traffic reached its position, as far as it was read: all windows that end before `until`. */
  | { readonly is: "counted"; readonly windows: readonly SeenWindow[]; readonly until: number }
  | { readonly is: "asked"; readonly do: RolloutDeed; readonly by: string; readonly why: string }
  /** The candidate is not to serve, for a reason outside of the rollout. */
  | { readonly is: "withdrawn"; readonly outcome: CandidateOutcome; readonly why: string };

/** The champion's windows before a rollout. */
export interface PastWindows {
  readonly windows: readonly SeenWindow[];
  readonly p95Ms?: number;
}

/** What an observation led to. */
export interface Advanced {
  readonly state: Rollout;
  /** What is kept and told of it; absent where nothing worth telling happened. */
  readonly record?: RolloutStep;
  /** Present once the traffic has come to rest on one model. */
  readonly end?: RolloutEnd;
}

/** A step for the record of the candidate. */
export interface RolloutStep {
  readonly rollout: RolloutRecord;
  /** In one sentence, which names nobody. */
  readonly why: string;
  readonly by?: string;
}

/** How a rollout ended; `accepted` where the candidate serves alone. */
export interface RolloutEnd {
  readonly outcome: CandidateOutcome;
  readonly why: string;
  readonly by?: string;
}
