import type { ModelSettings } from "../../functions/core/model-settings";
import type { AwsDeployment } from "./deployment";
import { sageMakerArns } from "./sagemaker-arns";

/** The configured pipelines. */
export function pipelineArns(deployment: AwsDeployment, models: readonly Pick<ModelSettings, "pipeline">[]): string[] {
  return sageMakerArns(
    deployment,
    "pipeline",
    models.map(({ pipeline }) => pipeline.name),
  );
}
