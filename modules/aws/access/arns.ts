import type { ModelSettings } from "../../../functions/core/model-settings";
import type { AwsDeployment } from "../deployment";

/** Kinds of resources of SageMaker, as their ARNs have them. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html */
export type SageMakerKind = "endpoint" | "monitoring-schedule" | "pipeline";

/** SageMaker writes names in lower case in its ARNs, and IAM minds the case: both forms are needed where they differ. */
export function sageMakerArns(
  { partition, region, accountId }: AwsDeployment,
  kind: SageMakerKind,
  names: readonly string[],
): string[] {
  const spellings = new Set(names.flatMap((name) => [name, name.toLowerCase()]));
  return [...spellings].map((name) => `arn:${partition}:sagemaker:${region}:${accountId}:${kind}/${name}`);
}

/** The configured pipelines. */
export function pipelineArns(deployment: AwsDeployment, models: readonly Pick<ModelSettings, "pipeline">[]): string[] {
  return sageMakerArns(
    deployment,
    "pipeline",
    models.map(({ pipeline }) => pipeline.name),
  );
}
