// The section `rules`: which events of the default bus on AWS, and what follows from them. A rule is a custom one, with any events
// and targets, or ready-made: one line for what a team wants on its first day.
import * as z from "zod";
import { type EventPattern, type EventRule, MAX_TARGETS } from "../../eventbridge/event-rule";
import { sagemakerEvent, sagemakerEventPattern } from "../../eventbridge/sagemaker-event";
import { SAGEMAKER_EVENTS } from "../../functions/core/sagemaker-events/catalogue";
import { text } from "./fields";
import { deployTargetSchema, modelField, priorityField, ruleTargetSchema } from "./rule-target";

const patternSchema: z.ZodType<EventPattern> = z.record(z.string(), z.any(), { error: "expected fields of an event" });

const byPattern = z.strictObject({
  pattern: patternSchema.describe(
    "Event pattern of EventBridge, such as {source: [aws.s3]}; up to 2048 characters of JSON; see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html",
  ),
});

const byName = z.looseObject({
  event: z
    .string()
    .meta({ enum: SAGEMAKER_EVENTS.map(({ name }) => name) })
    .describe(
      "Kind of SageMaker event; next to it a filter by status, name, names, prefix or other fields of the event, as in {event: endpoint, status: [FAILED]}; see docs/sagemaker-events.md",
    ),
});

/** SageMaker events by their kind, or any events by a pattern. checks/rules.ts checks the filter and the pattern. */
const ruleEventsSchema = z.union([byPattern, byName], {
  error: "expected a mapping with event, as in {event: endpoint, status: [FAILED]}, or with pattern alone",
});

/** The event pattern of checked events. */
function rulePattern(on: z.output<typeof ruleEventsSchema>): EventPattern {
  if (!("event" in on)) return on.pattern;
  const { event, ...filter } = on;
  return sagemakerEventPattern(event, filter);
}

/** Name of a rule, used in request ids and resource names. */
const ruleNameSchema = text(/^[a-z][a-z0-9-]{0,39}$/, "expected 1 to 40 of a-z, 0-9 and -, starting with a letter");

const customRule = z.strictObject({
  type: z.literal("custom").describe("Any events and any targets"),
  description: z
    .string({ error: "expected text" })
    .max(512, { error: "expected at most 512 characters" })
    .default("")
    .describe("What the rule is for; up to 512 characters"),
  on: ruleEventsSchema.describe("Events that the rule is about"),
  targets: z
    .array(ruleTargetSchema)
    .min(1, { error: "expected at least one target" })
    .max(MAX_TARGETS, {
      error: `expected at most ${MAX_TARGETS} targets, as EventBridge takes no more for a rule; give the others to a second rule on the same events`,
    })
    .describe("Targets that each event is sent to; 1 to 5"),
});

/** The name of a resource of SageMaker. */
function nameOf(what: string) {
  return text(
    /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/,
    `expected the name of ${what}, 1 to 63 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends`,
  );
}

const trainingFailed = z.strictObject({
  type: z.literal("training-failed").describe("When a SageMaker training job fails, people are told"),
});

const endpointFailed = z.strictObject({
  type: z.literal("endpoint-failed").describe("When an endpoint fails or is rolled back, a model is paused and people are told"),
  endpoint: nameOf("an endpoint").describe("Name of the SageMaker endpoint; 1 to 63 characters"),
  model: modelField("Name of the model to pause; a model on AWS with data"),
});

const modelApproved = z.strictObject({
  type: z.literal("model-approved").describe("When a version in a model package group is approved, a target deploys it"),
  group: nameOf("a model package group").describe("Name of the model package group; 1 to 63 characters"),
  deploy: deployTargetSchema.describe(
    "Target that deploys the version and is given the event; of type lambda, state-machine or sns",
  ),
});

const featuresUpdated = z.strictObject({
  type: z
    .literal("features-updated")
    .describe("When a feature group is updated, a training is requested; SageMaker sends no events for ingested records"),
  featureGroup: nameOf("a feature group").describe("Name of the feature group; 1 to 63 characters"),
  model: modelField("Name of the model to train; a model on AWS with data"),
  priority: priorityField,
});

const labelsReady = z.strictObject({
  type: z.literal("labels-ready").describe("When a Ground Truth labeling job completes, a training is requested"),
  jobs: nameOf("a labeling job, or how it begins").describe("Start of the names of the labeling jobs; 1 to 63 characters"),
  model: modelField("Name of the model to train; a model on AWS with data"),
  priority: priorityField,
});

const READY_RULE_SCHEMAS = [trainingFailed, endpointFailed, modelApproved, featuresUpdated, labelsReady] as const;

type ReadyRuleConfig = z.output<(typeof READY_RULE_SCHEMAS)[number]>;

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

/** The rules of a checked configuration; ready-made ones as the pattern and targets that they stand for. */
export function eventRules({ rules }: { readonly rules: z.output<typeof rulesSchema> }): EventRule[] {
  return Object.entries(rules).map(([name, rule]) => ({
    name,
    ...(rule.type === "custom" ? customEventRule(rule) : readyRule(rule)),
  }));
}

function customEventRule({ description, on, targets }: z.output<typeof customRule>): Omit<EventRule, "name"> {
  return { description, pattern: rulePattern(on), targets };
}

/** What a ready-made rule stands for. */
function readyRule(rule: ReadyRuleConfig): Omit<EventRule, "name"> {
  switch (rule.type) {
    case "training-failed":
      return {
        description: "Tells people of training jobs that failed",
        pattern: sagemakerEvent("training-job", { status: ["Failed"] }),
        targets: [{ type: "notify" }],
      };
    case "endpoint-failed":
      return {
        description: `Pauses ${rule.model} and tells people when endpoint ${rule.endpoint} fails or is rolled back`,
        pattern: failedEndpoint(rule.endpoint),
        targets: [{ type: "pause", model: rule.model }, { type: "notify" }],
      };
    case "model-approved":
      return {
        description: `Deploys the versions of ${rule.group} that are approved`,
        pattern: approvedPackage(rule.group),
        targets: [rule.deploy],
      };
    case "features-updated":
      return {
        description: `Asks for a training of ${rule.model} when feature group ${rule.featureGroup} is updated`,
        pattern: sagemakerEvent("feature-group", { name: rule.featureGroup, status: ["Created", "Active"] }),
        targets: [{ type: "request", model: rule.model, priority: rule.priority, metadata: {} }],
      };
    case "labels-ready":
      return {
        description: `Asks for a training of ${rule.model} when a labeling job ${rule.jobs}… completes`,
        pattern: sagemakerEvent("labeling-job", { prefix: rule.jobs, status: ["Completed"] }),
        targets: [{ type: "request", model: rule.model, priority: rule.priority, metadata: {} }],
      };
  }
}

/** Events of the endpoint itself, or of a deployment that was to change it; both have these fields. */
function failedEndpoint(name: string): EventPattern {
  const filter = { name, status: ["FAILED", "ROLLING_BACK", "UPDATE_ROLLBACK_FAILED"] } as const;
  const ofEndpoint = sagemakerEvent("endpoint", filter);
  const ofDeployment = sagemakerEvent("endpoint-deployment", filter);
  return { ...ofEndpoint, "detail-type": [ofEndpoint, ofDeployment].flatMap(({ "detail-type": types }) => types ?? []) };
}

/** A package that was approved before also sends events when something else of it changes; these are left out. */
function approvedPackage(group: string): EventPattern {
  const pattern = sagemakerEvent("model-package", { ModelPackageGroupName: [group], ModelApprovalStatus: ["Approved"] });
  const changed: EventPattern = { UpdatedModelPackageFields: ["ModelApprovalStatus", { exists: false }] };
  return { ...pattern, detail: { ...pattern.detail, ...changed } };
}
