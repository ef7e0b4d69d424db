import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "../../../cli/init/account";
import { openGcpAccount } from "../../../cli/init/gcp-account";
import type { Answer, LoopbackServer } from "../../aws/adapters/loopback-server";
import { anonymousRest, googleError, jsonAnswer, queryOf, startGoogleServer } from "../../gcp/adapters/google-server";

const PLACE = { project: "acme-ml", region: "europe-west4" };
const LOCATION = "projects/acme-ml/locations/europe-west4";
const TEMPLATE = {
  pipelineInfo: { name: "churn" },
  schemaVersion: "2.1.0",
  root: {
    inputDefinitions: {
      parameters: { manifest_uri: { parameterType: "STRING" }, epochs: { parameterType: "NUMBER_INTEGER", defaultValue: 3 } },
    },
  },
};

/** Answers by the path of a request, without its query. */
type SmallGoogle = Readonly<Record<string, Answer | ((query: Record<string, string>) => Answer)>>;

const EMPTY: SmallGoogle = { "/storage/v1/b": jsonAnswer({}) };

let server: LoopbackServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe("openGcpAccount", () => {
  it("should list the templates of jobs, over pages, and those of Artifact Registry", async () => {
    const repository = `/v1/${LOCATION}/repositories/kfp`;
    const { pipelines } = await opened({
      [`/v1/${LOCATION}/pipelineJobs`]: ({ pageToken }) =>
        pageToken === undefined
          ? jsonAnswer({ pipelineJobs: [{ templateUri: "gs://acme/churn.yaml" }, {}], nextPageToken: "2" })
          : jsonAnswer({ pipelineJobs: [{ templateUri: "gs://acme/other.json" }, { templateUri: "gs://acme/churn.yaml" }] }),
      [`/v1/${LOCATION}/repositories`]: jsonAnswer({
        repositories: [
          { name: `${LOCATION}/repositories/kfp`, format: "KFP" },
          { name: `${LOCATION}/repositories/images`, format: "DOCKER" },
        ],
      }),
      [`${repository}/packages`]: jsonAnswer({
        packages: [
          { name: `${LOCATION}/repositories/kfp/packages/demand` },
          { name: `${LOCATION}/repositories/kfp/packages/bare` },
        ],
      }),
      [`${repository}/packages/demand/tags`]: jsonAnswer({
        tags: [
          { name: `${repository.slice(4)}/packages/demand/tags/v1` },
          { name: `${repository.slice(4)}/packages/demand/tags/latest` },
        ],
      }),
      [`${repository}/packages/bare/tags`]: jsonAnswer({}),
    });

    const names = ["gs://acme/churn.yaml", "gs://acme/other.json", "https://europe-west4-kfp.pkg.dev/acme-ml/kfp/demand/latest"];
    expect(await pipelines()).toEqual({ isLooked: true, found: { names, isWhole: true } });
  });

  it("should not show what a file of credentials holds that is no JSON", async () => {
    const folder = mkdtempSync(join(tmpdir(), "retrigger-key-"));
    const before = process.env.GOOGLE_APPLICATION_CREDENTIALS;
    process.env.GOOGLE_APPLICATION_CREDENTIALS = join(folder, "key");
    try {
      writeFileSync(join(folder, "key"), "hunter2-secret");

      const reason = "the file that GOOGLE_APPLICATION_CREDENTIALS names is no JSON";
      expect(await openGcpAccount(PLACE)).toEqual({ isLooked: false, reason });
    } finally {
      if (before === undefined) delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
      else process.env.GOOGLE_APPLICATION_CREDENTIALS = before;
      rmSync(folder, { recursive: true });
    }
  });

  it("should say that the list is not whole where one of its two sources refuses", async () => {
    const { pipelines } = await opened({
      [`/v1/${LOCATION}/pipelineJobs`]: jsonAnswer({ pipelineJobs: [{ templateUri: "gs://acme/churn.yaml" }] }),
      [`/v1/${LOCATION}/repositories`]: googleError(403, "PERMISSION_DENIED", "denied"),
    });

    expect(await pipelines()).toEqual({ isLooked: true, found: { names: ["gs://acme/churn.yaml"], isWhole: false } });
  });

  it("should list a thousand pipelines, and say that there are more", async () => {
    const { pipelines } = await opened({
      [`/v1/${LOCATION}/pipelineJobs`]: ({ pageToken = "0" }) =>
        jsonAnswer({
          pipelineJobs: Array.from({ length: 100 }, (_, index) => ({
            templateUri: `gs://acme/${Number(pageToken) * 100 + index}.yaml`,
          })),
          nextPageToken: String(Number(pageToken) + 1),
        }),
      [`/v1/${LOCATION}/repositories`]: jsonAnswer({}),
    });

    const looked = await pipelines();

    expect(looked).toMatchObject({ isLooked: true, found: { isWhole: false } });
    expect(looked.isLooked && looked.found.names).toHaveLength(1_000);
  });

  it("should read the parameters of a template", async () => {
    const { pipeline } = await opened({ "/storage/v1/b/acme/o/churn.yaml": jsonAnswer(TEMPLATE) });

    expect(await pipeline("gs://acme/churn.yaml")).toEqual({
      isLooked: true,
      found: {
        exists: true,
        parameters: [
          { name: "manifest_uri", type: "STRING", isText: true, isRequired: true },
          { name: "epochs", type: "NUMBER_INTEGER", isText: false, isRequired: false },
        ],
      },
    });
    expect(await pipeline("gs://acme/nobody.yaml")).toEqual({ isLooked: true, found: { exists: false } });
  });

  it("should see whether a bucket exists, and has uniform access", async () => {
    const { bucket } = await opened({
      "/storage/v1/b/uniform": jsonAnswer({ iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } }),
      "/storage/v1/b/mixed": jsonAnswer({}),
    });

    expect(await bucket("uniform")).toEqual({ isLooked: true, found: { exists: true } });
    expect(await bucket("mixed")).toMatchObject({
      found: { exists: true, lacks: { command: "gcloud storage buckets update gs://mixed --uniform-bucket-level-access" } },
    });
    expect(await bucket("missing")).toEqual({ isLooked: true, found: { exists: false } });
  });

  it("should propose the monitoring of an endpoint that a job watches", async () => {
    const { endpoints, endpoint } = await opened({
      [`/v1/${LOCATION}/endpoints`]: jsonAnswer({ endpoints: [{ name: `${LOCATION}/endpoints/42` }] }),
      [`/v1/${LOCATION}/endpoints/42`]: jsonAnswer({ modelDeploymentMonitoringJob: `${LOCATION}/modelDeploymentMonitoringJobs/7` }),
      [`/v1/${LOCATION}/endpoints/43`]: jsonAnswer({}),
    });

    expect(await endpoints()).toEqual({ isLooked: true, found: { names: ["42"], isWhole: true } });
    expect(await endpoint("42")).toEqual({ isLooked: true, found: { monitoring: { vertex: { endpoint: "42" } } } });
    expect(await endpoint("43")).toMatchObject({ found: { lacks: expect.stringContaining("no monitoring job watches") } });
  });

  const DENIED = googleError(403, "PERMISSION_DENIED", "Permission 'x' denied on resource");
  const OFF = googleError(
    403,
    "PERMISSION_DENIED",
    "Vertex AI API has not been used in project 1 before or it is disabled. aiplatform.googleapis.com",
  );
  it.each<[string, string, Answer, (of: Account) => Promise<unknown>, string]>([
    ["endpoints", `/v1/${LOCATION}/endpoints`, DENIED, (of) => of.endpoints(), "your identity lacks aiplatform.endpoints.list"],
    [
      "an endpoint",
      `/v1/${LOCATION}/endpoints/1`,
      DENIED,
      (of) => of.endpoint("1"),
      "your identity lacks aiplatform.endpoints.get",
    ],
    [
      "endpoints of an API that is off",
      `/v1/${LOCATION}/endpoints`,
      OFF,
      (of) => of.endpoints(),
      "the API aiplatform.googleapis.com is not enabled in the project; enable it with gcloud services enable",
    ],
    ["buckets", "/storage/v1/b", DENIED, (of) => of.buckets(), "your identity lacks storage.buckets.list"],
    ["a bucket", "/storage/v1/b/acme", DENIED, (of) => of.bucket("acme"), "your identity lacks storage.buckets.get"],
    [
      "a template",
      "/storage/v1/b/acme/o/churn.yaml",
      DENIED,
      (of) => of.pipeline("gs://acme/churn.yaml"),
      "your identity lacks storage.objects.get",
    ],
    [
      "a busy service",
      `/v1/${LOCATION}/endpoints`,
      googleError(429, "RESOURCE_EXHAUSTED", "quota"),
      (of) => of.endpoints(),
      "Google Cloud was too busy to answer (aiplatform.endpoints.list)",
    ],
    [
      "a session that ended",
      `/v1/${LOCATION}/endpoints`,
      googleError(401, "UNAUTHENTICATED", "expired"),
      (of) => of.endpoints(),
      "Google Cloud does not accept your credentials; sign in again with gcloud auth application-default login",
    ],
  ])("should never take a refusal for none: %s", async (_what, path, refusal, call, reason) => {
    const account = await opened({ [path]: refusal });

    expect(await call(account)).toEqual({ isLooked: false, reason });
  });

  it("should say both reasons when no template can be seen", async () => {
    const { pipelines } = await opened({
      [`/v1/${LOCATION}/pipelineJobs`]: DENIED,
      [`/v1/${LOCATION}/repositories`]: DENIED,
    });

    expect(await pipelines()).toEqual({
      isLooked: false,
      reason: "your identity lacks aiplatform.pipelineJobs.list; your identity lacks artifactregistry.repositories.list",
    });
  });

  it("should not open an account whose credentials are not accepted", async () => {
    const refused = await openedWith({ "/storage/v1/b": googleError(401, "UNAUTHENTICATED", "expired") });

    expect(refused).toMatchObject({
      isLooked: false,
      reason: expect.stringMatching(/^Google Cloud does not accept your credentials/),
    });
  });
});

// Helpers

async function openedWith(google: SmallGoogle): ReturnType<typeof openGcpAccount> {
  server = await startGoogleServer((request) => {
    const path = request.path.replace(/\?.*$/, "");
    const answer = { ...EMPTY, ...google }[path];
    if (answer === undefined) return googleError(404, "NOT_FOUND", `no ${path}`);
    return typeof answer === "function" ? answer(queryOf(request)) : answer;
  });
  const { endpoint } = server;
  return openGcpAccount(PLACE, { rest: anonymousRest(), addresses: { storage: endpoint, vertex: endpoint, registry: endpoint } });
}

async function opened(google: SmallGoogle): Promise<Account> {
  const looked = await openedWith(google);
  if (!looked.isLooked) throw new Error(looked.reason);
  return looked.found;
}
