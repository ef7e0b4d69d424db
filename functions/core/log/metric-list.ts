import type { EventName, NumberFieldOf, TextFieldOf } from "./events";

/**
 * Units that CloudWatch knows; it has none for money and for shares, whose metrics have `None` and say it in their names.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
 */
export type MetricUnit = "Count" | "Seconds" | "Milliseconds" | "None";

/**
 * A metric as a view of the log: which events it is taken from, and which of their fields. An event that is logged twice counts
 * twice.
 */
export interface Metric {
  /** PascalCase, unique. */
  readonly name: string;
  readonly unit: MetricUnit;
  /**
   * `count`: summed over time. `gauge`: as it is now, the newest or the worst tells. `distribution`: one value of each thing that
   * happened.
   */
  readonly kind: "count" | "gauge" | "distribution";
  /** Name of the events that it is taken from. */
  readonly event: EventName;
  /** Field of the event that holds its number; an event without a finite one gives no value. @default - each event counts 1 */
  readonly value?: string;
  /** Fields of the event that tell its series apart, each a text with few values; an event without one of them gives no value. */
  readonly dimensions: readonly string[];
  /** What it tells, in one line. */
  readonly description: string;
}

/** A metric whose fields are those of its event, by type: its value is a number there, its dimensions are texts. */
type MetricOfEvent = {
  [E in EventName]: Metric & {
    readonly event: E;
    readonly value?: NumberFieldOf<E>;
    readonly dimensions: readonly TextFieldOf<E>[];
  };
}[EventName];

/** Of `model-state`, which the sweeper writes for each model by turns. */
const STATE = { kind: "gauge", event: "model-state", dimensions: ["model"] } as const;

/**
 * Every metric of both clouds, in one table, which is what makes this file long; docs/observability.md shows it as a table. The
 * namespace is METRIC_NAMESPACE.
 */
export const METRICS = [
  {
    name: "TriggerEvents",
    unit: "Count",
    kind: "count",
    event: "request-received",
    dimensions: ["model", "type"],
    description: "requests that came in, by the type of their first cause; repeated deliveries count",
  },
  {
    name: "Decisions",
    unit: "Count",
    kind: "count",
    event: "decided",
    dimensions: ["model", "outcome"],
    description: "decisions by their outcome",
  },
  {
    name: "DecisionsByReason",
    unit: "Count",
    kind: "count",
    event: "decided",
    dimensions: ["model", "outcome", "reason"],
    description: "decisions by their outcome and the check or reason that decided",
  },
  {
    name: "DriftScore",
    unit: "None",
    kind: "gauge",
    event: "feature-drift",
    value: "score",
    dimensions: ["model", "feature"],
    description:
      "score of a feature in a drift report, in its measure's units; `other` is the largest of those beyond the first 20",
  },
  {
    name: "DriftSeverity",
    unit: "None",
    kind: "gauge",
    event: "drift-evaluated",
    value: "severityRank",
    dimensions: ["model"],
    description: "severity of the detected drift in a report: 0 none, 1 low, 2 medium, 3 high, 4 critical",
  },
  {
    name: "DriftReports",
    unit: "Count",
    kind: "count",
    event: "drift-evaluated",
    dimensions: ["model"],
    description: "drift reports that were evaluated",
  },
  {
    name: "BatchObjects",
    unit: "Count",
    kind: "distribution",
    event: "batch-published",
    value: "distinct",
    dimensions: ["model"],
    description: "distinct objects of a published batch",
  },
  {
    name: "BatchAge",
    unit: "Seconds",
    kind: "distribution",
    event: "batch-published",
    value: "ageSec",
    dimensions: ["model"],
    description: "time from a published batch's first object to its seal",
  },
  {
    name: "LandingToStart",
    unit: "Seconds",
    kind: "distribution",
    event: "run-started",
    value: "landingToStartSec",
    dimensions: ["model"],
    description: "time from the landing of a run's first object to its start; none for a run without data causes",
  },
  {
    name: "EstimatedCostUsd",
    unit: "None",
    kind: "distribution",
    event: "run-started",
    value: "estimatedUsd",
    dimensions: ["model"],
    description: "cost of a run that started, as it was estimated and reserved, USD",
  },
  {
    name: "ActualCostUsd",
    unit: "None",
    kind: "distribution",
    event: "run-settled",
    value: "actualUsd",
    dimensions: ["model"],
    description: "cost of a run that ended, where the cloud tells it, USD",
  },
  {
    name: "RunDuration",
    unit: "Seconds",
    kind: "distribution",
    event: "run-settled",
    value: "durationSec",
    dimensions: ["model"],
    description: "time from the decision to start a run to its end",
  },
  {
    name: "RunsEnded",
    unit: "Count",
    kind: "count",
    event: "run-settled",
    dimensions: ["model", "status"],
    description: "runs that ended: succeeded, failed or stopped",
  },
  {
    name: "StartsRefused",
    unit: "Count",
    kind: "count",
    event: "start-refused",
    dimensions: ["model"],
    description: "starts that the cloud refuses however often it is asked: the pipeline or its parameters are wrong",
  },
  {
    name: "DataSetAside",
    unit: "Count",
    kind: "count",
    event: "data-set-aside",
    dimensions: ["model"],
    description: "requests that ended without a run, and whose data waits for the next training",
  },
  {
    name: "StartsWithdrawn",
    unit: "Count",
    kind: "count",
    event: "start-withdrawn",
    dimensions: ["model"],
    description: "starts that the cloud had no room for; they wait and are tried again",
  },
  { ...STATE, name: "RunningRuns", unit: "Count", value: "runningRuns", description: "runs that hold a slot" },
  {
    ...STATE,
    name: "LongestRunRatio",
    unit: "None",
    value: "longestRunRatio",
    description:
      "age of the longest running run over the usual duration of a successful one; 0 when none runs, none before the first success",
  },
  {
    ...STATE,
    name: "BudgetUsedDay",
    unit: "None",
    value: "budgetUsedDay",
    description: "share of the UTC day's budget that is spent or reserved, 0 to 1 and more; none where the budget is 0",
  },
  {
    ...STATE,
    name: "BudgetUsedMonth",
    unit: "None",
    value: "budgetUsedMonth",
    description: "share of the UTC month's budget that is spent or reserved, 0 to 1 and more; none where the budget is 0",
  },
  {
    ...STATE,
    name: "BudgetLeftDayUsd",
    unit: "None",
    value: "budgetLeftDayUsd",
    description: "what is left of the UTC day's budget, USD; negative when priority 1 passed it",
  },
  { ...STATE, name: "WaitingRequests", unit: "Count", value: "waitingRequests", description: "deferred requests that wait" },
  {
    ...STATE,
    name: "OldestWaiting",
    unit: "Seconds",
    value: "oldestWaitingSec",
    description: "how long the oldest deferred request has waited; 0 when none does",
  },
  {
    ...STATE,
    name: "ApprovalPending",
    unit: "Count",
    value: "approvalPending",
    description: "1 while a request waits for a person's approval, 0 otherwise",
  },
  {
    ...STATE,
    name: "ApprovalExpiresIn",
    unit: "Seconds",
    value: "approvalExpiresInSec",
    description: "time until the awaited approval expires; none when none is awaited",
  },
  {
    ...STATE,
    name: "DataSilence",
    unit: "Seconds",
    value: "dataSilenceSec",
    description: "time since an object landed, at least, as far as the batches tell; none before the first",
  },
  {
    ...STATE,
    name: "MonitorSilence",
    unit: "Seconds",
    value: "monitorSilenceSec",
    description:
      "time since a drift report was evaluated; none before the first, or without a configured monitor. Alarms of CloudWatch and Vertex AI report no calm windows",
  },
  {
    ...STATE,
    name: "DriftSuspected",
    unit: "Seconds",
    value: "driftSuspectedSec",
    description:
      "how long a feature has drifted in every window without being detected, the longest of all; 0 when none is suspected",
  },
  {
    ...STATE,
    name: "Blocked",
    unit: "Count",
    value: "blocked",
    description: "1 while critical drift keeps the model from starting by itself, 0 otherwise",
  },
  { ...STATE, name: "Paused", unit: "Count", value: "paused", description: "1 while a person paused the model, 0 otherwise" },
  {
    name: "Sweeps",
    unit: "Count",
    kind: "count",
    event: "swept",
    dimensions: [],
    description: "sweeps that came to their end, failed ones included; one a minute",
  },
  {
    name: "SweepDuration",
    unit: "Milliseconds",
    kind: "distribution",
    event: "swept",
    value: "durationMs",
    dimensions: [],
    description: "time of a sweep over all models",
  },
  {
    name: "SweeperRepairs",
    unit: "Count",
    kind: "count",
    event: "sweep-repaired",
    value: "count",
    dimensions: ["model", "kind"],
    description:
      "what the sweeper did that time asked for or an event should have done: sealed, published, settled, reasked, performed, schedule",
  },
  {
    name: "SchedulesMissed",
    unit: "Count",
    kind: "count",
    event: "schedule-missed",
    dimensions: ["model"],
    description: "times of a schedule that passed without its request",
  },
  {
    name: "MessagesRejected",
    unit: "Count",
    kind: "count",
    event: "message-rejected",
    dimensions: ["function"],
    description: "messages that no retry can cure; each was set aside in the dead-letter queue",
  },
  {
    name: "HandlerErrors",
    unit: "Count",
    kind: "count",
    event: "handler-failed",
    dimensions: ["function"],
    description: "messages, models of a sweep or writes of a batch that failed and are tried again",
  },
] as const satisfies readonly MetricOfEvent[];

/**
 * Namespace in CloudWatch, where every metric has the dimension `environment` before its own, and prefix of the log-based metrics'
 * names in Google Cloud, where the name of the function, `retrigger-<environment>-…`, tells the environment.
 */
export const METRIC_NAMESPACE = "Retrigger";

/** Name of a metric of METRICS. */
export type MetricName = (typeof METRICS)[number]["name"];
