import { SagemakerPipeline } from "@cdktf/provider-aws/lib/sagemaker-pipeline";
import { AssetType, Fn, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { belongsTo } from "../model-owner";

export interface TrainingPipelineProps {
  readonly name: string;
  /** Whose pipeline it is. */
  readonly model: string;
  /** JSON file of the pipeline's definition. */
  readonly definitionPath: string;
  /** Role that the pipeline's steps run as. */
  readonly roleArn: string;
}

/** A SageMaker pipeline made from a definition file. */
export class TrainingPipeline extends Construct {
  /** What must exist before anything starts it. */
  readonly resource: SagemakerPipeline;

  constructor(scope: Construct, id: string, { name, model, definitionPath, roleArn }: TrainingPipelineProps) {
    super(scope, id);
    belongsTo(this, model);
    // As a file, the definition is no Terraform template, whatever stands in it.
    const definition = new TerraformAsset(this, "definition", { path: definitionPath, type: AssetType.FILE });
    this.resource = new SagemakerPipeline(this, "Resource", {
      pipelineName: name,
      pipelineDisplayName: name,
      pipelineDefinition: Fn.file(definition.path),
      roleArn,
    });
  }
}
