import type { RolloutSettings } from "./rollout-settings";
import type { Served, Traffic } from "./traffic";

/** What an endpoint is to serve, and whose it is. */
export interface TrafficOrder {
  readonly settings: RolloutSettings;
  /** 8 hexadecimal digits that name the rollout: names of what is made for it are derived from it. */
  readonly rolloutId: string;
  /** What a rollback puts back. */
  readonly champion: Served;
  /** Address of the candidate in its registry: a model package's ARN, or `projects/…/locations/…/models/…@…`. */
  readonly candidate: string;
  /** What was last seen to be served. */
  readonly from: Traffic;
  /** What is to be served. */
  readonly to: Traffic;
  /** What was ordered before, and given up before it was seen to be served: it may be served all the same. @default - nothing */
  readonly abandoned?: readonly Traffic[];
  /** What somebody changed meanwhile is put back. @default false: it is told */
  readonly overrides?: boolean;
  /** The change of a share is made again, though it seems made. @default false */
  readonly repeats?: boolean;
}

/** What serves before a rollout begins. */
export type Survey =
  | { readonly is: "serving"; readonly champion: Served }
  /** It is being changed. */
  | { readonly is: "busy"; readonly why: string }
  | { readonly is: "missing"; readonly why: string }
  /** No rollout is possible on it, such as on a serverless endpoint. */
  | { readonly is: "unsupported"; readonly why: string };

/** How an endpoint stands to an order. `why` is a sentence for people, without its period. */
export type Sighting =
  /** It serves as ordered, with nothing under way. */
  | { readonly is: "reached" }
  /**
   * A step is to be taken. `isSafe` where the order takes the candidate out, and it gets no requests already. `failed`: why the
   * step before did not succeed, where the cloud tells.
   */
  | { readonly is: "behind"; readonly step: string; readonly isSafe: boolean; readonly failed?: string }
  /** It is being changed, by the step before or by somebody else; nothing can be done until it ends. */
  | { readonly is: "busy"; readonly why: string; readonly isSafe: boolean }
  /** It serves neither as ordered nor as before, nor anything that this rollout made: somebody changed it. */
  | { readonly is: "changed"; readonly why: string }
  /** It cannot serve any more, or is not there. */
  | { readonly is: "lost"; readonly why: string };

/** What became of a step. */
export type StepResult =
  /** The cloud took it; a later look tells when it is done. */
  | { readonly is: "taken"; readonly did: string }
  /** Somebody else's change is in progress, or came first: try again. */
  | { readonly is: "busy"; readonly why: string }
  /** The account's limits do not allow it: try again, and tell. */
  | { readonly is: "over-quota"; readonly why: string }
  /** It will not be taken as it is. */
  | { readonly is: "refused"; readonly why: string };

/** What becomes of a step where a look names none to take. */
export function withoutStep(sighting: Sighting): StepResult {
  switch (sighting.is) {
    case "reached":
      return { is: "taken", did: "left the endpoint as it is, which serves as ordered" };
    case "behind":
      return { is: "refused", why: sighting.step };
    case "busy":
      return { is: "busy", why: sighting.why };
    case "changed":
    case "lost":
      return { is: "refused", why: sighting.why };
  }
}

/**
 * Port: the traffic of endpoints. Everything is named by the rollout, so that a step that is repeated changes nothing. Rejects
 * with RetryableError when the cloud cannot answer now, with Error when it will not.
 */
export interface EndpointTraffic {
  /** What serves on the settings' endpoint. */
  survey(settings: RolloutSettings): Promise<Survey>;
  /** Only reads. */
  look(order: TrafficOrder): Promise<Sighting>;
  /** Looks, and takes the one step that is next; only the holder of the endpoint's lease may call it. */
  step(order: TrafficOrder): Promise<StepResult>;
}

/** Counts of one variant in one window. What the cloud did not report is absent, which is not zero. */
export interface VariantCounts {
  readonly requests: number;
  readonly errors?: number;
  /** Requests above the frozen latency. */
  readonly slow?: number;
  /** Sum of the business value. */
  readonly business?: number;
}

/** What metrics tell of one window; a variant without any datapoint is absent. */
export interface SeenWindow {
  /** Its beginning, epoch milliseconds. */
  readonly at: number;
  readonly champion?: VariantCounts;
  readonly candidate?: VariantCounts;
}

/** A span of whole windows, epoch milliseconds; `until` is exclusive. */
export interface WindowSpan {
  readonly from: number;
  readonly until: number;
}

/** Port: what endpoints counted. Rejects as `EndpointTraffic` does. */
export interface TrafficMetrics {
  /** Every window of the span, oldest first. @param slowAboveMs the frozen latency; absent where latency is not compared */
  read(order: Omit<TrafficOrder, "from" | "to">, span: WindowSpan, slowAboveMs?: number): Promise<readonly SeenWindow[]>;
  /**
   * The champion alone, before the rollout: its windows, and the latency that 5 % of its requests were above; that is absent
   * where the cloud cannot count requests above a latency.
   */
  history(
    settings: RolloutSettings,
    champion: Served,
    span: WindowSpan,
  ): Promise<{ readonly windows: readonly SeenWindow[]; readonly p95Ms?: number }>;
}
