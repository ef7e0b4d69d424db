// Which events a rule of retrigger.yaml is about; what is wrong with a filter or a pattern, rule-rules.ts tells.
import * as z from "zod";
import type { EventPattern } from "../functions/core/event-rules/event-rule";
import { SAGEMAKER_EVENTS } from "../functions/core/sagemaker-events/catalogue";
import { sagemakerEventPattern } from "../functions/core/sagemaker-events/sagemaker-event";

const patternSchema: z.ZodType<EventPattern> = z.record(z.string(), z.any(), { error: "expected fields of an event" });

const byPattern = z.strictObject({
  pattern: patternSchema.describe(
    "Event pattern of EventBridge, such as {source: [aws.s3]}; at most 2048 characters as JSON: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html",
  ),
});

const byName = z.looseObject({
  event: z
    .string()
    .meta({ enum: SAGEMAKER_EVENTS.map(({ name }) => name) })
    .describe(
      "What SageMaker tells of; beside it a filter: status, name, names or prefix of the thing, and further fields of the event, as in {event: endpoint, status: [FAILED]}: docs/sagemaker-events.md",
    ),
});

/** Events of SageMaker by what they tell of, or any events by a pattern. */
export const ruleEventsSchema = z.union([byPattern, byName], {
  error: "expected a mapping with event, as in {event: endpoint, status: [FAILED]}, or with pattern alone",
});

/** The event pattern of these events, which were checked. */
export function rulePattern(on: z.output<typeof ruleEventsSchema>): EventPattern {
  if (!("event" in on)) return on.pattern;
  const { event, ...filter } = on;
  return sagemakerEventPattern(event, filter);
}
