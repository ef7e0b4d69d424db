import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { TerraformStack, Testing } from "cdktf";
import { parseScheduledRequest, type Schedule } from "../../../../functions/core/schedules/scheduled-request";
import { cronExpression } from "../../../../functions/core/schedules/timing";
import { ProjectApis } from "../../../../modules/gcp/deployment";
import { ScheduledTrigger } from "../../../../modules/gcp/triggers/scheduled-trigger";
import { Template } from "../../../stacks/template";

const TOPIC = "projects/acme/topics/retrigger-dev-requests";

describe("ScheduledTrigger on Google Cloud", () => {
  it("should publish to the request topic when it is time, by the clock of the schedule's zone", () => {
    const job = synthesizeTrigger([scheduleOf({ timing: cronExpression("30 2 13 * FRI"), timeZone: "Europe/Berlin" })]).one(
      "google_cloud_scheduler_job",
    );

    expect(job).toMatchObject({
      name: "retrigger-dev-schedule-flight-delay_nightly",
      project: "acme",
      region: "europe-west1",
      schedule: "30 2 13 * 5",
      time_zone: "Europe/Berlin",
      pubsub_target: { topic_name: TOPIC },
      retry_config: { retry_count: 5 },
    });
    // Ignored for Pub/Sub, and a difference in every plan.
    expect(job).not.toHaveProperty("attempt_deadline");
  });

  it("should publish once somebody takes the messages and the API is enabled", () => {
    const template = synthesizeTrigger([scheduleOf({})]);

    expect(template.one("google_cloud_scheduler_job").depends_on).toEqual([
      expect.stringMatching(/^google_project_service\./),
      "google_pubsub_topic.subscribed",
    ]);
    expect(template.one("google_project_service").service).toBe("cloudscheduler.googleapis.com");
  });

  it("should publish what its receiver takes for a request of the minute that it was published in", () => {
    const template = synthesizeTrigger([scheduleOf({ priority: 2 })]);

    const published = JSON.parse(Buffer.from(dataOf(template), "base64").toString());

    const firedAt = Date.UTC(2026, 10, 21, 2, 30);
    expect(parseScheduledRequest(published, firedAt + 1_234)).toEqual({
      id: "schedule/flight-delay/nightly-2026-11-21T02-30",
      model: "flight-delay",
      causes: [{ type: "schedule", name: "nightly", firedAt }],
      priority: 2,
      manifests: [],
      requestedAt: firedAt,
    });
  });

  it("should give every job a name of its own, however their names are put together", () => {
    const template = synthesizeTrigger([scheduleOf({ model: "a", name: "b-c" }), scheduleOf({ model: "a-b", name: "c" })]);

    const names = template.all("google_cloud_scheduler_job").map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(["retrigger-dev-schedule-a_b-c", "retrigger-dev-schedule-a-b_c"]));
  });
});

// Helpers

function synthesizeTrigger(schedules: readonly Schedule[]): Template {
  const stack = new TerraformStack(Testing.app(), "stack");
  const deployment = {
    environment: "dev",
    project: "acme",
    projectNumber: "123456789012",
    region: "europe-west4",
    schedulerRegion: "europe-west1",
    apis: new ProjectApis(stack, "apis", { project: "acme" }),
    projectDir: __dirname,
  };
  const requests = { topic: TOPIC, ready: [new PubsubTopic(stack, "subscribed", { name: "subscribed" })] };
  new ScheduledTrigger(stack, "scheduled-trigger", { deployment, requests, schedules });
  return new Template(stack);
}

function scheduleOf(overrides: Partial<Schedule>): Schedule {
  return {
    model: "flight-delay",
    name: "nightly",
    timing: cronExpression("30 2 * * *"),
    timeZone: "UTC",
    priority: 3,
    ...overrides,
  };
}

function dataOf(template: Template): string {
  const { pubsub_target } = template.one("google_cloud_scheduler_job");
  return String(Object.entries(pubsub_target ?? {}).find(([name]) => name === "data")?.[1]);
}
