import type { ModelSettings } from "../../functions/core/model-settings";
import type { AwsDeployment } from "./deployment";

/** SageMaker writes a pipeline's name in lower case in its ARN, and IAM minds the case: both forms are needed where they differ. */
export function pipelineArns(
  { partition, region, accountId }: AwsDeployment,
  models: readonly Pick<ModelSettings, "pipeline">[],
): string[] {
  const names = new Set(models.flatMap(({ pipeline: { name } }) => [name, name.toLowerCase()]));
  return [...names].map((name) => `arn:${partition}:sagemaker:${region}:${accountId}:pipeline/${name}`);
}
