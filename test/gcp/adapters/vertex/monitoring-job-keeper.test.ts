import type { VertexMonitoring } from "../../../../functions/core/drift/monitoring-settings";
import { RetryableError } from "../../../../functions/core/errors";
import type { ModelSettings } from "../../../../functions/core/model-settings";
import { vertexMonitoringJobKeeper } from "../../../../functions/gcp/adapters/vertex/monitoring-job-keeper";
import { type Answer, jsonOf, type LoopbackServer, type Received } from "../../../aws/adapters/loopback-server";
import { googleSettings } from "../../messages";
import { anonymousRest, googleError, jsonAnswer, queryOf, startGoogleServer } from "../google-server";

const ENDPOINT = "projects/p/locations/europe-west4/endpoints/77";
const HOUR_MS = 3_600_000;
const KEPT = {
  samplingRatio: 0.2,
  intervalMs: 6 * HOUR_MS,
  skew: { hour: 0.3 },
  drift: { distance: 0.2, hour: 0.1 },
  training: { uri: "bq://p.flights.train", target: "late" },
};

describe("vertexMonitoringJobKeeper", () => {
  let vertex: Vertex | undefined;

  afterEach(async () => {
    await vertex?.server.stop();
  });

  async function createWorld(failures: Readonly<Record<string, Answer>> = {}) {
    vertex = await startVertex(failures);
    const { server, jobs } = vertex;
    let now = 1_000_000;
    const create = () =>
      vertexMonitoringJobKeeper(anonymousRest(), {
        deployment: "projects/p/databases/retrigger-dev",
        now: () => now,
        addressOf: () => server.endpoint,
      });
    return { keeper: create(), create, vertex, jobs, pass: (ms: number) => (now += ms) };
  }

  it("should create a job that watches every model of the endpoint, and logs what it finds", async () => {
    const { keeper, jobs } = await createWorld();

    const kept = await keeper.keepJob(settingsOf(KEPT));

    expect(kept).toEqual({ outcome: "created", monitor: `${JOBS}/1` });
    const objectiveConfig = {
      trainingDataset: { bigquerySource: { inputUri: "bq://p.flights.train" }, targetField: "late" },
      trainingPredictionSkewDetectionConfig: { skewThresholds: { hour: { value: 0.3 } } },
      predictionDriftDetectionConfig: { driftThresholds: { distance: { value: 0.2 }, hour: { value: 0.1 } } },
    };
    expect(jobs).toEqual([
      {
        name: `${JOBS}/1`,
        displayName: "Retrigger retrigger-dev flight-delay",
        endpoint: ENDPOINT.replace("/p/", "/4711/"),
        modelDeploymentMonitoringObjectiveConfigs: [
          { deployedModelId: "8", objectiveConfig },
          { deployedModelId: "9", objectiveConfig },
        ],
        modelDeploymentMonitoringScheduleConfig: { monitorInterval: "21600s" },
        loggingSamplingStrategy: { randomSampleConfig: { sampleRate: 0.2 } },
        modelMonitoringAlertConfig: { enableLogging: true },
        labels: {
          "managed-by": "retrigger",
          "retrigger-model": "flight-delay",
          "retrigger-config": expect.stringMatching(/^[0-9a-f]{16}$/),
        },
      },
    ]);
  });

  it("should change nothing while it is as wanted, whatever the order of its features, and look again after an hour", async () => {
    const { keeper, create, vertex, jobs, pass } = await createWorld();
    await keeper.keepJob(settingsOf(KEPT));
    const reordered = { ...KEPT, drift: { hour: 0.1, distance: 0.2 } };

    const outcomes = [await keeper.keepJob(settingsOf(KEPT)), await create().keepJob(settingsOf(reordered))];
    const calls = vertex.server.received.length;
    pass(HOUR_MS);
    outcomes.push(await keeper.keepJob(settingsOf(KEPT)));

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["waiting", "unchanged", "unchanged"]);
    expect(vertex.server.received.slice(calls).map(({ method }) => method)).toEqual(["GET", "GET"]);
    expect(jobs).toHaveLength(1);
  });

  it("should change the job at once when it is wanted otherwise", async () => {
    const { keeper, vertex, jobs } = await createWorld();
    await keeper.keepJob(settingsOf(KEPT));

    const { skew: _skew, training: _training, ...rest } = KEPT;
    const kept = await keeper.keepJob(settingsOf({ ...rest, skew: {}, samplingRatio: 0.5 }));

    expect(kept).toEqual({ outcome: "updated", monitor: `${JOBS}/1` });
    const patch = vertex.server.received.at(-1);
    expect(patch).toMatchObject({ method: "PATCH" });
    expect(String(queryOf(patch).updateMask).split(",")).toEqual([
      "labels",
      "modelDeploymentMonitoringObjectiveConfigs",
      "modelDeploymentMonitoringScheduleConfig",
      "loggingSamplingStrategy",
      "modelMonitoringAlertConfig",
    ]);
    expect(jobs).toMatchObject([{ loggingSamplingStrategy: { randomSampleConfig: { sampleRate: 0.5 } } }]);
    expect(JSON.stringify(jobs)).not.toContain("skew");
  });

  it("should watch a model that came to the endpoint later", async () => {
    const { keeper, vertex, jobs, pass } = await createWorld();
    await keeper.keepJob(settingsOf(KEPT));
    vertex.deployed.push({ id: "10" });
    pass(HOUR_MS);

    expect(await keeper.keepJob(settingsOf(KEPT))).toMatchObject({ outcome: "updated" });

    expect(jobs[0]?.modelDeploymentMonitoringObjectiveConfigs).toHaveLength(3);
  });

  it("should find its job on a later page, and leave those of other endpoints and deployments alone", async () => {
    const { keeper, create, vertex, jobs } = await createWorld();
    await keeper.keepJob(settingsOf(KEPT));
    const [ours] = jobs.splice(0);
    if (ours === undefined) throw new Error("no job was made");
    const others = [
      { ...ours, name: `${JOBS}/98`, endpoint: `${ENDPOINT}8` },
      { ...ours, name: `${JOBS}/99`, displayName: "Retrigger retrigger-prod flight-delay" },
    ];
    jobs.push(...others, ours);
    vertex.pageSize = 1;

    expect(await create().keepJob(settingsOf(KEPT))).toEqual({ outcome: "unchanged", monitor: `${JOBS}/1` });
  });

  it("should make one job where the answer to its creation is lost", async () => {
    const { keeper, create, jobs } = await createWorld({ POST: "hang up" });

    await expect(keeper.keepJob(settingsOf(KEPT))).rejects.toThrow(RetryableError);
    const again = await create().keepJob(settingsOf(KEPT));

    expect(again).toEqual({ outcome: "unchanged", monitor: `${JOBS}/1` });
    expect(jobs).toHaveLength(1);
  });

  it("should reject what Vertex AI refuses, and not ask again for ten minutes", async () => {
    const { keeper, pass } = await createWorld({ POST: googleError(403, "PERMISSION_DENIED", "no access") });

    await expect(keeper.keepJob(settingsOf(KEPT))).rejects.toThrow(
      "creating the monitoring job Retrigger retrigger-dev flight-delay was refused (403 PERMISSION_DENIED: no access)",
    );
    expect(await keeper.keepJob(settingsOf(KEPT))).toEqual({ outcome: "waiting" });
    pass(600_000);
    await expect(keeper.keepJob(settingsOf(KEPT))).rejects.toThrow("403");
  });

  it("should reject an endpoint without a model, and an address that is no endpoint's", async () => {
    const { keeper, create, vertex } = await createWorld();
    vertex.deployed.splice(0);

    await expect(keeper.keepJob(settingsOf(KEPT))).rejects.toThrow(`${ENDPOINT} has no model to monitor; deploy one there`);
    await expect(create().keepJob(settingsOf(KEPT, "77"))).rejects.toThrow("got the endpoint 77; expected projects/");
  });

  it("should ask nothing for a model whose monitor is somebody else's", async () => {
    const { keeper, vertex } = await createWorld();

    await keeper.keepJob(googleSettings());
    await keeper.keepJob(settingsOf(undefined));

    expect(vertex.server.received).toEqual([]);
  });
});

// Helpers

const JOBS = "projects/4711/locations/europe-west4/modelDeploymentMonitoringJobs";

interface Job {
  readonly name: string;
  readonly displayName: string;
  readonly endpoint: string;
  readonly [field: string]: unknown;
}

interface Vertex {
  readonly server: LoopbackServer;
  readonly jobs: Job[];
  readonly deployed: { readonly id: string }[];
  pageSize: number;
}

/**
 * Vertex AI as far as monitoring jobs need it; `failures` are its answers by method, to what is done nevertheless for "hang up".
 */
async function startVertex(failures: Readonly<Record<string, Answer>>): Promise<Vertex> {
  const jobs: Job[] = [];
  const deployed = [{ id: "9" }, { id: "8" }];
  const answerOf = (request: Received): Answer => {
    const { pathname } = new URL(`http://server${request.path}`);
    if (pathname === `/v1/${ENDPOINT}`)
      return jsonAnswer({ name: ENDPOINT, ...(deployed.length > 0 && { deployedModels: deployed }) });
    if (request.method === "GET") return jsonAnswer(page(queryOf(request)));
    const body = jsonOf(request) as Job;
    if (request.method === "POST") {
      const endpoint = body.endpoint.replace("projects/p/", "projects/4711/");
      jobs.push({ ...body, name: `${JOBS}/${jobs.length + 1}`, endpoint });
      return jsonAnswer(jobs.at(-1));
    }
    const at = jobs.findIndex(({ name }) => pathname === `/v1/${name}`);
    const masked = String(queryOf(request).updateMask)
      .split(",")
      .map((field) => [field, body[field]] as const);
    jobs[at] = { ...(jobs[at] as Job), ...Object.fromEntries(masked) };
    return jsonAnswer({ name: `${JOBS}/1/operations/1` });
  };
  const page = ({ filter, pageToken = "0" }: Record<string, string>) => {
    const named = jobs.filter(({ displayName }) => filter === `display_name="${displayName}"`);
    const next = Number(pageToken) + vertex.pageSize;
    return {
      modelDeploymentMonitoringJobs: named.slice(Number(pageToken), next),
      ...(next < named.length && { nextPageToken: String(next) }),
    };
  };
  const server = await startGoogleServer((request) => {
    const failure = failures[request.method];
    if (failure !== undefined && failure !== "hang up") return failure;
    const answer = answerOf(request);
    return failure ?? answer;
  });
  const vertex: Vertex = { server, jobs, deployed, pageSize: 100 };
  return vertex;
}

function settingsOf(job: VertexMonitoring["job"] | undefined, endpoint = ENDPOINT): ModelSettings {
  return { ...googleSettings(), monitoring: { prefix: "drift/", vertex: { endpoint, ...(job !== undefined && { job }) } } };
}
