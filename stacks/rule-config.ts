// The section `rules` of retrigger.yaml: which events of the default bus, and what follows from them.
import * as z from "zod";
import { type EventRule, MAX_TARGETS } from "../functions/core/event-rules/event-rule";
import { text } from "./config-fields";
import { READY_RULE_SCHEMAS, readyRule } from "./ready-rules";
import { ruleEventsSchema, rulePattern } from "./rule-events";
import { ruleTargetSchema } from "./rule-target-config";

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
