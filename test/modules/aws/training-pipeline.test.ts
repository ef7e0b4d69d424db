import { join } from "node:path";
import { TrainingPipeline } from "../../../modules/aws/training-pipeline";
import { temporaryFolder } from "../temporary-project";
import { synthesize } from "./synthesize";

describe("TrainingPipeline", () => {
  it("should be made from the definition as a file, so that nothing in it is a template", () => {
    const folder = temporaryFolder({ "pipeline.json": '{"Parameters":[]}' });

    const template = synthesize((stack) => {
      const definitionPath = join(folder, "pipeline.json");
      new TrainingPipeline(stack, "pipeline", {
        name: "training",
        model: "churn",
        definitionPath,
        roleArn: "arn:aws:iam::111122223333:role/x",
      });
    });

    expect(template.one("aws_sagemaker_pipeline")).toMatchObject({
      pipeline_name: "training",
      pipeline_display_name: "training",
      pipeline_definition: expect.stringMatching(/^\$\{file\("assets\/[^"]+\/pipeline\.json"\)\}$/),
      role_arn: "arn:aws:iam::111122223333:role/x",
    });
    expect(template.text).not.toContain(folder);
  });
});
