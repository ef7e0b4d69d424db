import {
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";

/** Instances of one type and how long each was paid for. */
export interface Usage {
  readonly instanceType: string;
  readonly instances: number;
  readonly seconds: number;
}

export type JobKind = "training" | "processing" | "transform";

interface Cluster {
  readonly InstanceType?: string | undefined;
  readonly InstanceCount?: number | undefined;
}

/** What a job used, or undefined where SageMaker does not tell. Rejects as the client does. */
export async function jobUsage(client: SageMakerClient, kind: JobKind, arn: string): Promise<Usage[] | undefined> {
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
