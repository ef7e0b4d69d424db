import type { WatchLevel } from "../functions/core/log/essential-metrics";
import { counted, DASHBOARD, FIVE_MINUTES_SEC, HOUR_SEC, highest, lines, newest, type Section } from "./dashboard";

/** What an operator asks first, where the essential is watched: what models do is told by the log, which costs no metrics. */
const ESSENTIAL_DASHBOARD: readonly Section[] = [
  {
    question: "Is it healthy?",
    widgets: [
      { kind: "alarms", title: "Alarms", width: 24 },
      lines("Failed messages that wait for a person", 8, FIVE_MINUTES_SEC, highest("DeadLetters")),
      lines("Age of the oldest message, seconds", 8, FIVE_MINUTES_SEC, highest("QueueAge")),
      counted("Errors of functions", 8, FIVE_MINUTES_SEC, "FunctionErrors", "FunctionThrottles", "AllHandlerErrors"),
      counted("Sweeps", 8, FIVE_MINUTES_SEC, "Sweeps"),
      counted("Limits of models that are passed, by alarm", 8, FIVE_MINUTES_SEC, "LimitsPassed"),
      counted(
        "Schedules missed, starts refused, data set aside, and lists left out",
        8,
        HOUR_SEC,
        "AllSchedulesMissed",
        "AllStartsRefused",
        "AllDataSetAside",
        "AllManifestsLeftOut",
      ),
    ],
  },
  {
    question: "Which models?",
    widgets: [
      newest("Newest limits that were passed", 24, "limit-passed", {
        fields: ["model", "alarm", "value", "limit"],
        functions: ["sweeper"],
      }),
      newest("How models stand", 24, "model-state", {
        fields: [
          "model",
          "runningRuns",
          "waitingRequests",
          "budgetUsedDay",
          "budgetUsedMonth",
          "dataSilenceSec",
          "driftSuspectedSec",
        ],
        functions: ["sweeper"],
      }),
    ],
  },
  {
    question: "What was decided, and what did it cost?",
    widgets: [
      counted("Requests by model", 24, HOUR_SEC, "ModelRequests"),
      newest("Newest decisions", 24, "decided", {
        fields: ["model", "requestId", "outcome", "reason"],
        functions: ["coordinator", "sweeper"],
      }),
      newest("Newest runs that ended", 24, "run-settled", {
        fields: ["model", "requestId", "status", "actualUsd", "durationSec"],
        functions: ["coordinator", "sweeper"],
      }),
    ],
  },
  {
    question: "Does the data change?",
    widgets: [
      newest("Newest drift reports", 24, "drift-evaluated", {
        fields: ["model", "requestId", "severity"],
        functions: ["drift-evaluator"],
      }),
    ],
  },
  {
    question: "What became of trained models?",
    of: "promoter",
    widgets: [
      counted("Models frozen, and what is postponed", 24, HOUR_SEC, "AllModelsFrozen", "AllEffectsPostponed"),
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
      counted("Rollouts by how they ended, and wrong shares", 24, HOUR_SEC, "AllRolloutsEnded", "AllSharesWrong"),
      newest("Newest steps of rollouts", 24, "rollout-step", {
        fields: ["model", "requestId", "step", "traffic", "why"],
        functions: ["promoter"],
      }),
    ],
  },
];

/** The sections of the dashboard of a deployment of these functions, by role. */
export function sectionsFor(watch: WatchLevel, functions: readonly string[]): readonly Section[] {
  const sections = watch === "essential" ? ESSENTIAL_DASHBOARD : DASHBOARD;
  return sections.filter(({ of }) => of === undefined || functions.includes(of));
}
