import { FunctionBuilder } from "../../../../modules/gcp/functions/function-builder";
import { HandlerFunction, type HandlerFunctionProps } from "../../../../modules/gcp/functions/handler-function";
import { GuardedQueue } from "../../../../modules/gcp/queues/guarded-queue";
import type { Template } from "../../../stacks/template";
import { rolesOf } from "../iam";
import { PUBSUB_AGENT, synthesize } from "../synthesize";

describe("HandlerFunction", () => {
  it("should run on Node 24 with the bundle's code, and the environment and account it is given", () => {
    const template = synthesizeFunction({ environment: { RETRIGGER_STATE: "state" }, timeoutSec: 45 });

    expect(template.one("google_cloudfunctions2_function")).toMatchObject({
      name: "retrigger-dev-batcher",
      location: "europe-west4",
      build_config: { runtime: "nodejs24", entry_point: "batcher" },
      service_config: {
        available_memory: "256Mi",
        timeout_seconds: 45,
        max_instance_count: 3,
        max_instance_request_concurrency: 1,
        environment_variables: { RETRIGGER_STATE: "state" },
        service_account_email: template.reference("google_service_account", "email", { account_id: "retrigger-dev-batcher" }),
      },
    });
  });

  it("should be built anew when its code changes, and not otherwise", () => {
    const [object, same] = [synthesizeFunction({}), synthesizeFunction({})].map((template) =>
      template.one("google_storage_bucket_object"),
    );

    expect(object).toMatchObject({
      name: expect.stringMatching(/^batcher-[0-9a-f]{16}\.zip$/),
      source: expect.stringMatching(/^assets\/.*\.zip$/),
    });
    expect(same?.name).toBe(object?.name);
  });

  it("should be reached from within the project alone, by an account that pushes its messages", () => {
    const template = synthesizeFunction({});

    expect(template.one("google_cloudfunctions2_function").service_config).toMatchObject({
      ingress_settings: "ALLOW_INTERNAL_ONLY",
    });
    expect(template.all("google_cloud_run_v2_service_iam_member")).toHaveLength(1);
    expect(rolesOf(template, "retrigger-dev-batcher-push")).toEqual([{ role: "roles/run.invoker", on: "retrigger-dev-batcher" }]);
    expect(rolesOf(template, PUBSUB_AGENT)).toContainEqual({
      role: "roles/iam.serviceAccountOpenIdTokenCreator",
      on: "retrigger-dev-batcher-push",
    });
  });

  it("should be pushed to only once that is allowed", () => {
    const template = synthesizeFunction({});

    const allowed = ["google_cloud_run_v2_service_iam_member", "google_service_account_iam_member"].flatMap((type) =>
      Object.keys(template.resources(type)).map((id) => `${type}.${id}`),
    );
    expect(template.one("google_pubsub_subscription", { name: "retrigger-dev-data" }).depends_on).toEqual(
      expect.arrayContaining(allowed),
    );
    expect(allowed).toHaveLength(2);
  });

  it("should be allowed what it is given, once, and nothing else", () => {
    const template = synthesize((stack, deployment) => {
      const other = new GuardedQueue(stack, "other", { deployment, role: "requests" });
      addFunction(stack, deployment, { grants: [other.publish(), other.publish()] });
    });

    expect(rolesOf(template, "retrigger-dev-batcher")).toEqual([
      { role: "roles/pubsub.publisher", on: "retrigger-dev-data-dlq" },
      { role: "roles/pubsub.publisher", on: "retrigger-dev-requests" },
    ]);
  });

  it("should have a whole CPU when it handles several requests at once", () => {
    const { service_config } = synthesizeFunction({ requestsPerInstance: 50 }).one("google_cloudfunctions2_function");

    expect(service_config).toMatchObject({ available_cpu: "1", max_instance_request_concurrency: 50 });
    expect(synthesizeFunction({}).one("google_cloudfunctions2_function").service_config).not.toHaveProperty("available_cpu");
  });
});

describe("FunctionBuilder", () => {
  it("should build as an account that reads sources, writes images of functions and its log, and nothing else", () => {
    const template = synthesizeFunction({});

    expect(rolesOf(template, "retrigger-dev-builder")).toEqual([
      { role: "roles/artifactregistry.writer", on: "retrigger-dev-functions" },
      { role: "roles/logging.logWriter", on: "acme-ml" },
      {
        role: "roles/storage.objectViewer",
        on: "acme-ml",
        condition:
          'resource.name.startsWith("projects/_/buckets/acme-ml-retrigger-dev-functions") || resource.name.startsWith("projects/_/buckets/gcf-v2-sources-4711-europe-west4")',
      },
    ]);
    expect(template.one("google_cloudfunctions2_function").build_config).toMatchObject({
      service_account: template.reference("google_service_account", "id", { account_id: "retrigger-dev-builder" }),
      docker_repository: template.reference("google_artifact_registry_repository", "id"),
    });
  });

  it("should keep the sources in a bucket of its own that is closed to the public", () => {
    expect(synthesizeFunction({}).one("google_storage_bucket")).toMatchObject({
      name: "acme-ml-retrigger-dev-functions",
      uniform_bucket_level_access: true,
      public_access_prevention: "enforced",
    });
  });

  it("should need every API of a build before the first one", () => {
    const template = synthesizeFunction({});

    const { depends_on } = template.one("google_cloudfunctions2_function");
    for (const api of ["cloudbuild", "cloudfunctions", "run", "logging"]) {
      const id = template.reference("google_project_service", "id", { service: `${api}.googleapis.com` }).slice(2, -4);
      expect(depends_on).toContain(id);
    }
    expect(template.all("google_project_service").every(({ disable_on_destroy }) => disable_on_destroy === false)).toBe(true);
  });
});

// Helpers

type Overrides = Partial<HandlerFunctionProps>;

function addFunction(...[stack, deployment, overrides]: [...Parameters<Parameters<typeof synthesize>[0]>, Overrides]): void {
  new HandlerFunction(stack, "function", {
    deployment,
    builder: new FunctionBuilder(stack, "builder", { deployment }),
    role: "batcher",
    description: "of a test",
    grants: [],
    environment: {},
    timeoutSec: 60,
    maximumInstances: 3,
    source: new GuardedQueue(stack, "queue", { deployment, role: "data" }),
    ...overrides,
  });
}

function synthesizeFunction(overrides: Overrides): Template {
  return synthesize((stack, deployment) => addFunction(stack, deployment, overrides));
}
