// The section `rules` of retrigger.yaml: which events of the default bus, and what follows from them.
import * as z from "zod";
import { type EventPattern, type EventRule, MAX_TARGETS } from "../../eventbridge/event-rule";
import { sagemakerEventPattern } from "../../eventbridge/sagemaker-event";
import { SAGEMAKER_EVENTS } from "../../functions/core/sagemaker-events/catalogue";
import { text } from "./fields";
import { READY_RULE_SCHEMAS, readyRule } from "./ready-rules";
import { ruleTargetSchema } from "./rule-target";

// Which events a rule of retrigger.yaml is about; what is wrong with a filter or a pattern, rule-rules.ts tells.

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

/** Name of a rule: it stands in request ids and resource names. */
export const ruleNameSchema = text(/^[a-z][a-z0-9-]{0,39}$/, "expected 1 to 40 of a-z, 0-9 and -, starting with a letter");

const customRule = z.strictObject({
  type: z.literal("custom").describe("Any events, any targets"),
  description: z
    .string({ error: "expected text" })
    .max(512, { error: "expected at most 512 characters" })
    .default("")
    .describe("What the rule is for; at most 512 characters"),
  on: ruleEventsSchema.describe("Which events"),
  targets: z
    .array(ruleTargetSchema)
    .min(1, { error: "expected at least one target" })
    .max(MAX_TARGETS, {
      error: `expected at most ${MAX_TARGETS} targets, as EventBridge takes no more for a rule; give the others to a second rule on the same events`,
    })
    .describe("What each event is sent to; 1 to 5"),
});

/** One entry of `rules`. */
export const ruleSchema = z.discriminatedUnion("type", [...READY_RULE_SCHEMAS, customRule], {
  error:
    "expected a mapping whose type is training-failed, endpoint-failed, model-approved, features-updated, labels-ready or custom",
});

/**
 * A queue's policy names each rule that it lets in, within 8,192 bytes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
 */
const MAX_RULES = 40;

/** The rules, by name. */
export const rulesSchema = z.record(ruleNameSchema, ruleSchema).refine((rules) => Object.keys(rules).length <= MAX_RULES, {
  error: `expected at most ${MAX_RULES} rules; join those that differ in their events alone, or give some to another environment`,
});

/** The rules of a checked configuration; those that are ready-made as what they stand for. */
export function eventRules({ rules }: { readonly rules: z.output<typeof rulesSchema> }): EventRule[] {
  return Object.entries(rules).map(([name, rule]) => ({
    name,
    ...(rule.type === "custom" ? customEventRule(rule) : readyRule(rule)),
  }));
}

function customEventRule({ description, on, targets }: z.output<typeof customRule>): Omit<EventRule, "name"> {
  return { description, pattern: rulePattern(on), targets };
}
