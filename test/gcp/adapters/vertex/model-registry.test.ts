import { RetryableError } from "../../../../functions/core/errors";
import type { ModelRegistry, RegistryMark } from "../../../../functions/core/promotion/ports";
import { GoogleApiError } from "../../../../functions/gcp/adapters/google-rest";
import { vertexModelRegistry } from "../../../../functions/gcp/adapters/vertex/model-registry";
import { type Answer, jsonOf, type Received } from "../../../aws/adapters/loopback-server";
import { anonymousRest, googleError, queryOf } from "../google-server";
import { type ModelRegistryServer, modelName, runName, startModelRegistryServer } from "../model-registry-server";

const NOON = Date.parse("2026-11-21T12:00:00.250Z");
const MODEL = modelName("flights");
const STALE = googleError(409, "ABORTED", "the etag does not match");

describe("vertexModelRegistry", () => {
  let models: ModelRegistryServer | undefined;

  afterEach(async () => {
    await models?.stop();
  });

  async function openRegistry(refuse?: (request: Received, before: number) => Answer | undefined, pageSize?: number) {
    models = await startModelRegistryServer({
      ...(refuse !== undefined && { refuse }),
      ...(pageSize !== undefined && { pageSize }),
    });
    const { endpoint } = models;
    const locations: string[] = [];
    const registry = vertexModelRegistry(anonymousRest(), (location) => {
      locations.push(location);
      return endpoint;
    });
    models.models.set(MODEL, []);
    return { registry, models, locations };
  }

  it("should read all pages of a model's versions in its region, in whatever order they come", async () => {
    const { registry, models, locations } = await openRegistry(undefined, 2);
    for (const index of [0, 1, 2]) models.upload(MODEL, NOON + index);

    const listed = await registry.list(MODEL, NOON + 1);

    expect(listed.map(({ number }) => number)).toEqual(["2", "3"]);
    expect(models.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v1/${MODEL}:listVersions?pageSize=100`,
      `GET /v1/${MODEL}:listVersions?pageSize=100&pageToken=2`,
    ]);
    expect(new Set(locations)).toEqual(new Set(["europe-west4"]));
  });

  it("should give up a list that does not end", async () => {
    const endless = { status: 200, body: JSON.stringify({ models: [], nextPageToken: "x" }), type: "application/json" };
    const { registry } = await openRegistry(() => endless);

    await expect(registry.list(MODEL, 0)).rejects.toThrow(`${MODEL} has more than 10000 versions; delete`);
  });

  describe("the evaluation", () => {
    const evaluation = (uri?: string) => ({ outputs: { evaluation: { artifacts: [uri === undefined ? {} : { uri }] } } });
    const other = { outputs: { model: { artifacts: [{ uri: "gs://b/model" }] } } };

    it.each<[string, object, object]>([
      ["its run's output", ended([other, evaluation("gs://b/e.json")]), { evaluationUri: "gs://b/e.json" }],
      ["told twice", ended([evaluation("gs://b/e.json"), evaluation("gs://b/e.json")]), { evaluationUri: "gs://b/e.json" }],
      ["not known, told of several", ended([evaluation("gs://b/1.json"), evaluation("gs://b/2.json")]), {}],
      ["in the model's folder without an output", ended([other, evaluation()]), { evaluationUri: "gs://b/model/" }],
      ["in the model's folder without steps", { state: "PIPELINE_STATE_FAILED" }, { evaluationUri: "gs://b/model/" }],
    ])("should be %s", async (_, run, expected) => {
      const { registry, models } = await openRegistry();
      models.runs.set(runName("r"), run);
      const version = models.upload(MODEL, NOON, { artifactUri: "gs://b/model", pipelineJob: runName("r") });

      const { registry: id, number, registeredAt, approval, ...rest } = (await registry.describe(version)) ?? {};

      expect(rest).toEqual({ version, readiness: "ready", runId: runName("r"), ...expected });
      expect([id, number, registeredAt, approval]).toEqual(["flights", "1", NOON, "pending"]);
    });

    it("should be waited for while the run may still make it", async () => {
      const { registry, models } = await openRegistry();
      models.runs.set(runName("r"), { state: "PIPELINE_STATE_RUNNING", jobDetail: { taskDetails: [other] } });
      const version = models.upload(MODEL, NOON, { artifactUri: "gs://b/model", pipelineJob: runName("r") });

      expect(await registry.describe(version)).toMatchObject({ readiness: "registering" });

      models.runs.set(runName("r"), ended([other, evaluation("gs://b/e.json")]));
      expect(await registry.describe(version)).toMatchObject({ readiness: "ready", evaluationUri: "gs://b/e.json" });
    });

    it("should be in the model's folder where the run is gone, or there was none", async () => {
      const { registry, models } = await openRegistry();
      const gone = models.upload(MODEL, NOON, { artifactUri: "gs://b/model//", pipelineJob: runName("gone") });
      const byHand = models.upload(MODEL, NOON, { artifactUri: "gs://b/model", pipelineJob: "somebody's notebook" });
      const nothing = models.upload(MODEL, NOON);

      expect(await registry.describe(gone)).toMatchObject({ evaluationUri: "gs://b/model/", runId: runName("gone") });
      expect(await registry.describe(byHand)).not.toHaveProperty("runId");
      expect(await registry.describe(nothing)).not.toHaveProperty("evaluationUri");
    });

    it("should be asked of a run of another project under its own name", async () => {
      const { registry, models } = await openRegistry();
      const run = runName("r").replace("/p/", "/other/");
      models.runs.set(run, ended([evaluation("gs://b/e.json")]));
      const version = models.upload(MODEL, NOON, { pipelineJob: run });

      expect(await registry.describe(version)).toMatchObject({ runId: run, evaluationUri: "gs://b/e.json" });
    });
  });

  it("should take the alias champion for somebody's approval, and a verdict that somebody wrote above it", async () => {
    const { registry, models } = await openRegistry();
    const version = models.upload(MODEL, NOON, { versionAliases: ["champion"] });
    const approvals: unknown[] = [(await registry.describe(version))?.approval];

    models.version(version).labels["retrigger-verdict"] = "rejected";
    approvals.push((await registry.describe(version))?.approval, (await registry.newestApproved(MODEL))?.number);

    expect(approvals).toEqual(["approved", "rejected", undefined]);
  });

  it("should take the alias on a version that it rejected for somebody's approval, which stands", async () => {
    const { registry, models } = await openRegistry();
    const version = models.upload(MODEL, NOON);
    await registry.mark(markOf(version, "rejected"));

    models.version(version).versionAliases.push("champion");

    expect(await registry.describe(version)).toMatchObject({ approval: "approved" });
    expect(await registry.mark(markOf(version, "rejected"))).toBe("overruled");
  });

  it("should not know a verdict that there is not", async () => {
    const { registry, models } = await openRegistry();
    const version = models.upload(MODEL, NOON, { labels: { "retrigger-verdict": "maybe" } });

    expect(await registry.describe(version)).toMatchObject({ approval: "pending" });
  });

  it("should write labels and a line of the description, leave what others wrote there, and move the alias last", async () => {
    const { registry, models } = await openRegistry();
    const before = models.upload(MODEL, NOON, { versionAliases: ["champion", "blue"] });
    const version = models.upload(MODEL, NOON + 1, { labels: { team: "delays" }, versionDescription: "Of November.\nBy Ada." });

    await registry.mark({ ...markOf(version, "waiting"), why: "drift was high" });
    const calls = models.received.length;
    await registry.mark({ ...markOf(version, "approved"), why: "accepted: approved by ada & bob" });
    const received = models.received.slice(calls);

    expect(models.version(version)).toMatchObject({
      labels: {
        team: "delays",
        "retrigger-verdict": "approved",
        "retrigger-marked": "approved",
        "retrigger-candidate": expect.stringMatching(/^[0-9a-f]{16}$/),
        "retrigger-reason": "accepted-approved-by-ada-bob",
      },
      versionDescription: "Of November.\nBy Ada.\nRetrigger: accepted: approved by ada & bob",
      versionAliases: ["champion"],
    });
    expect(models.version(before).versionAliases).toEqual(["blue"]);
    expect(received.map(({ method, path }) => `${method} ${path.split("?")[0]}`)).toEqual([
      `GET /v1/${version}`,
      `PATCH /v1/${version}`,
      `GET /v1/${MODEL}@champion`,
      `POST /v1/${version}:mergeVersionAliases`,
    ]);
    expect(queryOf(received[1])).toEqual({ updateMask: "labels,versionDescription" });
    expect(jsonOf(received[1])).toMatchObject({ name: version, etag: '"2-2"' });
  });

  it("should give the alias to a version whose mark broke off before it", async () => {
    const { registry, models } = await openRegistry(({ path }, before) =>
      path.includes("mergeVersionAliases") && before < 5 ? googleError(403, "PERMISSION_DENIED", "not now") : undefined,
    );
    const version = models.upload(MODEL, NOON);

    await expect(registry.mark(markOf(version, "approved"))).rejects.toThrow(GoogleApiError);
    await registry.describe(version);
    const again = await registry.mark(markOf(version, "approved"));

    expect(again).toBe("marked");
    expect(models.version(version)).toMatchObject({ versionAliases: ["default", "champion"], revision: 3 });
  });

  it("should not take the alias from an approved version that was registered later, as a mark may come late", async () => {
    const { registry, models } = await openRegistry();
    const [earlier, later] = [models.upload(MODEL, NOON), models.upload(MODEL, NOON + 1)];
    await registry.mark(markOf(later, "approved"));

    expect(await registry.mark(markOf(earlier, "approved"))).toBe("marked");
    expect(models.version(later).versionAliases).toEqual(["champion"]);

    models.version(later).labels["retrigger-verdict"] = "rejected";
    await registry.mark(markOf(earlier, "approved"));
    expect(models.version(earlier).versionAliases).toEqual(["default", "champion"]);
  });

  it("should take its own approval back with the alias", async () => {
    const { registry, models } = await openRegistry();
    const version = models.upload(MODEL, NOON);
    await registry.mark(markOf(version, "approved"));

    await registry.mark(markOf(version, "rejected"));

    expect(models.version(version).versionAliases).toEqual(["default"]);
  });

  it("should look again at a version that changed since it was read, and heed what somebody decided meanwhile", async () => {
    const { registry, models } = await openRegistry(({ method }, before) => {
      if (method !== "PATCH" || before > 1) return undefined;
      models.version(version).labels["retrigger-verdict"] = "rejected";
      models.version(version).revision++;
      return undefined;
    });
    const version = models.upload(MODEL, NOON);

    expect(await registry.mark(markOf(version, "approved"))).toBe("overruled");

    expect(models.received.map(({ method }) => method)).toEqual(["GET", "PATCH", "GET"]);
  });

  it.each([
    ["409", STALE],
    ["412", googleError(412, "FAILED_PRECONDITION", "precondition")],
    ["400 that names the etag", googleError(400, "FAILED_PRECONDITION", "Etag mismatch")],
  ])("should know a stale etag by %s, and try once more", async (_, answer) => {
    const { registry, models } = await openRegistry(({ method }, before) =>
      method === "PATCH" && before === 1 ? answer : undefined,
    );
    const version = models.upload(MODEL, NOON);

    expect(await registry.mark(markOf(version, "rejected"))).toBe("marked");

    expect(models.received.map(({ method }) => method)).toEqual(["GET", "PATCH", "GET", "PATCH"]);
  });

  it("should call it retryable when others keep changing the version", async () => {
    const { registry, models } = await openRegistry(({ method }) => (method === "PATCH" ? STALE : undefined));

    await expect(registry.mark(markOf(models.upload(MODEL, NOON), "rejected"))).rejects.toThrow(RetryableError);
  });

  it("should know its own mark again when the answer was lost", async () => {
    let isLost = true;
    const { registry, models } = await openRegistry(({ method, body }) => {
      if (method !== "PATCH" || !isLost) return undefined;
      isLost = false;
      const { labels, versionDescription } = JSON.parse(body.toString());
      const kept = models.version(version);
      Object.assign(kept, { labels, versionDescription, revision: kept.revision + 1 });
      return "hang up";
    });
    const version = models.upload(MODEL, NOON);

    expect(await registry.mark(markOf(version, "rejected"))).toBe("marked");

    expect(models.version(version)).toMatchObject({ revision: 2, labels: { "retrigger-verdict": "rejected" } });
  });

  it.each(["PATCH", "POST"])("should be overruled by a deletion before the %s", async (late) => {
    const { registry, models } = await openRegistry(({ method }) =>
      method === late ? googleError(404, "NOT_FOUND", "gone") : undefined,
    );

    expect(await registry.mark(markOf(models.upload(MODEL, NOON), "approved"))).toBe("overruled");
  });

  it("should reject what is refused for another reason, and say what to do", async () => {
    const invalid = googleError(400, "INVALID_ARGUMENT", "too many labels");
    const { registry, models } = await openRegistry(({ method }) => (method === "PATCH" ? invalid : undefined));
    const version = models.upload(MODEL, NOON);

    await expect(registry.mark(markOf(version, "rejected"))).rejects.toThrow(
      `marking ${version} as rejected was refused (400 INVALID_ARGUMENT: too many labels)`,
    );
  });

  const CALLS: readonly (readonly [string, (registry: ModelRegistry, version: string) => Promise<unknown>])[] = [
    ["listVersions", (registry) => registry.list(MODEL, 0)],
    ["listVersions", (registry) => registry.newestApproved(MODEL)],
    ["@1", (registry, version) => registry.describe(version)],
    ["pipelineJobs", (registry, version) => registry.describe(version)],
    ["updateMask", (registry, version) => registry.mark(markOf(version, "approved"))],
    ["@champion", (registry, version) => registry.mark(markOf(version, "approved"))],
    ["mergeVersionAliases", (registry, version) => registry.mark(markOf(version, "approved"))],
  ];

  it.each(CALLS)(
    "should call it retryable when Vertex AI cannot answer, and say what to do when it will not: %s",
    async (part, call) => {
      let answer = googleError(503, "UNAVAILABLE", "busy");
      const { registry, models } = await openRegistry(({ path }) => (path.includes(part) ? answer : undefined));
      const version = models.upload(MODEL, NOON, { pipelineJob: runName("r") });

      await expect(call(registry, version)).rejects.toThrow(RetryableError);

      answer = googleError(403, "PERMISSION_DENIED", "no access");
      await expect(call(registry, version)).rejects.toThrow(/403 PERMISSION_DENIED: no access\); give the caller's account a role/);
    },
  );

  it.each(["flights", "projects/p/locations/x.evil.com/models/1", `${MODEL}@1`, `${MODEL}/../2`, ""])(
    "should refuse what is no model, and ask nobody: %s",
    async (name) => {
      const { registry, models } = await openRegistry();

      for (const refusal of [registry.list(name, 0), registry.newestApproved(name)])
        await expect(refusal).rejects.toThrow(`got the registry ${name}; expected projects/`);

      expect(models.received).toEqual([]);
    },
  );

  it.each([MODEL, `${MODEL}@champion`, "projects/p/locations/x.evil.com/models/1@1", ""])(
    "should refuse what is no version, and ask nobody: %s",
    async (name) => {
      const { registry, models } = await openRegistry();

      for (const refusal of [registry.describe(name), registry.mark(markOf(name, "approved"))])
        await expect(refusal).rejects.toThrow(`got the version ${name}; expected projects/`);

      expect(models.received).toEqual([]);
    },
  );
});

// Helpers

function ended(taskDetails: readonly object[]) {
  return { state: "PIPELINE_STATE_SUCCEEDED", jobDetail: { taskDetails } };
}

function markOf(version: string, verdict: RegistryMark["verdict"]): RegistryMark {
  return { version, candidateId: "candidate/flight-delay/flights-1", verdict, why: "rejected: it is worse" };
}
