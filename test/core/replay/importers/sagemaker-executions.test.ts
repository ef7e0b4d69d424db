import { sagemakerExecutions } from "../../../../functions/core/replay/importers/sagemaker-executions";
import { describeGolden, readValid } from "./golden";

describe("sagemakerExecutions", () => {
  describeGolden(sagemakerExecutions);

  it("should tell a run that ended before it began, and keep it without its end", () => {
    const described = { ...DESCRIBED, LastModifiedTime: DESCRIBED.CreationTime - 90 };

    const { lines, problems } = readValid(sagemakerExecutions, JSON.stringify(described));

    expect(lines).toEqual([
      {
        type: "run",
        model: "flight-delay",
        at: DESCRIBED.CreationTime * 1000,
        run: DESCRIBED.PipelineExecutionArn,
        status: "succeeded",
      },
    ]);
    expect(problems).toEqual([
      "line 1: got an end 90 s before the start; expected an end after the start: the run counts, without its end",
    ]);
  });

  it("should keep the newer of two pages that tell a run differently, in either order", () => {
    const older = listing([{ ...LISTED, PipelineExecutionStatus: "Executing" }]);

    for (const text of [older + listing([LISTED]), listing([LISTED]) + older]) {
      expect(readValid(sagemakerExecutions, text)).toMatchObject({ lines: [{ status: "succeeded" }], problems: [] });
    }
  });

  it("should tell pages that were saved twice, cut, or of exactly a hundred executions", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => ({
      ...LISTED,
      PipelineExecutionArn: `${LISTED.PipelineExecutionArn}${index}`,
    }));

    expect(readValid(sagemakerExecutions, listing([LISTED]) + listing([LISTED])).problems).toEqual([
      expect.stringMatching(/count once: 1/),
    ]);
    expect(readValid(sagemakerExecutions, listing([LISTED], "abc")).problems).toEqual([expect.stringContaining("listing was cut")]);
    expect(readValid(sagemakerExecutions, listing([LISTED], "abc") + listing([LISTED])).problems).not.toContainEqual(
      expect.stringContaining("listing was cut"),
    );
    expect(readValid(sagemakerExecutions, listing(hundred)).problems).toEqual([expect.stringContaining("exactly 100 elements")]);
  });

  it("should tell executions of two pipelines", () => {
    const other = { ...LISTED, PipelineExecutionArn: LISTED.PipelineExecutionArn.replace("Train_Flight", "churn") };

    expect(readValid(sagemakerExecutions, listing([LISTED, other])).problems).toEqual([
      expect.stringMatching(/2 pipelines, "Train_Flight", "churn", which all count as trainings of flight-delay/),
    ]);
  });

  it.each([
    { change: { PipelineExecutionStatus: "Paused" }, problem: /the status "Paused"; expected one of Executing, Stopping, / },
    { change: { PipelineExecutionStatus: undefined }, problem: /got no status/ },
    { change: { PipelineExecutionArn: "arn:aws:sagemaker:x" }, problem: /expected the ARN of a pipeline/ },
    { change: { StartTime: "yesterday" }, problem: /"yesterday"; expected an ISO 8601 time/ },
    { change: { StartTime: "2026-10-01T03:01:01.95" }, problem: /--timezone/ },
    { change: { StartTime: 1790816461950 }, problem: /years 2000 to 2099/ },
    { change: { StartTime: 0 }, problem: /years 2000 to 2099/ },
  ])("should refuse $change", ({ change, problem }) => {
    const { lines, problems } = readValid(sagemakerExecutions, listing([{ ...LISTED, ...change }]));

    expect(lines).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  it("should read pages and runs that were put into a list", () => {
    const list = `[${listing([LISTED])},${JSON.stringify(DESCRIBED)}]`;

    expect(readValid(sagemakerExecutions, list).lines).toMatchObject([{ endedAt: DESCRIBED.LastModifiedTime * 1000 }]);
  });
});

// Helpers

const LISTED = {
  PipelineExecutionArn: "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/Train_Flight/execution/4wemqw2sucgh",
  StartTime: 1790816461.95,
  PipelineExecutionStatus: "Succeeded",
};

const DESCRIBED = {
  PipelineExecutionArn: LISTED.PipelineExecutionArn,
  PipelineExecutionStatus: "Succeeded",
  CreationTime: 1790816461.95,
  LastModifiedTime: 1790818261.2,
};

function listing(PipelineExecutionSummaries: readonly unknown[], NextToken?: string): string {
  return JSON.stringify({ PipelineExecutionSummaries, NextToken });
}
