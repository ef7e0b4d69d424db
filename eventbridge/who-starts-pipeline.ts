import type { PipelineSchedule } from "../functions/core/schedules/pipeline-schedule";
import { isRate } from "../functions/core/schedules/timing";

/**
 * The paths into the event of a scheduled rule that are texts for certain; what a path to anything else gives a pipeline is
 * documented nowhere. https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export const EVENT_PATHS = ["$.time", "$.id", "$.account", "$.region"] as const;

/** True for a parameter's value that EventBridge fills in. */
export function isEventPath(value: string): boolean {
  return EVENT_PATHS.some((path) => path === value);
}

/**
 * True for the name of a pipeline's parameter that a rule's target takes: it may hold no `_`.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SageMakerPipelineParameter.html
 */
export function isRuleName(name: string): boolean {
  return /^[a-zA-Z0-9](?:-*[a-zA-Z0-9])*$/.test(name);
}

/** True for a zone whose clock is UTC's. */
function isUtc(timeZone: string): boolean {
  return timeZone === "UTC" || timeZone === "Etc/UTC";
}

/**
 * Which service starts a pipeline when it is time. A rule of EventBridge, as the documents have it, fills in paths, but knows UTC
 * alone and no names with `_`; EventBridge Scheduler knows time zones and those names, but no paths. Undefined where neither does.
 */
export function whoStartsPipeline({ timing, timeZone, parameters }: PipelineSchedule): "rule" | "scheduler" | undefined {
  const goesByUtc = isRate(timing) || isUtc(timeZone);
  if (goesByUtc && Object.keys(parameters).every(isRuleName)) return "rule";
  return Object.values(parameters).some(isEventPath) ? undefined : "scheduler";
}
