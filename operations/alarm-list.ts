import type { Alarm } from "./alarm";

const MINUTE_SEC = 60;
const HOUR_SEC = 3600;

/**
 * How long a monitor may say nothing at all before its alarm, 23 hours in seconds: a monitor that is new has that long for its
 * first report, and Cloud Monitoring allows little more.
 * https://cloud.google.com/monitoring/alerts/concepts-indepth#absence-conditions
 */
export const MONITOR_PATIENCE_SEC = 23 * HOUR_SEC;

/** Two of three values of five minutes: one that is late or missing neither raises nor ends an alarm. */
const STEADY = { periodSec: 5 * MINUTE_SEC, periods: 3, datapoints: 2, missing: "not-breaching" } as const;
/** As soon as it is seen. */
const AT_ONCE = { periodSec: 5 * MINUTE_SEC, periods: 1, datapoints: 1, missing: "not-breaching" } as const;
/**
 * Of what the sweeper tells of each model by turns, every `LONGEST_UNTOLD_MIN` at least (functions/core/log/model-state.ts): one
 * value of the last half hour, so that the alarm neither ends nor is raised anew between two. A value is read from the model's
 * record, and so is not noise.
 */
const BY_TURNS = { periodSec: 5 * MINUTE_SEC, periods: 6, datapoints: 1, missing: "not-breaching" } as const;
/** Of windows, of which each turn of the capture monitor, hourly, may tell one: so that no turn between ends the alarm. */
const BY_WINDOW = { periodSec: HOUR_SEC, periods: 2, datapoints: 1, missing: "not-breaching" } as const;
/** For a quarter of an hour without a break. */
const LASTING = { periodSec: 5 * MINUTE_SEC, periods: 3, datapoints: 3, missing: "not-breaching" } as const;

const HIGHEST = { statistic: "maximum", comparison: "above" } as const;
const COUNTED = { statistic: "sum", comparison: "above" } as const;
const REACHED = { statistic: "maximum", comparison: "at-least" } as const;

/** Every alarm of both clouds: data, a block for each. */
export const ALARMS = [
  {
    ...HIGHEST,
    ...AT_ONCE,
    name: "dead-letters",
    metric: "DeadLetters",
    per: "dead-letter-queue",
    threshold: () => 0,
    severity: "critical",
    summary: "messages failed for good and wait for a person; what they asked for has not happened",
  },
  {
    ...HIGHEST,
    ...LASTING,
    name: "queue-age",
    metric: "QueueAge",
    per: "queue",
    threshold: ({ queueAgeSec }) => queueAgeSec,
    severity: "critical",
    summary: "messages wait longer than they should; objects, reports or requests are not handled in time",
  },
  {
    ...COUNTED,
    ...STEADY,
    name: "function-errors",
    metric: "FunctionErrors",
    per: "function",
    threshold: () => 0,
    severity: "critical",
    summary: "a function fails as a whole, again and again",
  },
  {
    ...COUNTED,
    ...LASTING,
    name: "function-throttles",
    metric: "FunctionThrottles",
    per: "function",
    threshold: () => 0,
    severity: "warning",
    summary: "the cloud refuses to run a function that is asked for",
  },
  {
    ...COUNTED,
    ...LASTING,
    name: "handler-errors",
    metric: "HandlerErrors",
    per: "function",
    threshold: () => 0,
    severity: "warning",
    summary: "a function keeps failing on single messages or models, which it tries again",
  },
  {
    statistic: "sum",
    comparison: "below",
    periodSec: 5 * MINUTE_SEC,
    periods: 3,
    datapoints: 3,
    missing: "breaching",
    name: "sweeper-silent",
    metric: "Sweeps",
    per: "deployment",
    threshold: () => 1,
    severity: "critical",
    summary: "no sweep came to its end for a quarter of an hour; batches, deferrals, runs and this deployment's other alarms wait",
  },
  {
    ...COUNTED,
    ...AT_ONCE,
    name: "schedule-missed",
    metric: "SchedulesMissed",
    per: "model",
    threshold: ({ hasSchedule }) => (hasSchedule ? 0 : undefined),
    severity: "critical",
    summary: "a schedule's time passed without its request",
  },
  {
    ...COUNTED,
    ...AT_ONCE,
    name: "start-refused",
    metric: "StartsRefused",
    per: "model",
    threshold: () => 0,
    severity: "critical",
    summary: "the cloud refuses to start the pipeline however often it is asked",
  },
  {
    ...COUNTED,
    ...AT_ONCE,
    name: "data-set-aside",
    metric: "DataSetAside",
    per: "model",
    threshold: () => 0,
    severity: "warning",
    summary: "a request ended without a run; its data waits for the next training",
  },
  {
    ...COUNTED,
    ...AT_ONCE,
    name: "manifest-left-out",
    metric: "ManifestsLeftOut",
    per: "model",
    threshold: () => 0,
    severity: "warning",
    summary: "a training runs without a list of objects that is gone or was changed",
  },
  {
    ...HIGHEST,
    ...BY_TURNS,
    name: "no-data",
    metric: "DataSilence",
    per: "model",
    threshold: ({ noDataSec }) => noDataSec,
    severity: "warning",
    summary: "no new data has landed for longer than usual",
  },
  {
    statistic: "minimum",
    comparison: "above",
    periodSec: HOUR_SEC,
    periods: MONITOR_PATIENCE_SEC / HOUR_SEC,
    datapoints: MONITOR_PATIENCE_SEC / HOUR_SEC,
    missing: "breaching",
    name: "monitor-silent",
    metric: "MonitorSilence",
    per: "model",
    threshold: ({ monitorSilentSec }) => (monitorSilentSec === undefined ? undefined : monitorSilentSec - MONITOR_PATIENCE_SEC),
    severity: "warning",
    summary: "the monitor has sent no drift report for too long; drift would go unseen",
  },
  {
    ...HIGHEST,
    ...BY_WINDOW,
    name: "captures-unread",
    metric: "CapturesUnread",
    per: "model",
    threshold: ({ unreadShare }) => unreadShare,
    severity: "warning",
    summary: "a window of captured requests was read in part or not at all; drift in the rest goes unseen",
  },
  {
    ...HIGHEST,
    ...BY_TURNS,
    name: "drift-suspected",
    metric: "DriftSuspected",
    per: "model",
    threshold: ({ suspectedSec }) => suspectedSec,
    severity: "warning",
    summary: "a feature drifts in every window, but never enough to be taken for drift",
  },
  {
    ...REACHED,
    ...BY_TURNS,
    name: "budget-day-high",
    metric: "BudgetUsedDay",
    per: "model",
    threshold: ({ hasDailyBudget }) => (hasDailyBudget ? 0.8 : undefined),
    severity: "warning",
    summary: "80 % of the day's budget is spent or reserved",
  },
  {
    ...REACHED,
    ...BY_TURNS,
    name: "budget-day-spent",
    metric: "BudgetUsedDay",
    per: "model",
    threshold: ({ hasDailyBudget }) => (hasDailyBudget ? 1 : undefined),
    severity: "critical",
    summary: "the day's budget is spent or reserved; all but priority 1 waits for the next day (UTC)",
  },
  {
    ...REACHED,
    ...BY_TURNS,
    name: "budget-month-high",
    metric: "BudgetUsedMonth",
    per: "model",
    threshold: ({ hasMonthlyBudget }) => (hasMonthlyBudget ? 0.8 : undefined),
    severity: "warning",
    summary: "80 % of the month's budget is spent or reserved",
  },
  {
    ...REACHED,
    ...BY_TURNS,
    name: "budget-month-spent",
    metric: "BudgetUsedMonth",
    per: "model",
    threshold: ({ hasMonthlyBudget }) => (hasMonthlyBudget ? 1 : undefined),
    severity: "critical",
    summary: "the month's budget is spent or reserved; all but priority 1 waits for the next month (UTC)",
  },
  {
    ...AT_ONCE,
    statistic: "minimum",
    comparison: "below",
    name: "approval-expiring",
    metric: "ApprovalExpiresIn",
    per: "model",
    threshold: ({ approvalLeftSec }) => approvalLeftSec,
    severity: "warning",
    summary: "a request that waits for a person's approval is about to expire",
  },
  {
    ...HIGHEST,
    ...BY_TURNS,
    name: "run-overdue",
    metric: "LongestRunRatio",
    per: "model",
    threshold: ({ runOverUsual }) => runOverUsual,
    severity: "warning",
    summary: "a run takes far longer than usual; it holds a slot and money",
  },
  {
    ...COUNTED,
    name: "storm",
    metric: "TriggerEvents",
    per: "model",
    periodSec: HOUR_SEC,
    periods: 1,
    datapoints: 1,
    missing: "not-breaching",
    threshold: ({ storm }) => storm,
    severity: "warning",
    summary: "far more requests than usual came in within an hour",
  },
  {
    ...AT_ONCE,
    statistic: "minimum",
    comparison: "below",
    name: "candidate-expiring",
    metric: "CandidateApprovalExpiresIn",
    per: "model",
    threshold: ({ promotion, approvalLeftSec }) => (promotion === undefined ? undefined : approvalLeftSec),
    severity: "warning",
    summary: "a candidate that waits for a person's approval is about to expire",
  },
  {
    ...HIGHEST,
    ...LASTING,
    name: "candidate-undecided",
    metric: "CandidateAge",
    per: "model",
    threshold: ({ promotion }) => promotion?.candidateAgeSec,
    severity: "warning",
    summary: "a candidate is neither approved nor rejected for longer than any approval may take; what served before still does",
  },
  {
    ...COUNTED,
    ...AT_ONCE,
    name: "model-frozen",
    metric: "ModelsFrozen",
    per: "model",
    threshold: ({ promotion }) => (promotion === undefined ? undefined : 0),
    severity: "warning",
    summary: "promotions in a row brought no gain; automatic trainings of the model are frozen until a person thaws them",
  },
  {
    ...COUNTED,
    ...LASTING,
    name: "effects-postponed",
    metric: "EffectsPostponed",
    per: "model",
    threshold: ({ promotion }) => (promotion === undefined ? undefined : 0),
    severity: "warning",
    summary: "what was decided keeps failing to be done; the registry may refuse a mark, or nobody can be told",
  },
] as const satisfies readonly Alarm[];

/** Name of an alarm of ALARMS. */
export type AlarmName = (typeof ALARMS)[number]["name"];
