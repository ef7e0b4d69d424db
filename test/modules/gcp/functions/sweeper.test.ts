import { Coordinator } from "../../../../modules/gcp/functions/coordinator";
import { Sweeper } from "../../../../modules/gcp/functions/sweeper";
import type { Template } from "../../../stacks/template";
import { rolesOf } from "../iam";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

describe("Sweeper", () => {
  it("should be told every minute, by a scheduler that may be in another region", () => {
    const template = synthesizeSweeper();

    expect(template.one("google_cloud_scheduler_job")).toMatchObject({
      name: "retrigger-dev-sweeper",
      region: "europe-west1",
      schedule: "* * * * *",
      time_zone: "Etc/UTC",
      retry_config: { retry_count: 0 },
      pubsub_target: {
        topic_name: template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-ticks" }),
        data: Buffer.from("tick").toString("base64"),
      },
    });
  });

  it("should not be told before it hears", () => {
    const template = synthesizeSweeper();

    const subscription = template.reference("google_pubsub_subscription", "id", { name: "retrigger-dev-ticks" });
    expect(template.one("google_cloud_scheduler_job").depends_on).toContain(subscription.slice(2, -".id}".length));
  });

  it("should sweep one at a time: a tick waits for as long as a sweep may take, and is worth nothing after that", () => {
    const template = synthesizeSweeper();

    const { service_config } = template.one("google_cloudfunctions2_function", { name: "retrigger-dev-sweeper" });
    expect(service_config).toMatchObject({ timeout_seconds: 300, max_instance_count: 1, max_instance_request_concurrency: 1 });
    expect(template.one("google_pubsub_subscription", { name: "retrigger-dev-ticks" })).toMatchObject({
      retry_policy: { minimum_backoff: "20s" },
      message_retention_duration: "600s",
      ack_deadline_seconds: 360,
    });
  });

  it("should be allowed to do all that the coordinator does, and to publish requests", () => {
    const template = synthesizeSweeper();

    const coordinator = rolesOf(template, "retrigger-dev-coordinator").filter(({ on }) => on !== "retrigger-dev-requests-dlq");
    expect(coordinator.length).toBeGreaterThan(5);
    expect(new Set(rolesOf(template, "retrigger-dev-sweeper"))).toEqual(
      new Set([...coordinator, { role: "roles/pubsub.publisher", on: "retrigger-dev-requests" }]),
    );
  });

  it("should know where to tell people, and where to ask", () => {
    const template = synthesizeSweeper();

    expect(template.one("google_cloudfunctions2_function", { name: "retrigger-dev-sweeper" }).service_config).toMatchObject({
      environment_variables: {
        RETRIGGER_STATE: template.reference("google_firestore_database", "id"),
        RETRIGGER_REQUESTS: template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-requests" }),
        RETRIGGER_TOPIC: template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-decisions" }),
      },
    });
  });
});

// Helpers

function synthesizeSweeper(): Template {
  return synthesize((stack, deployment) => {
    const coordination = coordinatorResourcesOf(stack, deployment, [settingsOf("churn")]);
    const { requests } = new Coordinator(stack, "coordinator", coordination);
    new Sweeper(stack, "sweeper", { ...coordination, requests });
  });
}
