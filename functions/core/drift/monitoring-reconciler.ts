import type { ModelSettings } from "../model-settings";

/** What a reconciler found; "waiting" where it looked not long ago. */
export interface Reconciliation {
  readonly outcome: "created" | "updated" | "unchanged" | "waiting";
  /** The monitor's name in its cloud, where it was looked at. */
  readonly monitor?: string;
}

/**
 * Port: what a model's monitor in the cloud needs beside Terraform and events. On Google Cloud, whose provider has no resource for it,
 * the monitor is kept as the settings want it; on AWS its runs that no event told of are handed to the drift evaluator.
 */
export interface MonitoringReconciler {
  /** May be called at any time: does nothing when all is as it should be. Rejects when it cannot be made so, or looked at. */
  reconcile(settings: ModelSettings): Promise<Reconciliation>;
}
