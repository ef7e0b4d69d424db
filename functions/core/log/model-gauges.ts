import type { MetricOfEvent } from "./metric";

/** Of `model-state`, which the sweeper writes for each model by turns. */
const STATE = { kind: "gauge", event: "model-state", dimensions: ["model"] } as const;

/** How each model stands, as metrics: all but one from the event `model-state`. */
export const MODEL_GAUGES = [
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
    description: "time since an object landed, at least, by what the batches recorded; none before the first",
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
    name: "CapturesUnread",
    unit: "None",
    kind: "gauge",
    event: "monitor-window-partly-read",
    also: ["monitor-window-unreadable", "monitor-baseline-empty"],
    value: "unreadShare",
    dimensions: ["model"],
    description: "share of the lines of a window of requests, or of a column's values, that is not compared; none where all is",
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
  {
    ...STATE,
    name: "Paused",
    unit: "Count",
    value: "paused",
    description: "1 while the model is paused, by a person, a rule or a freeze, 0 otherwise",
  },
] as const satisfies readonly MetricOfEvent[];
