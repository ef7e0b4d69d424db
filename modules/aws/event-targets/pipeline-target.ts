import type { RuleTarget } from "../../../functions/core/event-rules/event-rule";
import { literalText } from "../../terraform-text";
import type { AwsDeployment } from "../deployment";
import { pipelineArns } from "../pipeline-arns";
import type { TargetDelivery } from "./target-delivery";

/** Starts a SageMaker pipeline; EventBridge fills in the parameters that are JSON paths. */
export function pipelineTarget(
  deployment: AwsDeployment,
  { pipeline: name, parameters }: Extract<RuleTarget, { type: "pipeline" }>,
): TargetDelivery {
  const { partition, region, accountId } = deployment;
  const pipelineParameterList = Object.entries(parameters).map(([key, value]) => ({ name: key, value: literalText(value) }));
  return {
    attributes: {
      // SageMaker writes the name of a pipeline in lower case in its ARN.
      arn: `arn:${partition}:sagemaker:${region}:${accountId}:pipeline/${name.toLowerCase()}`,
      ...(pipelineParameterList.length === 0 ? {} : { sagemakerPipelineTarget: { pipelineParameterList } }),
    },
    access: {
      by: "role",
      resource: name,
      statements: [
        {
          Effect: "Allow",
          Action: "sagemaker:StartPipelineExecution",
          Resource: pipelineArns(deployment, [{ pipeline: { name, parameters: {} } }]),
        },
      ],
    },
  };
}
