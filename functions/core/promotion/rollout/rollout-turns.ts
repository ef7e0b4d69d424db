import type { Log } from "../../log/log";
import type { ModelSettingsSource } from "../../model-settings";
import type { Notifier } from "../../notices/notice";
import type { CandidateLog, PromotionStore } from "../ports";
import type { EndpointTraffic, TrafficMetrics } from "./ports";

/** What rollouts work with. */
export interface RolloutPorts {
  readonly promotions: PromotionStore;
  readonly candidates: CandidateLog;
  readonly traffic: EndpointTraffic;
  readonly metrics: TrafficMetrics;
  readonly notifier: Notifier;
  readonly log: Log;
  readonly now: () => number;
  /** A random name of this invocation, by which it holds the lease of an endpoint. */
  readonly holder: () => string;
}

/** Turns of the rollouts of all models. */
export function rolloutTurns(_ports: RolloutPorts & { readonly settings: ModelSettingsSource }): () => Promise<void> {
  throw new Error("not built");
}
