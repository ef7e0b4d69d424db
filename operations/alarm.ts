import type { MetricName } from "../functions/core/log/metric-list";
import type { MeasuredResource, ServiceMetricName } from "./service-metric";

/** How the values of a period become one. */
export type Statistic = "sum" | "average" | "minimum" | "maximum";

export type Comparison = "above" | "at-least" | "below";

interface AlarmBase {
  /** kebab-case, unique; its runbook is docs/runbooks/<name>.md. */
  readonly name: string;
  readonly metric: MetricName | ServiceMetricName;
  readonly statistic: Statistic;
  /** The alarm is raised while the metric is this, compared with the threshold. */
  readonly comparison: Comparison;
  /** Seconds: 60, 300 or 3600. */
  readonly periodSec: number;
  /** How many of the newest periods are looked at; together a day at most, which both clouds allow. */
  readonly periods: number;
  /** Of these, how many must be beyond the threshold, 1 to `periods`. */
  readonly datapoints: number;
  /** What a period without a value counts for: silence is the alarm itself, or it is calm. */
  readonly missing: "breaching" | "not-breaching";
  /** `critical`: trainings are lost or stand still. `warning`: look today. */
  readonly severity: "critical" | "warning";
  /** For the person who is told: what happened, in one sentence, lowercase, no full stop. */
  readonly summary: string;
}

/** An alarm of each model; undefined is no alarm for this one. */
interface ModelAlarm extends AlarmBase {
  readonly per: "model";
  readonly threshold: (limits: ModelLimits) => number | undefined;
}

/** An alarm of the deployment, or of each of its queues or functions. */
interface DeploymentAlarm extends AlarmBase {
  readonly per: "deployment" | MeasuredResource;
  readonly threshold: (limits: DeploymentLimits) => number;
}

/** An alarm as data: both clouds make theirs from it, and a test evaluates it. */
export type Alarm = ModelAlarm | DeploymentAlarm;

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
  /** Share of a window's captured requests that is not compared. */
  readonly unreadShare?: number;
  /** Time that drift is suspected without being detected, seconds. */
  readonly suspectedSec?: number;
  /** Age of a run over the usual duration of one. */
  readonly runOverUsual?: number;
  /** Requests in an hour. */
  readonly storm?: number;
  /** Time left to answer an approval, seconds. */
  readonly approvalLeftSec?: number;
  /** Present where the models that trainings make are judged. */
  readonly promotion?: {
    /** Time since a candidate was registered that is still decided about, seconds. */
    readonly candidateAgeSec: number;
  };
  readonly hasDailyBudget: boolean;
  readonly hasMonthlyBudget: boolean;
  readonly hasSchedule: boolean;
}
