import { status as Status } from "@grpc/grpc-js";
import { RetryableError } from "../../../../functions/core/errors";
import { vertexRunWatcher } from "../../../../functions/gcp/adapters/vertex/run-watcher";
import { type Reaction, startVertexServer, type VertexServer } from "../vertex-server";

const RUN = "projects/lake-project/locations/europe-west4/pipelineJobs/retrigger-abc";
const END = { seconds: 1_700_000_000, nanos: 250_900_000 };

describe("vertexRunWatcher", () => {
  let server: VertexServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function watcherAgainst(job: object | undefined, reactToGet?: (before: number) => Reaction) {
    server = await startVertexServer(undefined, reactToGet);
    if (job !== undefined) server.jobs.set(RUN, { ...job });
    return { watcher: vertexRunWatcher(server.clients), server };
  }

  it.each(["QUEUED", "PENDING", "RUNNING", "CANCELLING", "PAUSED"])("should call a run that is %s running", async (state) => {
    const { watcher } = await watcherAgainst({ state: `PIPELINE_STATE_${state}` });
    expect(await watcher.describe(RUN)).toEqual({ status: "running" });
  });

  it.each([
    ["SUCCEEDED", "succeeded"],
    ["FAILED", "failed"],
    ["CANCELLED", "stopped"],
  ])("should call a run that is %s %s, with the time of its end and no cost", async (state, status) => {
    const { watcher } = await watcherAgainst({ state: `PIPELINE_STATE_${state}`, endTime: END });
    expect(await watcher.describe(RUN)).toEqual({ status, endedAt: 1_700_000_000_250 });
  });

  it("should take the last change for the end where no end is told", async () => {
    const { watcher } = await watcherAgainst({ state: "PIPELINE_STATE_CANCELLED", updateTime: END });
    expect(await watcher.describe(RUN)).toEqual({ status: "stopped", endedAt: 1_700_000_000_250 });
  });

  it("should go on after Vertex AI was not available", async () => {
    const { watcher, server } = await watcherAgainst({ state: "PIPELINE_STATE_RUNNING" }, (before) =>
      before === 0 ? refusal(Status.UNAVAILABLE) : "perform",
    );
    expect(await watcher.describe(RUN)).toEqual({ status: "running" });
    expect(server.asked).toEqual([RUN, RUN]);
  });

  it.each([Status.UNAVAILABLE, Status.RESOURCE_EXHAUSTED, Status.UNAUTHENTICATED])(
    "should call status %d retryable when it stays, and settle nothing",
    async (code) => {
      const { watcher } = await watcherAgainst(undefined, () => refusal(code));
      await expect(watcher.describe(RUN)).rejects.toThrow(RetryableError);
    },
  );

  it.each([Status.NOT_FOUND, Status.PERMISSION_DENIED])("should say what to do after status %d", async (code) => {
    const { watcher } = await watcherAgainst(undefined, () => refusal(code));
    const thrown = await watcher.describe(RUN).catch((error: unknown) => error);
    expect(thrown).not.toBeInstanceOf(RetryableError);
    expect(thrown).toMatchObject({ message: expect.stringMatching(/\([A-Z_]+: refused\); check that it exists/), cause: { code } });
  });

  it("should reject a run that is named otherwise, a state that it does not know, and an end without a time", async () => {
    const { watcher, server } = await watcherAgainst({ state: "PIPELINE_STATE_UNSPECIFIED" });
    await expect(watcher.describe("arn:aws:run")).rejects.toThrow(/got the run arn:aws:run; expected projects\//);
    await expect(watcher.describe(RUN)).rejects.toThrow(
      /says PIPELINE_STATE_UNSPECIFIED of the run .*; expected PIPELINE_STATE_QUEUED/,
    );
    server.jobs.set(RUN, { state: "PIPELINE_STATE_FAILED" });
    await expect(watcher.describe(RUN)).rejects.toThrow(/gave no end time/);
  });
});

// Helpers

function refusal(code: Status): Reaction {
  return { code, message: "refused" };
}
