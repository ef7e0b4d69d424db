import type { ModelSettings } from "../../../../functions/core/model-settings";
import { HoldOutAccess } from "../../../../modules/gcp/access/hold-out-access";
import { Coordinator } from "../../../../modules/gcp/functions/coordinator";
import { Promoter } from "../../../../modules/gcp/functions/promoter";
import { promotedModels } from "../../../../modules/promoted-models";
import type { Template } from "../../../stacks/template";
import { promotionOf } from "../../promoted-settings";
import { rolesOf } from "../iam";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

const NAME = "retrigger-dev-promoter";

describe("Promoter", () => {
  it("should tick every minute, one tick at a time, with memory for the predictions of three models", () => {
    const template = synthesizePromoter([promoted("clicks")]);

    expect(template.one("google_cloud_scheduler_job")).toMatchObject({
      name: NAME,
      schedule: "* * * * *",
      pubsub_target: { topic_name: template.reference("google_pubsub_topic", "id", { name: NAME }) },
      retry_config: { retry_count: 0 },
    });
    expect(template.one("google_cloudfunctions2_function", { name: NAME })).toMatchObject({
      build_config: { entry_point: "promoter" },
      service_config: {
        available_memory: "1024Mi",
        timeout_seconds: 300,
        max_instance_count: 1,
        environment_variables: {
          RETRIGGER_STATE: template.reference("google_firestore_database", "id"),
          RETRIGGER_TOPIC: template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-decisions" }),
        },
      },
    });
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should read evaluations, and the baseline's where it lies elsewhere, and no other object", () => {
    const template = synthesizePromoter([promoted("clicks", "gs://acme-baselines/clicks/evaluation.json")]);

    const [ml, base] = ["acme-ml", "acme-baselines"].map((name) => `projects/_/buckets/${name}`);
    const roles = rolesOf(template, NAME);
    expect(roles).toHaveLength(5);
    expect(roles).toEqual(
      expect.arrayContaining([
        {
          role: "roles/datastore.user",
          on: "acme-ml",
          condition: 'resource.name == "projects/acme-ml/databases/retrigger-dev"',
        },
        { role: "roles/pubsub.publisher", on: "retrigger-dev-decisions" },
        { role: "retrigger_dev_registry", on: "acme-ml" },
        {
          role: "retrigger_dev_evaluations",
          on: "acme-ml",
          condition: `resource.name == "${ml}" || resource.name.startsWith("${ml}/objects/evaluations/clicks/")`,
        },
        {
          role: "retrigger_dev_evaluations",
          on: "acme-baselines",
          condition: `resource.name == "${base}" || resource.name.startsWith("${base}/objects/clicks/")`,
        },
      ]),
    );
  });

  it("should find and mark versions of models, and neither deploy nor delete any", () => {
    const template = synthesizePromoter([promoted("clicks")]);

    expect(template.one("google_project_iam_custom_role", { role_id: "retrigger_dev_registry" }).permissions).toEqual([
      "aiplatform.models.get",
      "aiplatform.models.list",
      "aiplatform.models.update",
      "aiplatform.pipelineJobs.get",
    ]);
    const evaluations = template.all("google_project_iam_custom_role").filter(({ role_id }) => /evaluations/.test(String(role_id)));
    expect(evaluations.map(({ permissions }) => permissions)).toEqual(
      Array(4).fill(["storage.objects.get", "storage.objects.list"]),
    );
  });

  it("should have the steps of candidates removed in time, where there are candidates", () => {
    const collections = (template: Template) => template.all("google_firestore_field").map(({ collection }) => collection);
    const without = synthesize((stack, deployment) => void coordinatorResourcesOf(stack, deployment, [settingsOf("clicks")]));

    expect(collections(synthesizePromoter([promoted("clicks")]))).toContain("candidates");
    expect(collections(without)).toEqual(["decisions", "drifts", "runs", "segments"]);
  });
});

describe("HoldOutAccess", () => {
  it("should let the coordinator read the manifest of a hold-out, and no other object of its bucket", () => {
    const mix = { baseline: "gs://acme-hold-outs/clicks.jsonl", share: 0.3, by: "objects", isRequired: true } as const;
    const model = promoted("clicks");
    const template = synthesizeCoordinator([{ ...model, promotion: { ...promotionOf("gs", "clicks"), mix } }]);

    const bucket = "projects/_/buckets/acme-hold-outs";
    expect(rolesOf(template, "retrigger-dev-coordinator")).toContainEqual({
      role: "retrigger_dev_hold_outs",
      on: "acme-hold-outs",
      condition: `resource.name == "${bucket}" || resource.name == "${bucket}/objects/clicks.jsonl"`,
    });
  });

  it("should be nothing where no model has a hold-out", () => {
    const template = synthesizeCoordinator([promoted("clicks")]);

    expect(template.text).not.toMatch(/hold.outs/);
  });
});

// Helpers

function promoted(model: string, baselineUri?: string): ModelSettings {
  const promotion = promotionOf("gs", model);
  const baseline = baselineUri === undefined ? {} : { baseline: { uri: baselineUri, sha256: "0".repeat(64) } };
  return { ...settingsOf(model), promotion: { ...promotion, guardrails: { ...promotion.guardrails, ...baseline } } };
}

function synthesizePromoter(models: readonly ModelSettings[]): Template {
  return synthesize((stack, deployment) => {
    const { builder, state, decisions, buckets } = coordinatorResourcesOf(stack, deployment, models);
    new Promoter(stack, "promoter", { deployment, builder, state, decisions, buckets, models: promotedModels(models) });
  });
}

function synthesizeCoordinator(models: readonly ModelSettings[]): Template {
  return synthesize((stack, deployment) => {
    const resources = coordinatorResourcesOf(stack, deployment, models);
    const holdOuts = new HoldOutAccess(stack, "hold-out-access", { deployment, buckets: resources.buckets, models });
    new Coordinator(stack, "coordinator", { ...resources, holdOuts });
  });
}
