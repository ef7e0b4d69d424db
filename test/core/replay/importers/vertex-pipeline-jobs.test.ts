import { vertexPipelineJobs } from "../../../../functions/core/replay/importers/vertex-pipeline-jobs";
import { describeGolden, readValid } from "./golden";

describe("vertexPipelineJobs", () => {
  describeGolden(vertexPipelineJobs);

  it("should read jobs that a script put into a list", () => {
    expect(readValid(vertexPipelineJobs, JSON.stringify([JOB])).lines).toEqual([
      { type: "run", model: "flight-delay", at: START, run: JOB.name, status: "succeeded", endedAt: START + 2_515_000 },
    ]);
  });

  it("should tell an end before the start, and a page that is not the last", () => {
    const page = JSON.stringify({ pipelineJobs: [{ ...JOB, endTime: "2026-11-01T02:00:09Z" }], nextPageToken: "CgVm" });

    const { lines, problems } = readValid(vertexPipelineJobs, page);

    expect(lines).toEqual([{ type: "run", model: "flight-delay", at: START, run: JOB.name, status: "succeeded" }]);
    expect(problems).toEqual([
      expect.stringContaining("the listing was cut"),
      expect.stringMatching(/^pipelineJobs\[0\] of line 1: got an end 1 s before the start/),
    ]);
  });

  it("should say of how many display names the jobs are", () => {
    const other = { ...JOB, name: `${JOB.name}2`, displayName: "churn" };

    expect(readValid(vertexPipelineJobs, JSON.stringify({ pipelineJobs: [JOB, other] })).missing).toContainEqual(
      expect.stringContaining("Jobs of 2 display names"),
    );
  });

  it.each([
    { change: { state: 4 }, problem: /got no state in words; expected one of PIPELINE_STATE_QUEUED, / },
    { change: { state: "PIPELINE_STATE_UNSPECIFIED" }, problem: /"PIPELINE_STATE_UNSPECIFIED"/ },
    { change: { state: "PIPELINE_STATE_PENDING" }, problem: /a job that waits/ },
    { change: { name: "train-flights" }, problem: /expected projects\/<project>/ },
    { change: { startTime: "2026-11-01 02:00:10" }, problem: /--timezone/ },
    { change: { startTime: "0001-01-01T00:00:00Z" }, problem: /years 2000 to 2099/ },
  ])("should refuse $change", ({ change, problem }) => {
    const { lines, problems } = readValid(vertexPipelineJobs, JSON.stringify({ pipelineJobs: [{ ...JOB, ...change }] }));

    expect(lines).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  it("should keep a run without an end that cannot be read", () => {
    const { lines, problems } = readValid(vertexPipelineJobs, JSON.stringify({ pipelineJobs: [{ ...JOB, endTime: "soon" }] }));

    expect(lines).toEqual([{ type: "run", model: "flight-delay", at: START, run: JOB.name, status: "succeeded" }]);
    expect(problems).toEqual([expect.stringMatching(/^endTime of pipelineJobs\[0\] of line 1: got the time "soon"/)]);
  });
});

// Helpers

const START = Date.parse("2026-11-01T02:00:10Z");

const JOB = {
  name: "projects/417092034581/locations/europe-west3/pipelineJobs/train-flights-20261101020009",
  displayName: "train-flights",
  state: "PIPELINE_STATE_SUCCEEDED",
  createTime: "2026-11-01T02:00:09Z",
  startTime: "2026-11-01T02:00:10Z",
  endTime: "2026-11-01T02:42:05Z",
};
