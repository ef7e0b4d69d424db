import type { ModelSettings } from "../model-settings";

/** What a reconciler found; "waiting" where it looked not long ago. */
export interface Reconciliation {
  readonly outcome: "created" | "updated" | "unchanged" | "waiting";
  /** The monitor's name in its cloud, where it was looked at. */
  readonly monitor?: string;
}

/** Port: keeps a model's monitor as the settings want it, where its cloud's Terraform provider has no resource for it. */
export interface MonitoringReconciler {
  /** May be called at any time: does nothing when the monitor is as it should be. Rejects when it cannot be made so. */
  reconcile(settings: ModelSettings): Promise<Reconciliation>;
}
