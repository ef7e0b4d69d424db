import type { ModelSettings } from "../../../../functions/core/model-settings";
import { Rollout } from "../../../../modules/gcp/functions/rollout";
import type { Template } from "../../../stacks/template";
import { promotionOf, rolloutOf } from "../../promoted-settings";
import { rolesOf } from "../iam";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

const NAME = "retrigger-dev-rollout";

describe("Rollout", () => {
  it("should tick every minute, one tick at a time", () => {
    const template = synthesizeRollout();

    expect(template.one("google_cloud_scheduler_job")).toMatchObject({
      name: NAME,
      schedule: "* * * * *",
      pubsub_target: { topic_name: template.reference("google_pubsub_topic", "id", { name: NAME }) },
      retry_config: { retry_count: 0 },
    });
    expect(template.one("google_cloudfunctions2_function", { name: NAME })).toMatchObject({
      build_config: { entry_point: "rollout" },
      service_config: {
        timeout_seconds: 300,
        max_instance_count: 1,
        environment_variables: {
          RETRIGGER_STATE: template.reference("google_firestore_database", "id"),
        },
      },
    });
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should have its state and the traffic of endpoints, and nothing else", () => {
    const roles = rolesOf(synthesizeRollout(), NAME);

    expect(roles).toHaveLength(2);
    expect(roles).toEqual(
      expect.arrayContaining([
        {
          role: "roles/datastore.user",
          on: "acme-ml",
          condition: 'resource.name == "projects/acme-ml/databases/retrigger-dev"',
        },
        { role: "retrigger_dev_traffic", on: "acme-ml" },
      ]),
    );
  });

  it("should deploy, split and undeploy, and neither make nor delete an endpoint, mark a version or act as an account", () => {
    expect(synthesizeRollout().one("google_project_iam_custom_role", { role_id: "retrigger_dev_traffic" }).permissions).toEqual([
      "aiplatform.endpoints.deploy",
      "aiplatform.endpoints.get",
      "aiplatform.endpoints.undeploy",
      "aiplatform.endpoints.update",
      "aiplatform.models.get",
      "aiplatform.operations.list",
      "monitoring.timeSeries.list",
    ]);
  });
});

// Helpers

function synthesizeRollout(): Template {
  const models: ModelSettings[] = [
    { ...settingsOf("clicks"), promotion: { ...promotionOf("gs", "clicks"), rollout: rolloutOf("gs", "clicks") } },
  ];
  return synthesize((stack, deployment) => {
    const { builder, state } = coordinatorResourcesOf(stack, deployment, models);
    new Rollout(stack, "rollout", { deployment, builder, state });
  });
}
