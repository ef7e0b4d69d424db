import { Coordinator } from "../../../modules/aws/coordinator";
import { StateStore } from "../../../modules/aws/state-store";
import type { Template } from "../../stacks/template";
import { synthesize } from "./synthesize";

describe("Coordinator", () => {
  it("should read a FIFO queue, ten requests at a time, without waiting for more", () => {
    const mapping = synthesizeCoordinator(["training"]).one("aws_lambda_event_source_mapping");

    expect(mapping).toMatchObject({ batch_size: 10, function_response_types: ["ReportBatchItemFailures"] });
    expect(mapping).not.toHaveProperty("maximum_batching_window_in_seconds");
  });

  it("should be allowed to start exactly the configured pipelines", () => {
    const statements = synthesizeCoordinator(["training", "other", "training"]).functionStatements("retrigger-dev-coordinator");

    expect(statements).toContainEqual({
      Effect: "Allow",
      Action: "sagemaker:StartPipelineExecution",
      Resource: [
        "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/training",
        "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/other",
      ],
    });
  });

  it("should name a pipeline in both cases where they differ, since SageMaker's ARNs are in lower case", () => {
    const statements = synthesizeCoordinator(["FlightDelay"]).functionStatements("retrigger-dev-coordinator");

    expect(statements).toContainEqual(
      expect.objectContaining({
        Resource: [
          "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/FlightDelay",
          "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/flightdelay",
        ],
      }),
    );
  });

  it("should write its own partitions of the state alone", () => {
    const statements = synthesizeCoordinator([]).functionStatements("retrigger-dev-coordinator");

    const partitions = statements.flatMap(({ Action, Condition }) => {
      const keys = Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"];
      return keys === undefined ? [] : [[keys, Action.includes("dynamodb:PutItem")]];
    });
    expect(partitions).toEqual([
      [["settings"], false],
      [["start#*"], true],
    ]);
  });
});

// Helpers

function synthesizeCoordinator(pipelines: readonly string[]): Template {
  return synthesize((stack, deployment) => {
    const state = new StateStore(stack, "state", { deployment, models: [] });
    new Coordinator(stack, "coordinator", { deployment, state, pipelines });
  });
}
