import { RetryableError } from "../../../../functions/core/errors";
import { vertexAddress, vertexMonitoringJobs } from "../../../../functions/gcp/adapters/vertex/monitoring-jobs";
import type { Answer, LoopbackServer } from "../../../aws/adapters/loopback-server";
import { anonymousRest, googleError, jsonAnswer, startGoogleServer } from "../google-server";

const JOB = "projects/4711/locations/europe-west4/modelDeploymentMonitoringJobs/4";
const ENDPOINT = "projects/4711/locations/europe-west4/endpoints/77";

describe("vertexMonitoringJobs", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function jobsAgainst(answer: (before: number) => Answer) {
    server = await startGoogleServer((_, before) => answer(before));
    const { endpoint, received } = server;
    const locations: string[] = [];
    const addressOf = (location: string) => {
      locations.push(location);
      return endpoint;
    };
    return { jobs: vertexMonitoringJobs(anonymousRest(), addressOf), received, locations };
  }

  it("should ask the job's region for its endpoint, once", async () => {
    const { jobs, received, locations } = await jobsAgainst(() => jsonAnswer({ name: JOB, endpoint: ENDPOINT }));

    expect([await jobs.endpointOf(JOB), await jobs.endpointOf(JOB)]).toEqual([ENDPOINT, ENDPOINT]);

    expect(received.map(({ method, path }) => [method, path])).toEqual([["GET", `/v1/${JOB}`]]);
    expect(locations).toEqual(["europe-west4"]);
    expect(vertexAddress("europe-west4")).toBe("https://europe-west4-aiplatform.googleapis.com");
  });

  it("should know of no endpoint where the job is gone, and ask again", async () => {
    const { jobs } = await jobsAgainst((before) =>
      before === 0 ? googleError(404, "NOT_FOUND", "gone") : jsonAnswer({ endpoint: ENDPOINT }),
    );

    expect([await jobs.endpointOf(JOB), await jobs.endpointOf(JOB)]).toEqual([undefined, ENDPOINT]);
  });

  it.each(["4", "projects/p/locations/x.evil.com/modelDeploymentMonitoringJobs/4", `${JOB}/../../secrets`])(
    "should ask nobody for what is no job's name: %s",
    async (name) => {
      const { jobs, received } = await jobsAgainst(() => jsonAnswer({ endpoint: ENDPOINT }));

      expect(await jobs.endpointOf(name)).toBeUndefined();

      expect(received).toEqual([]);
    },
  );

  it("should call it retryable when Vertex AI cannot answer", async () => {
    const { jobs } = await jobsAgainst(() => googleError(503, "UNAVAILABLE", "busy"));

    await expect(jobs.endpointOf(JOB)).rejects.toThrow(RetryableError);
  });
});
