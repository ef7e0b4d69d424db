import type { Log } from "../../log/log";
import type { ModelSettingsSource } from "../../model-settings";
import type { PromotionStore } from "../ports";
import type { EndpointTraffic, TrafficMetrics } from "./ports";

export interface RolloutPorts {
  readonly promotions: PromotionStore;
  readonly traffic: EndpointTraffic;
  readonly metrics: TrafficMetrics;
  readonly log: Log;
  readonly now: () => number;
  /** A name for the leases that a turn takes; another one at each call. */
  readonly holder: () => string;
}

/** Turns of the rollouts of all models. */
export function rolloutTurns(_ports: RolloutPorts & { readonly settings: ModelSettingsSource }): () => Promise<void> {
  throw new Error("not built");
}
