import { createHash } from "node:crypto";
import { status as Status } from "@grpc/grpc-js";
import { NoCapacityError, RetryableError, StartRefusedError } from "../../../../functions/core/errors";
import type { PipelineSettings, VertexPipeline } from "../../../../functions/core/model-settings";
import { vertexPipelineLauncher } from "../../../../functions/gcp/adapters/vertex/pipeline-launcher";
import { parseTemplate } from "../../../../functions/gcp/adapters/vertex/pipeline-template";
import { requestOf } from "../../../contracts/coordination-samples";
import { JOB_TEMPLATE_2_0, TEMPLATE } from "../templates";
import { plain, type Reaction, startVertexServer, type VertexServer } from "../vertex-server";

const PARENT = "projects/lake-project/locations/europe-west4";
const DEPLOYMENT = "projects/lake-project/databases/retrigger-test";
const ID = `retrigger-${createHash("sha256").update(`${DEPLOYMENT} data/flights/12`).digest("hex")}`;
const RUN = `${PARENT}/pipelineJobs/${ID}`;

describe("vertexPipelineLauncher", () => {
  let server: VertexServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function launcherAgainst(
    react?: (before: number) => Reaction,
    { template = TEMPLATE, reactToGet }: { template?: string; reactToGet?: (before: number) => Reaction } = {},
  ) {
    server = await startVertexServer(react, reactToGet);
    const read = async (uri: string) => parseTemplate(uri, template);
    return { launcher: vertexPipelineLauncher(server.clients, read, DEPLOYMENT), server };
  }

  it("should start a run of the template, with all that the settings say", async () => {
    // Arrange
    const { launcher, server } = await launcherAgainst();

    // Act
    const run = await launcher.start(requestOf(), pipelineOf());

    // Assert
    expect(run).toEqual({ runId: RUN });
    const [request] = server.created;
    expect(request).toMatchObject({
      parent: PARENT,
      pipelineJobId: ID,
      pipelineJob: {
        displayName: "data/flights/12",
        labels: { "managed-by": "retrigger", "retrigger-model": "flights" },
        serviceAccount: "runner@lake-project.iam.gserviceaccount.com",
        templateUri: "",
        runtimeConfig: { gcsOutputDirectory: "gs://lake/runs", parameters: {} },
      },
    });
    expect(ID).toMatch(/^[a-z][-a-z0-9]{0,127}$/);
    expect(plain(request?.pipelineJob.pipelineSpec)).toMatchObject({
      pipelineInfo: { name: "flights-training" },
      components: { "comp-train": { executorLabel: "exec-train" } },
    });
  });

  it("should encrypt a run with the customer's key where the settings name one, and ask for none otherwise", async () => {
    const { launcher, server } = await launcherAgainst();
    const kmsKey = "projects/acme-keys/locations/europe-west4/keyRings/ml/cryptoKeys/runs";

    await launcher.start(requestOf(), pipelineOf({}, { kmsKey }));
    await launcher.start(requestOf({ id: "data/flights/13" }), pipelineOf());

    expect(server.created.map(({ pipelineJob }) => pipelineJob.encryptionSpec)).toEqual([{ kmsKeyName: kmsKey }, null]);
  });

  it("should label a run with the labels of its model, which replace none of those that runs are told by", async () => {
    const { launcher, server } = await launcherAgainst();

    await launcher.start(requestOf(), pipelineOf({}, { labels: { team: "ml", "retrigger-model": "other" } }));

    expect(server.created.map(({ pipelineJob }) => pipelineJob.labels)).toMatchObject([
      { team: "ml", "managed-by": "retrigger", "retrigger-model": "flights" },
    ]);
  });

  it("should tell the starts of two deployments apart, and check that a run that exists is that of the request", async () => {
    const { launcher, server } = await launcherAgainst();

    const run = await launcher.start(requestOf(), pipelineOf(), "aaaaaaaaaaaa");
    expect(await launcher.start(requestOf(), pipelineOf(), "aaaaaaaaaaaa")).toEqual(run);
    expect(await launcher.start(requestOf(), pipelineOf(), "bbbbbbbbbbbb")).not.toEqual(run);

    const other = requestOf({ manifests: [{ uri: "gs://lake/manifests/other.jsonl", objects: 1, bytes: 1 }] });
    await expect(launcher.start(other, pipelineOf(), "aaaaaaaaaaaa")).rejects.toThrow(StartRefusedError);
    await expect(launcher.start(other, pipelineOf(), "aaaaaaaaaaaa")).rejects.toThrow(/named data\/flights\/12; it is not the run/);
    expect(server.jobs.size).toBe(2);
  });

  it("should give each parameter the type that the template declares", async () => {
    const { launcher, server } = await launcherAgainst();
    const parameters = {
      manifest_uri: "{manifestUri}",
      rows: "{objects}",
      rate: "1e-3",
      fast: "TRUE",
      tags: '["a",1]',
      options: '{"depth":3}',
    };

    await launcher.start(requestOf(), pipelineOf({ parameters }));

    expect(parametersSent(server)).toEqual({
      manifest_uri: requestOf().manifests[0]?.uri,
      rows: requestOf().manifests[0]?.objects,
      rate: 0.001,
      fast: true,
      tags: ["a", 1],
      options: { depth: 3 },
    });
  });

  it("should give a template of schema 2.0 its own kind of values, over those that came with it", async () => {
    const { launcher, server } = await launcherAgainst(undefined, { template: JOB_TEMPLATE_2_0 });
    const parameters = { manifest_uri: "{manifestUri}", rows: "7", rate: "0.5" };

    await launcher.start(requestOf(), pipelineOf({ parameters }));

    expect(server.created[0]?.pipelineJob.runtimeConfig).toMatchObject({
      parameters: {
        manifest_uri: { stringValue: requestOf().manifests[0]?.uri },
        rows: { intValue: "7" },
        rate: { doubleValue: 0.5 },
        epochs: { intValue: "3" },
      },
      parameterValues: {},
    });
  });

  it.each([
    [false, { enableCache: false }, { enableCache: false }],
    [true, { enableCache: true }, {}],
  ])("should let the steps be cached as compiled when caching is %s", async (caching, outer, inner) => {
    const { launcher, server } = await launcherAgainst();

    await launcher.start(requestOf(), pipelineOf({}, { caching }));

    expect(plain(server.created[0]?.pipelineJob.pipelineSpec)).toMatchObject({
      root: { dag: { tasks: { train: { cachingOptions: outer } } } },
      components: { "comp-nested": { dag: { tasks: { prepare: { cachingOptions: inner } } } } },
    });
  });

  it("should name the template of a registry beside the spec", async () => {
    const template = "https://europe-west4-kfp.pkg.dev/lake-project/pipelines/flights/v3";
    const { launcher, server } = await launcherAgainst();
    await launcher.start(requestOf(), pipelineOf({}, { template }));
    expect(server.created[0]?.pipelineJob).toMatchObject({ templateUri: template });
    expect(plain(server.created[0]?.pipelineJob.pipelineSpec)).toHaveProperty("root");
  });

  it.each([
    ["it is repeated", () => "perform" as const, 2],
    ["the answer to the first try is lost", (before: number) => (before === 0 ? "perform and lose the answer" : "perform"), 3],
  ] as const)("should start one run when %s", async (_case, react, calls) => {
    const { launcher, server } = await launcherAgainst(react);

    const runs = [await launcher.start(requestOf(), pipelineOf()), await launcher.start(requestOf(), pipelineOf())];

    expect(runs).toEqual([{ runId: RUN }, { runId: RUN }]);
    expect([...server.jobs.keys()]).toEqual([RUN]);
    expect(server.created).toHaveLength(calls);
  });

  it("should tell the runs of two deployments in one project apart", async () => {
    const { launcher, server } = await launcherAgainst();
    const other = vertexPipelineLauncher(server.clients, async (uri) => parseTemplate(uri, TEMPLATE), "another");

    await launcher.start(requestOf(), pipelineOf());
    await other.start(requestOf(), pipelineOf());

    expect(server.jobs.size).toBe(2);
  });

  it.each([Status.UNAVAILABLE, Status.DEADLINE_EXCEEDED, Status.ABORTED, Status.INTERNAL, Status.UNKNOWN])(
    "should try again after status %d, and call it retryable when it stays",
    async (code) => {
      const { launcher, server } = await launcherAgainst((before) => (before === 1 ? "perform" : refusal(code)));
      expect(await launcher.start(requestOf(), pipelineOf())).toEqual({ runId: RUN });

      server.jobs.clear();
      await expect(launcher.start(requestOf(), pipelineOf())).rejects.toThrow(RetryableError);
      expect(server.created).toHaveLength(2 + 3);
    },
  );

  it.each([
    ["an access token that ran out", Status.UNAUTHENTICATED, "expired"],
    ["a project that is being prepared", Status.FAILED_PRECONDITION, "Service agents are being provisioned; please try again"],
  ])("should call %s retryable", async (_case, code, message) => {
    const { launcher } = await launcherAgainst(() => refusal(code, message));
    await expect(launcher.start(requestOf(), pipelineOf())).rejects.toThrow(RetryableError);
  });

  it("should call it no capacity when a quota is used up", async () => {
    const { launcher, server } = await launcherAgainst(() => refusal(Status.RESOURCE_EXHAUSTED, "Quota exceeded"));
    const thrown = await launcher.start(requestOf(), pipelineOf()).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(NoCapacityError);
    expect(thrown).toMatchObject({ message: expect.stringMatching(/flights-training for data\/flights\/12.*: Quota exceeded\)$/) });
    expect(server.created).toHaveLength(1);
  });

  it.each([
    [Status.INVALID_ARGUMENT, /\(INVALID_ARGUMENT: refused\); check the template/],
    [Status.NOT_FOUND, /\(NOT_FOUND: refused\); check gcp\.region/],
    [Status.PERMISSION_DENIED, /\(PERMISSION_DENIED: refused\); give .* roles\/aiplatform\.user/],
    [Status.FAILED_PRECONDITION, /\(FAILED_PRECONDITION: refused\); do what it says/],
  ])("should say what to do after status %d, and not ask again", async (code, message) => {
    const { launcher, server } = await launcherAgainst(() => refusal(code));
    const thrown = await launcher.start(requestOf(), pipelineOf()).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(StartRefusedError);
    expect(thrown).toMatchObject({ message: expect.stringMatching(message), cause: { code } });
    expect(server.created).toHaveLength(1);
  });

  it("should find the run of a lost answer though it would be refused now", async () => {
    const { launcher, server } = await launcherAgainst();
    await launcher.start(requestOf(), pipelineOf());

    const again = await launcher.start(requestOf(), pipelineOf({ parameters: { unknown: "x" } }));

    expect(again).toEqual({ runId: RUN });
    expect(server.created).toHaveLength(1);
  });

  it("should leave it open when it cannot look for the run of a lost answer", async () => {
    const reactToGet = () => refusal(Status.UNAVAILABLE);
    const { launcher } = await launcherAgainst(() => refusal(Status.INVALID_ARGUMENT), { reactToGet });
    await expect(launcher.start(requestOf(), pipelineOf())).rejects.toThrow(RetryableError);
  });

  it("should refuse a model that has no settings for Vertex AI", async () => {
    const { launcher } = await launcherAgainst();
    await expect(launcher.start(requestOf(), { name: "flights-training", parameters: {} })).rejects.toThrow(StartRefusedError);
  });

  it("should show no more of a request's id than a name takes", async () => {
    const { launcher, server } = await launcherAgainst();
    const id = `drift/flights/${"x".repeat(160)}`;
    await launcher.start(requestOf({ id }), pipelineOf());
    expect(server.created[0]?.pipelineJob.displayName).toBe(id.slice(0, 128));
  });
});

// Helpers

function pipelineOf(overrides: Partial<PipelineSettings> = {}, vertex: Partial<VertexPipeline> = {}): PipelineSettings {
  return {
    name: "flights-training",
    parameters: { manifest_uri: "{manifestUri}" },
    vertex: {
      project: "lake-project",
      location: "europe-west4",
      template: "gs://lake/pipelines/flights.yaml",
      outputDirectory: "gs://lake/runs",
      serviceAccount: "runner@lake-project.iam.gserviceaccount.com",
      caching: false,
      ...vertex,
    },
    ...overrides,
  };
}

function refusal(code: Status, message = "refused"): Reaction {
  return { code, message };
}

function parametersSent(server: VertexServer): unknown {
  return plain({ fields: server.created[0]?.pipelineJob.runtimeConfig.parameterValues });
}
