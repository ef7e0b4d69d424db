import {
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  type PipelineExecutionStep,
  type PipelineExecutionStepMetadata,
  paginateListPipelineExecutionSteps,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { type Log, messageOf } from "../../../core/log/log";
import { isLastingRefusal } from "./sagemaker-refusal";

type StepKind = keyof PipelineExecutionStepMetadata;

/** Steps that pay for no instances. What a callback or a Lambda does elsewhere is not counted. */
const FREE_KINDS: ReadonlySet<string> = new Set<StepKind>([
  "Model",
  "RegisterModel",
  "Condition",
  "Callback",
  "Lambda",
  "Fail",
  "EndpointConfig",
  "Lineage",
]);

/**
 * What the jobs of an ended run cost at these prices per instance and hour, USD: of every step the last attempt, for SageMaker
 * names no other. Undefined, with a line in the log for each step why, when the cost of a step is unknown.
 */
export async function stepCosts(
  client: SageMakerClient,
  runId: string,
  usdPerHour: ReadonlyMap<string, number>,
  log?: Log,
): Promise<number | undefined> {
  let totalUsd = 0;
  let isKnown = true;
  for await (const { PipelineExecutionSteps } of paginateListPipelineExecutionSteps({ client }, { PipelineExecutionArn: runId })) {
    for (const step of PipelineExecutionSteps ?? []) {
      const cost = await stepCost(client, step, usdPerHour);
      if ("unknown" in cost) {
        log?.({ level: "warn", event: "step-cost-unknown", runId, step: step.StepName, why: cost.unknown });
        isKnown = false;
      } else {
        totalUsd += cost.usd;
      }
    }
  }
  return isKnown ? totalUsd : undefined;
}

type Cost = { readonly usd: number } | { readonly unknown: string };

async function stepCost(
  client: SageMakerClient,
  step: PipelineExecutionStep,
  usdPerHour: ReadonlyMap<string, number>,
): Promise<Cost> {
  const isReused = step.CacheHitResult !== undefined || step.SelectiveExecutionResult !== undefined;
  if (isReused || step.Metadata === undefined) return { usd: 0 };
  const job = jobOf(step.Metadata);
  if (job === undefined) {
    const unpriced = Object.entries(step.Metadata).filter(([kind, value]) => value !== undefined && !FREE_KINDS.has(kind));
    return unpriced.length === 0 ? { usd: 0 } : { unknown: `a step of the kind ${unpriced.map(([kind]) => kind).join()}` };
  }
  if (job.arn === undefined) return { usd: 0 };
  try {
    const usages = await jobUsage(client, job.kind, job.arn);
    if (usages === undefined) return { unknown: `SageMaker gave no instances or no time for ${job.arn}` };
    let usd = 0;
    for (const { instanceType, instances, seconds } of usages) {
      const price = usdPerHour.get(instanceType);
      if (price === undefined && seconds > 0) return { unknown: `no price for the instance type ${instanceType}` };
      usd += ((price ?? 0) * instances * seconds) / 3600;
    }
    return { usd };
  } catch (error) {
    // A run whose cost cannot be learned must still end, or it would hold its slot for ever.
    if (isLastingRefusal(error)) return { unknown: `SageMaker did not describe ${job.arn}: ${messageOf(error)}` };
    throw error;
  }
}

/** The job of a step that runs one; without an ARN, it was never created. */
function jobOf(metadata: PipelineExecutionStepMetadata): { readonly kind: JobKind; readonly arn: string | undefined } | undefined {
  const { TrainingJob, ProcessingJob, TransformJob, QualityCheck, ClarifyCheck } = metadata;
  if (TrainingJob !== undefined) return { kind: "training", arn: TrainingJob.Arn };
  if (ProcessingJob !== undefined) return { kind: "processing", arn: ProcessingJob.Arn };
  if (TransformJob !== undefined) return { kind: "transform", arn: TransformJob.Arn };
  const check = QualityCheck ?? ClarifyCheck;
  return check && { kind: "processing", arn: check.CheckJobArn };
}

/** Instances of one type and how long each was paid for. */
interface Usage {
  readonly instanceType: string;
  readonly instances: number;
  readonly seconds: number;
}

type JobKind = "training" | "processing" | "transform";

interface Cluster {
  readonly InstanceType?: string | undefined;
  readonly InstanceCount?: number | undefined;
}

/** What a job used, or undefined where SageMaker does not tell. Rejects as the client does. */
async function jobUsage(client: SageMakerClient, kind: JobKind, arn: string): Promise<Usage[] | undefined> {
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  switch (kind) {
    case "training": {
      const job = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
      const { InstanceGroups, SelectedInstanceType, SelectedInstanceCount, ...own } = job.ResourceConfig ?? {};
      const selected = {
        InstanceType: SelectedInstanceType ?? own.InstanceType,
        InstanceCount: SelectedInstanceCount ?? own.InstanceCount,
      };
      const clusters = InstanceGroups === undefined || InstanceGroups.length === 0 ? [selected] : InstanceGroups;
      return usageOf(clusters, job.BillableTimeInSeconds ?? elapsed(job.TrainingStartTime, job.TrainingEndTime));
    }
    case "processing": {
      const job = await client.send(new DescribeProcessingJobCommand({ ProcessingJobName: name }));
      return usageOf([job.ProcessingResources?.ClusterConfig ?? {}], elapsed(job.ProcessingStartTime, job.ProcessingEndTime));
    }
    case "transform": {
      const job = await client.send(new DescribeTransformJobCommand({ TransformJobName: name }));
      return usageOf([job.TransformResources ?? {}], elapsed(job.TransformStartTime, job.TransformEndTime));
    }
  }
}

function usageOf(clusters: readonly Cluster[], seconds: number | undefined): Usage[] | undefined {
  if (seconds === undefined) return undefined;
  const usages: Usage[] = [];
  for (const { InstanceType, InstanceCount } of clusters) {
    if (InstanceType === undefined || InstanceCount === undefined) return undefined;
    usages.push({ instanceType: InstanceType, instances: InstanceCount, seconds });
  }
  return usages;
}

/** A job that never began took no time; of one that has not ended nothing is known. */
function elapsed(start: Date | undefined, end: Date | undefined): number | undefined {
  if (start === undefined) return 0;
  return end === undefined ? undefined : Math.max(0, end.getTime() - start.getTime()) / 1000;
}
