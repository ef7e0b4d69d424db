import { type PipelineSchedule, parseLaunch } from "../../../../functions/core/schedules/pipeline-schedule";
import { cronExpression } from "../../../../functions/core/schedules/timing";
import { PipelineAccess } from "../../../../modules/gcp/access/pipeline-access";
import { FunctionBuilder } from "../../../../modules/gcp/functions/function-builder";
import { Launcher } from "../../../../modules/gcp/functions/launcher";
import { DirectSchedule } from "../../../../modules/gcp/triggers/direct-schedule";
import { WatchedBuckets } from "../../../../modules/gcp/triggers/watched-bucket";
import type { Template } from "../../../stacks/template";
import { rolesOf } from "../iam";
import { settingsOf, synthesize } from "../synthesize";

describe("DirectSchedule on Google Cloud", () => {
  it("should publish to the launcher when it is time, by the clock of the schedule's zone, once somebody hears", () => {
    const template = synthesizeDirect({ timeZone: "Europe/Berlin" });

    const job = template.one("google_cloud_scheduler_job");
    expect(job).toMatchObject({
      name: "retrigger-dev-direct-churn_nightly",
      region: "europe-west1",
      schedule: "30 2 * * *",
      time_zone: "Europe/Berlin",
      retry_config: { retry_count: 5 },
      pubsub_target: { topic_name: template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-launches" }) },
    });
    const subscription = template.reference("google_pubsub_subscription", "id", { name: "retrigger-dev-launches" });
    expect(job.depends_on).toContain(subscription.slice(2, -".id}".length));
  });

  it("should publish all that the launcher must know, with the schedule's own parameters", () => {
    const template = synthesizeDirect({ parameters: { at: "{firedAt}" } });

    const { pubsub_target } = template.one("google_cloud_scheduler_job");
    const [, data] = Object.entries(Object(pubsub_target) as Record<string, string>).find(([name]) => name === "data") ?? [];
    const message: unknown = JSON.parse(Buffer.from(String(data), "base64").toString());
    const { request, pipeline } = parseLaunch(message, Date.UTC(2026, 10, 21, 2, 30, 5));
    expect(request.id).toBe("direct/churn/nightly-2026-11-21T02-30");
    expect(pipeline).toEqual({ ...settingsOf("churn").pipeline, parameters: { at: "2026-11-21T02:30:00Z" } });
  });

  it("should refuse a rate that the clock cannot keep", () => {
    expect(() => synthesizeDirect({ timing: { everyMinutes: 61 } })).toThrow(
      "schedule nightly of model churn divides neither an hour nor a day evenly",
    );
  });
});

describe("Launcher", () => {
  it("should be allowed to start the pipelines of its models, and nothing else", () => {
    const template = synthesizeDirect({});

    expect(rolesOf(template, "retrigger-dev-launcher")).toEqual([
      { role: "retrigger_dev_pipelines", on: "acme-ml" },
      { role: "roles/pubsub.publisher", on: "retrigger-dev-launches-dlq" },
      expect.objectContaining({ role: "roles/iam.serviceAccountUser" }),
      expect.objectContaining({ role: "retrigger_dev_templates", on: "acme-pipelines" }),
    ]);
    expect(template.one("google_cloudfunctions2_function").service_config).toMatchObject({
      available_memory: "256Mi",
      environment_variables: {
        RETRIGGER_LAUNCHES: template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-launches" }),
      },
    });
  });

  it("should let the runner read no data of a model that has none, and write its artifacts", () => {
    const template = synthesizeDirect({});

    const roles = rolesOf(template, "retrigger-dev-runner").map(({ role, on }) => `${role} ${on}`);
    expect(roles).not.toContain("roles/storage.objectViewer acme-clicks");
    expect(roles).toContain("retrigger_dev_artifacts acme-training");
  });
});

// Helpers

function synthesizeDirect(overrides: Partial<PipelineSchedule>): Template {
  const { pipeline } = settingsOf("churn");
  const schedule = {
    model: "churn",
    name: "nightly",
    timing: cronExpression("30 2 * * *"),
    timeZone: "UTC",
    parameters: {},
    ...overrides,
  };
  return synthesize((stack, deployment) => {
    const buckets = new WatchedBuckets(stack, "buckets", { deployment, models: [] });
    const builder = new FunctionBuilder(stack, "builder", { deployment });
    const models = [{ pipeline }];
    const pipelines = new PipelineAccess(stack, "pipeline-access", { deployment, buckets, models });
    const { launches } = new Launcher(stack, "launcher", { deployment, builder, pipelines, models });
    new DirectSchedule(stack, "direct", { deployment, schedule, pipeline, launches });
  });
}
