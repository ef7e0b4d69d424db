import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Construct } from "constructs";
import { eventBridgeTiming } from "../../../functions/core/schedules/cron-dialects";
import { fireMessage, type Schedule } from "../../../functions/core/schedules/scheduled-request";
import { schedulerTrust } from "../access/policy";
import { addRolePolicy } from "../access/role-policies";
import { type AwsDeployment, physicalName, roleName } from "../deployment";
import { DeadLetterQueue, type GuardedQueue, sendTo } from "../queues/guarded-queue";
import { RETRY_POLICY } from "../queues/rule-delivery";

/**
 * Replaced by the time that it fires for.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

export interface ScheduledTriggerProps {
  readonly deployment: AwsDeployment;
  /** The request queue: FIFO, with deduplication by content. */
  readonly requests: GuardedQueue;
  /** Of all models; the names of one model's schedules differ. */
  readonly schedules: readonly Schedule[];
}

/**
 * Asks for trainings when it is time: one schedule each, which sends to the request queue, in the group of its model. Each fire's
 * message has its own time, so the queue takes no two fires for one, and one fire that is sent twice, within five minutes, for one.
 */
export class ScheduledTrigger extends Construct {
  /** Takes the fires that could not be delivered; the scheduler needs a standard queue here, even beside a FIFO queue. */
  readonly undelivered: DeadLetterQueue;

  /** @throws Error when EventBridge Scheduler cannot say when a schedule fires */
  constructor(scope: Construct, id: string, { deployment, requests, schedules }: ScheduledTriggerProps) {
    super(scope, id);
    this.undelivered = new DeadLetterQueue(this, "undelivered", { deployment, of: "schedules" });
    const role = new IamRole(this, "role", {
      name: roleName(deployment, "scheduled-trigger"),
      assumeRolePolicy: schedulerTrust(deployment),
    });
    const policy = addRolePolicy(this, "policy", {
      deployment,
      roleName: role.name,
      taker: { service: "scheduler" },
      statements: [sendTo(requests), sendTo(this.undelivered)],
    });
    for (const schedule of schedules) {
      const { model, name, timeZone } = schedule;
      // Models' and schedules' names may hold hyphens, but no underscore, so no two pairs make the same name.
      const key = `schedule-${model}_${name}`;
      new SchedulerSchedule(this, key, {
        name: physicalName(deployment, key),
        description: `Asks for a training of ${model}`,
        scheduleExpression: scheduleExpression(schedule),
        scheduleExpressionTimezone: timeZone,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: requests.arn,
          roleArn: role.arn,
          // Plain JSON: Terraform's own jsonencode would write < as \u003c, and the scheduler would find no attribute in it.
          input: fireMessage(schedule, SCHEDULED_TIME),
          sqsParameters: { messageGroupId: model },
          deadLetterConfig: { arn: this.undelivered.arn },
          retryPolicy: RETRY_POLICY,
        },
        dependsOn: [policy, requests.policy],
      });
    }
  }
}

/**
 * When a schedule fires, in the words of EventBridge.
 * @throws Error when EventBridge cannot say it
 */
export function scheduleExpression({ model, name, timing }: Pick<Schedule, "model" | "name" | "timing">): string {
  const translation = eventBridgeTiming(timing);
  if (translation.isPossible) return translation.expression;
  throw new Error(`schedule ${name} of model ${model} ${translation.refusal}`);
}
