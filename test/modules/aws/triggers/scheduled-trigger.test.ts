import { parseScheduledRequest, type Schedule } from "../../../../functions/core/schedules/scheduled-request";
import { cronExpression } from "../../../../functions/core/schedules/timing";
import { GuardedQueue } from "../../../../modules/aws/queues/guarded-queue";
import { ScheduledTrigger } from "../../../../modules/aws/triggers/scheduled-trigger";
import { statementsOf, type Template } from "../../../stacks/template";
import { synthesize } from "../synthesize";

describe("ScheduledTrigger", () => {
  it("should send to the request queue when it is time, by the clock of the schedule's zone", () => {
    const template = synthesizeTrigger([scheduleOf({ timing: cronExpression("30 2 * * MON-FRI"), timeZone: "Europe/Berlin" })]);

    expect(template.one("aws_scheduler_schedule")).toMatchObject({
      name: "retrigger-dev-schedule-flight-delay_nightly",
      schedule_expression: "cron(30 2 ? * MON-FRI *)",
      schedule_expression_timezone: "Europe/Berlin",
      flexible_time_window: { mode: "OFF" },
      target: {
        arn: template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-requests.fifo" }),
        sqs_parameters: { message_group_id: "flight-delay" },
        retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
      },
    });
  });

  it("should send what the coordinator takes for a request of that fire", () => {
    const template = synthesizeTrigger([scheduleOf({ priority: 2 })]);

    const sent = inputOf(template).replace("<aws.scheduler.scheduled-time>", "2026-11-21T02:30:00Z");

    const firedAt = Date.UTC(2026, 10, 21, 2, 30);
    expect(parseScheduledRequest(JSON.parse(sent))).toEqual({
      id: "schedule/flight-delay/nightly-2026-11-21T02-30",
      model: "flight-delay",
      causes: [{ type: "schedule", name: "nightly", firedAt }],
      priority: 2,
      manifests: [],
      requestedAt: firedAt,
    });
  });

  it("should send other content for another fire, schedule or model, as the queue tells messages apart by it", () => {
    const schedules = [scheduleOf({}), scheduleOf({ name: "weekly" }), scheduleOf({ model: "demand" })];
    const template = synthesizeTrigger(schedules);

    const inputs = template.all("aws_scheduler_schedule").map((schedule) => inputOf(template, { name: schedule.name }));

    expect(new Set(inputs).size).toBe(schedules.length);
    for (const input of inputs) expect(input).toContain('"firedAt":"<aws.scheduler.scheduled-time>"');
    expect(template.one("aws_sqs_queue", { name: "retrigger-dev-requests.fifo" }).content_based_deduplication).toBe(true);
  });

  it("should keep what could not be delivered in one standard queue", () => {
    const template = synthesizeTrigger([scheduleOf({}), scheduleOf({ name: "weekly" })]);

    const targets = template.all("aws_scheduler_schedule").map(({ target }) => target);
    const arn = template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-schedules-dlq" });
    expect(targets).toHaveLength(2);
    for (const target of targets) expect(target).toMatchObject({ dead_letter_config: { arn } });
    expect(template.one("aws_sqs_queue", { name: "retrigger-dev-schedules-dlq" })).not.toHaveProperty("fifo_queue");
  });

  it("should let the scheduler, for this account's schedules alone, send to exactly these two queues", () => {
    const template = synthesizeTrigger([scheduleOf({}), scheduleOf({ name: "weekly" })]);

    const role = template.one("aws_iam_role", { name: "retrigger-dev-scheduled-trigger-eu-central-1" });
    expect(statementsOf(role.assume_role_policy)).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "111122223333" },
          ArnEquals: { "aws:SourceArn": "arn:aws:scheduler:eu-central-1:111122223333:schedule-group/default" },
        },
      },
    ]);
    const queue = (name: string) => template.reference("aws_sqs_queue", "arn", { name });
    expect(template.roleStatements(template.reference("aws_iam_role", "name", { name: String(role.name) }))).toEqual([
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue("retrigger-dev-requests.fifo") },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: queue("retrigger-dev-schedules-dlq") },
    ]);
  });

  it("should give every schedule a name of its own, however their names are put together", () => {
    const template = synthesizeTrigger([
      scheduleOf({ model: "a", name: "b-c" }),
      scheduleOf({ model: "a-b", name: "c" }),
      scheduleOf({ model: "m".repeat(40), name: "n".repeat(39) }),
      scheduleOf({ model: "m".repeat(40), name: "n".repeat(40) }),
    ]);

    const names = template.all("aws_scheduler_schedule").map(({ name }) => String(name));
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
  });

  it("should refuse what EventBridge Scheduler cannot say", () => {
    expect(() => synthesizeTrigger([scheduleOf({ timing: cronExpression("0 0 13 * FRI") })])).toThrow(
      "schedule nightly of model flight-delay fires on days of the month or days of the week",
    );
  });
});

// Helpers

function synthesizeTrigger(schedules: readonly Schedule[]): Template {
  return synthesize((stack, deployment) => {
    const requests = new GuardedQueue(stack, "requests", { deployment, role: "requests", consumerTimeoutSec: 60, fifo: true });
    new ScheduledTrigger(stack, "scheduled-trigger", { deployment, requests, schedules });
  });
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

/** The body of the message that a schedule sends, before the scheduler puts the time in. */
function inputOf(template: Template, attributes: Readonly<Record<string, unknown>> = {}): string {
  const { target } = template.one("aws_scheduler_schedule", attributes);
  return String(Object.entries(target ?? {}).find(([name]) => name === "input")?.[1]);
}
