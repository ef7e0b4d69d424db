// Rules that a team wants on its first day, each one line of retrigger.yaml: a type, and what it is about.
import * as z from "zod";
import type { EventPattern, EventRule } from "../../eventbridge/event-rule";
import { sagemakerEvent } from "../../eventbridge/sagemaker-event";
import { text } from "./fields";
import { deployTargetSchema, modelField, priorityField } from "./rule-target";

/** Of SageMaker's things. */
function nameOf(what: string) {
  return text(
    /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/,
    `expected the name of ${what}, 1 to 63 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends`,
  );
}

const trainingFailed = z.strictObject({
  type: z.literal("training-failed").describe("A SageMaker training job failed: people are told"),
});

const endpointFailed = z.strictObject({
  type: z.literal("endpoint-failed").describe("An endpoint failed or is rolled back: a model is paused, and people are told"),
  endpoint: nameOf("an endpoint").describe("Name of the endpoint"),
  model: modelField("Model that is paused; one on AWS"),
});

const modelApproved = z.strictObject({
  type: z.literal("model-approved").describe("A version in a model package group was approved: a target deploys it"),
  group: nameOf("a model package group").describe("Name of the model package group"),
  deploy: deployTargetSchema.describe("What deploys it, given the event: a target of type lambda, state-machine or sns"),
});

const featuresUpdated = z.strictObject({
  type: z
    .literal("features-updated")
    .describe("A feature group was updated: a training is asked for; SageMaker does not tell of the records that it takes in"),
  featureGroup: nameOf("a feature group").describe("Name of the feature group"),
  model: modelField("Model that is trained; one on AWS"),
  priority: priorityField,
});

const labelsReady = z.strictObject({
  type: z.literal("labels-ready").describe("A Ground Truth labeling job completed: a training is asked for"),
  jobs: nameOf("a labeling job, or how it begins").describe("How the names of the labeling jobs begin"),
  model: modelField("Model that is trained; one on AWS"),
  priority: priorityField,
});

/** Each kind of ready-made rule. */
export const READY_RULE_SCHEMAS = [trainingFailed, endpointFailed, modelApproved, featuresUpdated, labelsReady] as const;

type ReadyRuleConfig = z.output<(typeof READY_RULE_SCHEMAS)[number]>;

/** What a ready-made rule stands for. */
export function readyRule(rule: ReadyRuleConfig): Omit<EventRule, "name"> {
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

/** The endpoint itself tells of it, or the deployment that was to change it; their events have these fields in common. */
function failedEndpoint(name: string): EventPattern {
  const filter = { name, status: ["FAILED", "ROLLING_BACK", "UPDATE_ROLLBACK_FAILED"] } as const;
  const ofEndpoint = sagemakerEvent("endpoint", filter);
  const ofDeployment = sagemakerEvent("endpoint-deployment", filter);
  return { ...ofEndpoint, "detail-type": [ofEndpoint, ofDeployment].flatMap(({ "detail-type": types }) => types ?? []) };
}

/** Of a package that was approved before, events tell too, when something else of it changes. */
function approvedPackage(group: string): EventPattern {
  const pattern = sagemakerEvent("model-package", { ModelPackageGroupName: [group], ModelApprovalStatus: ["Approved"] });
  const changed: EventPattern = { UpdatedModelPackageFields: ["ModelApprovalStatus", { exists: false }] };
  return { ...pattern, detail: { ...pattern.detail, ...changed } };
}
