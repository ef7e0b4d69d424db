import type { MeasuredResource, NamedMetricName } from "./service-metric";

/** How the values of a period become one. */
export type Statistic = "sum" | "average" | "minimum" | "maximum";

export type Comparison = "above" | "at-least" | "below";

interface AlarmBase {
  /** kebab-case, unique; its runbook is docs/runbooks/<name>.md. */
  readonly name: string;
  readonly metric: NamedMetricName;
  readonly statistic: Statistic;
  /** Values of further dimensions of the metric: the series with these alone are looked at. @default - all of the subject's */
  readonly only?: Readonly<Record<string, string>>;
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
  /** What a single value is compared with where no periods are looked at. @default - the threshold */
  readonly limit?: (limits: ModelLimits) => number | undefined;
}

/** An alarm of the deployment, or of each of its queues or functions. */
interface DeploymentAlarm extends AlarmBase {
  readonly per: "deployment" | MeasuredResource;
  readonly threshold: (limits: DeploymentLimits) => number;
}

/** An alarm as data: both clouds make theirs from it, and a test evaluates it. */
export type Alarm = ModelAlarm | DeploymentAlarm;

/** An alarm for one thing that it watches. */
export interface ConfiguredAlarm {
  readonly alarm: Alarm;
  /** Name of the model, queue or function; absent for the deployment, and for all models or functions together. */
  readonly subject?: string;
  readonly threshold: number;
}

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
    /** Whether an endpoint's traffic goes over to candidates. */
    readonly hasRollout: boolean;
  };
  readonly hasDailyBudget: boolean;
  readonly hasMonthlyBudget: boolean;
  readonly hasSchedule: boolean;
}

export const MINUTE_SEC = 60;
export const HOUR_SEC = 3600;

/** Two of three values of five minutes: one that is late or missing neither raises nor ends an alarm. */
export const STEADY = { periodSec: 5 * MINUTE_SEC, periods: 3, datapoints: 2, missing: "not-breaching" } as const;
/** As soon as it is seen. */
export const AT_ONCE = { periodSec: 5 * MINUTE_SEC, periods: 1, datapoints: 1, missing: "not-breaching" } as const;
/**
 * Of what the sweeper tells of each model by turns, every `LONGEST_UNTOLD_MIN` at least (functions/core/log/model-state.ts): one
 * value of the last half hour, so that the alarm neither ends nor is raised anew between two. A value is read from the model's
 * record, and so is not noise.
 */
export const BY_TURNS = { periodSec: 5 * MINUTE_SEC, periods: 6, datapoints: 1, missing: "not-breaching" } as const;
/** Of windows, of which each turn of the capture monitor, hourly, may tell one: so that no turn between ends the alarm. */
export const BY_WINDOW = { periodSec: HOUR_SEC, periods: 2, datapoints: 1, missing: "not-breaching" } as const;
/** For a quarter of an hour without a break. */
export const LASTING = { periodSec: 5 * MINUTE_SEC, periods: 3, datapoints: 3, missing: "not-breaching" } as const;

/** How the values of a period are compared. */
export const HIGHEST = { statistic: "maximum", comparison: "above" } as const;
export const COUNTED = { statistic: "sum", comparison: "above" } as const;
export const REACHED = { statistic: "maximum", comparison: "at-least" } as const;
