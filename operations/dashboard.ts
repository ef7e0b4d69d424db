import type { EventName, FieldOf } from "../functions/core/log/events";
import type { MetricName } from "../functions/core/log/metric-list";
import type { Statistic } from "./alarm";
import type { NamedMetricName } from "./service-metric";

/** A metric on a widget, with a line for each of its series: a new model or outcome appears by itself. */
export interface WidgetSeries {
  readonly metric: NamedMetricName;
  readonly statistic: Statistic;
}

interface WidgetBase {
  readonly title: string;
  /** Columns of 24. */
  readonly width: 6 | 8 | 12 | 24;
}

/** Lines, or stacked areas, over time. */
export interface Chart extends WidgetBase {
  readonly kind: "lines" | "stacked";
  readonly series: readonly WidgetSeries[];
  /** Seconds between two points. */
  readonly periodSec: number;
}

/** The state of every alarm. */
interface AlarmStates extends WidgetBase {
  readonly kind: "alarms";
}

/** The newest lines of the log with one event, and fields of that. */
export interface NewestEvents extends WidgetBase {
  readonly kind: "events";
  readonly event: EventName;
  readonly fields: readonly string[];
  /** Roles of the functions that write them. */
  readonly functions: readonly string[];
}

type Widget = Chart | AlarmStates | NewestEvents;

/** A question of an operator, and the widgets that answer it. */
export interface Section {
  readonly question: string;
  /** Role of the function that its widgets tell of: without it, the section is left out. @default - it is always there */
  readonly of?: string;
  readonly widgets: readonly Widget[];
}

export const HOUR_SEC = 3600;
const DAY_SEC = 86_400;
export const FIVE_MINUTES_SEC = 300;

export function lines(title: string, width: Widget["width"], periodSec: number, series: readonly WidgetSeries[]): Chart {
  return { kind: "lines", title, width, periodSec, series };
}

export function counted(
  title: string,
  width: Widget["width"],
  periodSec: number,
  ...metrics: readonly WidgetSeries["metric"][]
): Chart {
  return { kind: "stacked", title, width, periodSec, series: metrics.map((metric) => ({ metric, statistic: "sum" })) };
}

export function highest(...metrics: readonly WidgetSeries["metric"][]): WidgetSeries[] {
  return metrics.map((metric) => ({ metric, statistic: "maximum" }));
}

export function newest<E extends EventName>(
  title: string,
  width: Widget["width"],
  event: E,
  { fields, functions }: { readonly fields: readonly FieldOf<E>[]; readonly functions: readonly string[] },
): NewestEvents {
  return { kind: "events", title, width, event, fields, functions };
}

/**
 * What an operator asks first, in this order. The documents' three widgets are among them: triggers by type, decisions, drift
 * scores.
 */
export const DASHBOARD: readonly Section[] = [
  {
    question: "Is it healthy?",
    widgets: [
      { kind: "alarms", title: "Alarms", width: 24 },
      lines("Failed messages that wait for a person", 8, FIVE_MINUTES_SEC, highest("DeadLetters")),
      lines("Age of the oldest message, seconds", 8, FIVE_MINUTES_SEC, highest("QueueAge")),
      counted(
        "Errors of functions",
        8,
        FIVE_MINUTES_SEC,
        "FunctionErrors",
        "FunctionThrottles",
        "HandlerErrors",
        "MessagesRejected",
      ),
      counted("Sweeps", 8, FIVE_MINUTES_SEC, "Sweeps"),
      lines("Duration of a sweep, milliseconds", 8, FIVE_MINUTES_SEC, highest("SweepDuration")),
      counted("What sweeps repaired, and schedules missed", 8, HOUR_SEC, "SweeperRepairs", "SchedulesMissed"),
    ],
  },
  {
    question: "What was decided?",
    widgets: [
      counted("Triggers by type", 12, HOUR_SEC, "TriggerEvents"),
      counted("Training decisions", 12, HOUR_SEC, "Decisions"),
      counted("Decisions by reason", 12, HOUR_SEC, "DecisionsByReason"),
      counted(
        "Runs that ended, starts refused or withdrawn, and lists left out",
        12,
        HOUR_SEC,
        "RunsEnded",
        "StartsRefused",
        "StartsWithdrawn",
        "ManifestsLeftOut",
      ),
      lines("Running runs", 8, FIVE_MINUTES_SEC, highest("RunningRuns")),
      lines("Longest run over the usual duration", 8, FIVE_MINUTES_SEC, highest("LongestRunRatio")),
      lines("Duration of a run, seconds", 8, HOUR_SEC, highest("RunDuration")),
      newest("Newest decisions", 24, "decided", {
        fields: ["model", "requestId", "outcome", "reason"],
        functions: ["coordinator", "sweeper"],
      }),
    ],
  },
  {
    question: "Does the data change?",
    widgets: [
      lines("Drift score by feature", 24, HOUR_SEC, highest("DriftScore")),
      lines("Severity of detected drift: 0 none to 4 critical", 8, HOUR_SEC, highest("DriftSeverity")),
      lines("Drift suspected for, seconds", 8, FIVE_MINUTES_SEC, highest("DriftSuspected")),
      lines("Time since a drift report, seconds", 8, FIVE_MINUTES_SEC, highest("MonitorSilence")),
      lines("Time since new data, seconds", 8, FIVE_MINUTES_SEC, highest("DataSilence")),
      lines("Objects of a batch", 8, HOUR_SEC, highest("BatchObjects")),
      lines("From landing: to the batch's seal, to the run's start, seconds", 8, HOUR_SEC, highest("BatchAge", "LandingToStart")),
    ],
  },
  {
    question: "What does it cost?",
    widgets: [
      lines("Share of the budget used: day, month", 12, FIVE_MINUTES_SEC, highest("BudgetUsedDay", "BudgetUsedMonth")),
      lines("Left of the day's budget, USD", 12, FIVE_MINUTES_SEC, [{ metric: "BudgetLeftDayUsd", statistic: "minimum" }]),
      counted("Estimated cost of a day's starts, USD", 12, DAY_SEC, "EstimatedCostUsd"),
      counted("Actual cost of a day's ended runs, USD", 12, DAY_SEC, "ActualCostUsd"),
    ],
  },
  {
    question: "What waits for me?",
    widgets: [
      lines("Approvals, blocks and pauses", 8, FIVE_MINUTES_SEC, highest("ApprovalPending", "Blocked", "Paused")),
      lines("Time left to approve, seconds", 8, FIVE_MINUTES_SEC, [{ metric: "ApprovalExpiresIn", statistic: "minimum" }]),
      lines(
        "Deferred requests, and how long the oldest waits, seconds",
        8,
        FIVE_MINUTES_SEC,
        highest("WaitingRequests", "OldestWaiting"),
      ),
    ],
  },
  {
    question: "What became of trained models?",
    of: "promoter",
    widgets: [
      counted("Candidates by how they ended", 8, HOUR_SEC, "CandidatesEnded"),
      counted("Guardrails that did not pass", 8, HOUR_SEC, "GuardrailsNotPassed"),
      counted("Steps of candidates", 8, HOUR_SEC, "CandidateSteps"),
      lines("Age of the candidate that is decided about, seconds", 8, FIVE_MINUTES_SEC, highest("CandidateAge")),
      lines("Time left to approve a candidate, seconds", 8, FIVE_MINUTES_SEC, [
        { metric: "CandidateApprovalExpiresIn", statistic: "minimum" },
      ]),
      counted(
        "Marks overruled, models frozen, and what is postponed",
        8,
        HOUR_SEC,
        "MarksOverruled",
        "ModelsFrozen",
        "EffectsPostponed",
      ),
      newest("Newest candidates", 24, "candidate-ended", {
        fields: ["model", "requestId", "outcome", "why"],
        functions: ["promoter"],
      }),
    ],
  },
  {
    question: "Where does the traffic go?",
    of: "rollout",
    widgets: [
      lines("Percent of the traffic that candidates are to get", 8, FIVE_MINUTES_SEC, highest("RolloutPercent")),
      lines("Age of a rollout, seconds", 8, FIVE_MINUTES_SEC, highest("RolloutAge")),
      lines("Change not reached for, and held for, seconds", 8, FIVE_MINUTES_SEC, highest("RolloutBusyFor", "RolloutHeldFor")),
      counted("Rollouts by how they ended", 8, HOUR_SEC, "RolloutsEnded"),
      counted("Steps of rollouts", 8, HOUR_SEC, "RolloutSteps"),
      counted("Holds, and wrong shares", 8, HOUR_SEC, "RolloutsHeld", "SharesWrong"),
      newest("Newest steps of rollouts", 24, "rollout-step", {
        fields: ["model", "requestId", "step", "traffic", "why"],
        functions: ["promoter"],
      }),
    ],
  },
];

/** Metrics that neither the dashboard nor an alarm shows: they are for queries. */
export const FOR_QUERIES_ONLY: readonly MetricName[] = ["DriftReports"];

/** Columns of both clouds' dashboards; Cloud Monitoring allows 48, CloudWatch has 24. */
export const DASHBOARD_COLUMNS = 24;
const WIDGET_HEIGHT = 6;
const HEADING_HEIGHT = 2;

/** A section's question, or one of its widgets, where it stands; units are columns and rows. */
export interface Placed {
  readonly content: Widget | { readonly kind: "heading"; readonly text: string };
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Every section below the other: its question, then its widgets, from left to right while there is room. */
export function placedWidgets(sections: readonly Section[]): Placed[] {
  const placed: Placed[] = [];
  let y = 0;
  for (const { question, widgets } of sections) {
    placed.push({ content: { kind: "heading", text: question }, x: 0, y, width: DASHBOARD_COLUMNS, height: HEADING_HEIGHT });
    y += HEADING_HEIGHT;
    let x = 0;
    for (const widget of widgets) {
      if (x + widget.width > DASHBOARD_COLUMNS) {
        x = 0;
        y += WIDGET_HEIGHT;
      }
      placed.push({ content: widget, x, y, width: widget.width, height: WIDGET_HEIGHT });
      x += widget.width;
    }
    y += WIDGET_HEIGHT;
  }
  return placed;
}
