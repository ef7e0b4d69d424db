import type { CoordinatorPolicy } from "../../functions/core/coordination/policy";
import type { ModelSettings, PipelineSettings, VertexPipeline } from "../../functions/core/model-settings";
import { driftPolicy } from "../sections/drift";
import { durationMs } from "../sections/fields";
import type { ModelConfig } from "../sections/model";
import { monitoringSettings } from "../sections/monitoring";
import type { PolicyConfig } from "../sections/policy";
import { modelSchedules, watchedSchedules } from "../sections/schedule";

/** Where the pipelines of Google Cloud run, and as whom when their model does not say. */
export type VertexRuns = Pick<VertexPipeline, "project" | "location" | "serviceAccount">;

/**
 * What the functions must know of a configured model; `runs` is of the cloud of a Vertex AI pipeline.
 * @throws Error when the model has no data, or its pipeline is none of its cloud
 */
export function modelSettings(
  model: string,
  { data, batch, pipeline, policy, drift, monitoring, schedule }: ModelConfig,
  runs?: VertexRuns,
): ModelSettings {
  if (data === undefined) throw new Error(`model ${model} has no data, so no function needs to know of it; expected one with data`);
  const { bucket, prefixes, suffixes, manifestPrefix } = data;
  const schedules = watchedSchedules(modelSchedules(model, schedule, pipeline.name === undefined ? "gcp" : "aws"));
  return {
    model,
    data: { bucket, prefixes, suffixes, manifestPrefix },
    batch: {
      batchSize: batch.size,
      ...(batch.window === "never" ? {} : { windowMs: durationMs(batch.window) }),
      ...(batch.quietPeriod === "never" ? {} : { quietPeriodMs: durationMs(batch.quietPeriod) }),
      dedupeHorizonMs: durationMs(batch.dedupeHorizon),
      retentionMs: durationMs(batch.retention),
    },
    pipeline: pipelineSettings(model, pipeline, runs),
    policy: coordinatorPolicy(policy),
    drift: driftPolicy(drift),
    monitoring: monitoringSettings(monitoring, { model, bucket, cloud: pipeline.name === undefined ? "gcp" : "aws" }, runs),
    ...(schedules.length === 0 ? {} : { schedules }),
  };
}

/**
 * The pipeline of a configured model as the functions start it; `runs` is of the cloud of a Vertex AI pipeline.
 * @throws Error when it is none of its cloud
 */
export function pipelineSettings(model: string, pipeline: ModelConfig["pipeline"], runs: VertexRuns | undefined): PipelineSettings {
  const { name, template, outputDirectory, parameters } = pipeline;
  if (name !== undefined) return { name, parameters };
  if (template === undefined || outputDirectory === undefined || runs === undefined) {
    throw new Error(
      `model ${model} has no pipeline of its cloud; expected a configuration that loadConfig checked, on its own stack`,
    );
  }
  const { serviceAccount = runs.serviceAccount, caching = false } = pipeline;
  return {
    name: templateName(template),
    parameters,
    vertex: { ...runs, template, outputDirectory: outputDirectory.replace(/\/+$/, ""), serviceAccount, caching },
  };
}

/** What people call a pipeline: the file of its template without extension, or its package. */
function templateName(template: string): string {
  const steps = template.split("/");
  const isPackage = template.startsWith("https:");
  return (steps.at(isPackage ? -2 : -1) ?? template).replace(isPackage ? "" : /\.(?:json|ya?ml)$/, "");
}

function coordinatorPolicy(policy: PolicyConfig): CoordinatorPolicy {
  const { maxRuns, minNewObjects, maxStartsPerDay, cost, backoff, approval, adaptive } = policy;
  const [first, second, third, fourth, fifth] = approval.expires;
  return {
    maxRuns,
    cooldownMs: durationMs(policy.cooldown),
    minNewObjects,
    maxStartsPerDay,
    budget: { dailyUsd: policy.dailyBudgetUsd, monthlyUsd: policy.monthlyBudgetUsd },
    cost,
    backoff: {
      afterFailures: backoff.afterFailures,
      delayMs: durationMs(backoff.delay),
      maxDelayMs: durationMs(backoff.maxDelay),
    },
    approval: {
      needed: approval.needed,
      approvers: approval.approvers,
      expiresMs: [durationMs(first), durationMs(second), durationMs(third), durationMs(fourth), durationMs(fifth)],
    },
    deferralExpiresMs: durationMs(policy.deferralExpires),
    ...(adaptive === undefined ? {} : { adaptive: { objects: adaptive.objects, ageMs: durationMs(adaptive.age) } }),
  };
}
