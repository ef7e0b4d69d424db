import { stringify } from "yaml";
import { configOf } from "./config-messages";
import { awsTemplate, configFile } from "./synthesize";
import type { Template } from "./template";

describe("AwsStack, of models with schedules", () => {
  it("should have a schedule for each, and the queue of what could not be delivered among its outputs", () => {
    const template = synthesizeWith({
      one: [{ cron: "@daily" }, { cron: "0 6 * * MON", name: "mondays" }],
      two: { cron: "@hourly" },
    });

    const names = template.all("aws_scheduler_schedule").map(({ name }) => name);
    expect(new Set(names)).toEqual(
      new Set([
        "retrigger-dev-sweeper",
        "retrigger-dev-schedule-one_schedule",
        "retrigger-dev-schedule-one_mondays",
        "retrigger-dev-schedule-two_schedule",
      ]),
    );
    const url = template.reference("aws_sqs_queue", "url", { name: "retrigger-dev-schedules-dlq" });
    expect(template.json.output?.dead_letter_queues?.value).toMatchObject({ schedules: url });
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should have no role and no queue for schedules when there is none", () => {
    const template = synthesizeWith({ one: undefined });

    expect(template.text).not.toContain("scheduled-trigger");
    expect(template.all("aws_scheduler_schedule")).toHaveLength(1);
    expect(template.json.output?.dead_letter_queues?.value).not.toHaveProperty("schedules");
  });
});

// Helpers

/** A stack of models with these sections `schedule`. */
function synthesizeWith(schedules: Readonly<Record<string, unknown>>): Template {
  const models = configOf(Object.fromEntries(Object.keys(schedules).map((name) => [name, {}])));
  const config = JSON.parse(JSON.stringify(models));
  for (const [name, schedule] of Object.entries(schedules)) {
    if (schedule !== undefined) config.models[name].schedule = schedule;
  }
  return awsTemplate(configFile(stringify(config)));
}
