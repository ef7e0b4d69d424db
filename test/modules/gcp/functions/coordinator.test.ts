import type { VertexPipeline } from "../../../../functions/core/model-settings";
import { pipelineTemplate } from "../../../../modules/gcp/access/runner-account";
import { Coordinator } from "../../../../modules/gcp/functions/coordinator";
import type { Template } from "../../../stacks/template";
import { rolesOf } from "../iam";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

const STATE = {
  role: "roles/datastore.user",
  on: "acme-ml",
  condition: 'resource.name == "projects/acme-ml/databases/retrigger-dev"',
};
const MANIFESTS = {
  role: "retrigger_dev_manifests",
  on: "acme-clicks",
  condition:
    'resource.name == "projects/_/buckets/acme-clicks" || resource.name.startsWith("projects/_/buckets/acme-clicks/objects/retrigger/manifests/")',
};
const TEMPLATE = {
  role: "retrigger_dev_templates",
  on: "acme-pipelines",
  condition: 'resource.name == "projects/_/buckets/acme-pipelines/objects/pipeline.yaml"',
};

describe("Coordinator", () => {
  it("should take the requests of each model in their order, one at a time, and several models at once", () => {
    const template = synthesizeCoordinator();

    expect(template.one("google_pubsub_subscription", { name: "retrigger-dev-requests" })).toMatchObject({
      enable_message_ordering: true,
      ack_deadline_seconds: 180,
    });
    expect(template.one("google_cloudfunctions2_function").service_config).toMatchObject({
      max_instance_count: 10,
      max_instance_request_concurrency: 1,
    });
  });

  it("should be allowed to start the pipelines as their account, and to look at their runs", () => {
    const template = synthesizeCoordinator();

    expect(new Set(rolesOf(template, "retrigger-dev-coordinator"))).toEqual(
      new Set([
        STATE,
        MANIFESTS,
        TEMPLATE,
        { role: "roles/pubsub.publisher", on: "retrigger-dev-decisions" },
        { role: "roles/pubsub.publisher", on: "retrigger-dev-requests-dlq" },
        { role: "retrigger_dev_pipelines", on: "acme-ml" },
        { role: "roles/iam.serviceAccountUser", on: "retrigger-dev-runner" },
      ]),
    );
    expect(template.one("google_project_iam_custom_role", { role_id: "retrigger_dev_pipelines" }).permissions).toEqual([
      "aiplatform.pipelineJobs.create",
      "aiplatform.pipelineJobs.get",
    ]);
  });

  it("should know its addresses", () => {
    const template = synthesizeCoordinator();

    expect(template.one("google_cloudfunctions2_function").service_config).toMatchObject({
      environment_variables: {
        RETRIGGER_STATE: template.reference("google_firestore_database", "id"),
        RETRIGGER_TOPIC: template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-decisions" }),
      },
    });
  });
});

describe("the account that pipelines run as", () => {
  it("should read data and manifests, write artifacts into their folder, and use Vertex AI", () => {
    expect(new Set(rolesOf(synthesizeCoordinator(), "retrigger-dev-runner"))).toEqual(
      new Set([
        { role: "roles/aiplatform.user", on: "acme-ml" },
        { role: "roles/storage.objectViewer", on: "acme-clicks" },
        { role: "roles/storage.objectViewer", on: "acme-training" },
        {
          role: "retrigger_dev_artifacts",
          on: "acme-training",
          condition: 'resource.name.startsWith("projects/_/buckets/acme-training/objects/runs/")',
        },
        TEMPLATE,
      ]),
    );
  });

  it("should have its roles before anybody may start a pipeline as it", () => {
    const template = synthesizeCoordinator();

    const { depends_on } = template.one("google_service_account_iam_member", { role: "roles/iam.serviceAccountUser" });
    expect(depends_on).toHaveLength(5);
  });

  it("should be the model's own where it names one, and then nobody else's", () => {
    const template = synthesizeCoordinator({ serviceAccount: "training@acme-other.iam.gserviceaccount.com" });

    expect(rolesOf(template, "retrigger-dev-coordinator")).toContainEqual({
      role: "roles/iam.serviceAccountUser",
      on: "projects/acme-other/serviceAccounts/training@acme-other.iam.gserviceaccount.com",
    });
    expect(template.all("google_service_account").map(({ account_id }) => account_id)).not.toContain("retrigger-dev-runner");
  });
});

describe("the template of a pipeline", () => {
  it("should be read in its repository where it is a package", () => {
    const template = synthesizeCoordinator({ template: "https://europe-west4-kfp.pkg.dev/acme-shared/pipelines/churn/v3" });

    const repositories = template
      .all("google_artifact_registry_repository_iam_member")
      .filter(({ role }) => role === "roles/artifactregistry.reader");
    expect(repositories).toHaveLength(2);
    for (const repository of repositories) {
      expect(repository).toMatchObject({ project: "acme-shared", location: "europe-west4", repository: "pipelines" });
    }
  });

  it("should be an object or a package, and nothing else", () => {
    expect(pipelineTemplate("gs://acme/a/b.yaml")).toEqual({ kind: "object", bucket: "acme", object: "a/b.yaml" });
    expect(() => pipelineTemplate("https://example.com/x")).toThrow("got the template https://example.com/x; expected gs://");
  });
});

// Helpers

function synthesizeCoordinator(vertex: Partial<VertexPipeline> = {}): Template {
  return synthesize((stack, deployment) => {
    new Coordinator(stack, "coordinator", coordinatorResourcesOf(stack, deployment, [settingsOf("churn", {}, vertex)]));
  });
}
