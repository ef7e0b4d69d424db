/** From where on something of the whole deployment is worth a person's time. */
export interface DeploymentLimits {
  /** Age of a queue's oldest message, seconds. */
  readonly queueAgeSec: number;
}

/** From where on something of a model is worth a person's time; what is absent raises no alarm. */
export interface ModelLimits {
  /** Time without new data, seconds. */
  readonly noDataSec?: number;
  /** Time without a drift report, seconds; more than MONITOR_PATIENCE_SEC. */
  readonly monitorSilentSec?: number;
  /** Time that drift is suspected without being detected, seconds. */
  readonly suspectedSec?: number;
  /** Age of a run over the usual duration of one. */
  readonly runOverUsual?: number;
  /** Requests in an hour. */
  readonly storm?: number;
  /** Time left to answer an approval, seconds. */
  readonly approvalLeftSec?: number;
  readonly hasDailyBudget: boolean;
  readonly hasMonthlyBudget: boolean;
  readonly hasSchedule: boolean;
}
