import type { CandidateOutcome } from "../promotion/candidate";
import type { HoldReason, RolloutRecord } from "../promotion/rollout/rollout-state";
import type { OfModel } from "./monitor-events";

/** `requestId` is the candidate's. */
type OfRollout = OfModel & { readonly requestId: string };

/** What is told of rollouts. */
export interface RolloutEvents {
  /** A step of a rollout was recorded; `traffic` says where it stands, and goes. */
  "rollout-step": OfRollout & {
    readonly level: "info";
    readonly step: RolloutRecord["step"];
    readonly traffic: string;
    readonly why: string;
  };
  /** A rollout goes no further until somebody, or a better answer, lets it. */
  "rollout-held": OfRollout & { readonly level: "warn"; readonly reason: HoldReason; readonly why: string };
  /** The counted share was not the intended one, and the change is made again. */
  "share-wrong": OfRollout & { readonly level: "warn"; readonly why: string };
  /** The traffic came to rest on one model. */
  "rollout-ended": OfRollout & { readonly level: "info"; readonly outcome: CandidateOutcome; readonly why: string };
  /** A cloud took a change of an endpoint. */
  "traffic-step": OfRollout & { readonly level: "info"; readonly did: string };
  /**
   * How a rollout stands, at each turn. Times are seconds; those of a hold, and of a change that is under way, may be undefined.
   */
  "rollout-state": OfRollout & {
    readonly level: "info";
    readonly rolloutPercent: number;
    readonly rolloutAgeSec: number;
    readonly rolloutHeldSec: number | undefined;
    readonly rolloutBusySec: number | undefined;
  };
}
