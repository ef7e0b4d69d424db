import { parsePipelineEvent } from "../../../functions/aws/messages/request-message";
import type { TrainingRequest } from "../../../functions/core/training-request";
import { pipelineEvent } from "../../../local/clouds/aws";
import { MODELS } from "../../../local/clouds/local-clouds";
import { simulatedCloud } from "../../../local/world/simulated-cloud";
import { virtualClock } from "../../../local/world/time-and-chance";

describe("simulatedCloud", () => {
  it("should answer a repeated request with the run that it started", async () => {
    const { cloud, start } = createCloud();

    const [first, again, other] = [start("data/flight-delay/1"), start("data/flight-delay/1"), start("data/flight-delay/2")];

    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(cloud.runs()).toHaveLength(2);
  });

  it("should let a run take hours, and describe it as it is", async () => {
    const { cloud, clock, start } = createCloud();
    const { runId } = start("data/flight-delay/1");

    expect(await cloud.watcher.describe(runId)).toEqual({ status: "running" });
    await clock.run();

    expect(await cloud.watcher.describe(runId)).toMatchObject({ endedAt: clock.now(), actualUsd: expect.any(Number) });
    expect(clock.now()).toBeGreaterThanOrEqual(2 * 3_600_000);
  });

  it("should tell of most ends in the form of SageMaker, and lose some", async () => {
    const { cloud, clock, start, events } = createCloud();
    for (let generation = 1; generation <= 60; generation++) start(`data/flight-delay/${generation}`);

    await clock.run();

    const runIds = events.map((event) => parsePipelineEvent(event)?.runId);
    const statuses = new Set(cloud.runs().map(({ status }) => status));
    expect(events.length + cloud.counts.endsWithoutEvent).toBe(60);
    expect(cloud.counts.endsWithoutEvent).toBeGreaterThan(0);
    expect(runIds.every((runId) => cloud.runs().some((run) => run.runId === runId))).toBe(true);
    expect(statuses).toEqual(new Set(["succeeded", "failed"]));
  });

  it("should not know a run that it did not start", async () => {
    await expect(createCloud().cloud.watcher.describe("arn:other")).rejects.toThrow("started no run arn:other");
  });
});

// Helpers

function createCloud() {
  const clock = virtualClock(0);
  const events: unknown[] = [];
  const cloud = simulatedCloud(clock, MODELS.aws, 1, (run, random) => events.push(pipelineEvent(run, random)) > 0);
  const start = (id: string) => {
    const manifests = [{ uri: "s3://flights-landing/a.manifest", objects: 100, bytes: 1e6 }];
    const request: TrainingRequest = { id, model: "flight-delay", causes: [], priority: 4, manifests, requestedAt: 0 };
    return cloud.start(request);
  };
  return { cloud, clock, events, start };
}
