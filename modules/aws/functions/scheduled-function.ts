import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Construct } from "constructs";
import { schedulerTrust } from "../access/policy";
import { addRolePolicy } from "../access/role-policies";
import { physicalName, roleName } from "../deployment";
import { DeadLetterQueue, sendTo } from "../queues/guarded-queue";
import { HandlerFunction, type HandlerFunctionProps } from "./handler-function";

/** When a scheduled function is invoked, and with what. */
export interface FunctionSchedule {
  /** Id of the schedule's construct. */
  readonly id: string;
  /** The schedule is named `<namePrefix>-<environment>-<name>`. */
  readonly name: string;
  /** @default - none */
  readonly description?: string;
  /** `rate(…)` or `cron(…)`. */
  readonly expression: string;
  /** @default - UTC, by the scheduler's own default */
  readonly timeZone?: string;
  /** Minutes over which the invocations of several schedules are spread. @default - none: each comes at its time */
  readonly spreadMinutes?: number;
  /** What the function is given. @default - the scheduler's own event */
  readonly input?: string;
}

export interface ScheduledFunctionProps extends Omit<HandlerFunctionProps, "source" | "asyncFailures" | "asyncMaximumAgeSec"> {
  /** The role that the scheduler takes is named `<namePrefix>-<environment>-<schedulerRole>-<region>`. */
  readonly schedulerRole: string;
  /** How long an invocation may wait at the scheduler, and at Lambda again, seconds, 60 to 21,600; then it has failed. */
  readonly maximumWaitSec: number;
  /** How often the scheduler tries again to invoke the function. A function that fails is never invoked again. */
  readonly deliveryRetries: number;
  /** One at least. */
  readonly schedules: readonly FunctionSchedule[];
}

/** A function that EventBridge Scheduler invokes, with a queue for the invocations that could not be delivered or failed. */
export class ScheduledFunction extends Construct {
  readonly function: HandlerFunction;
  /** Takes the invocations that could not be delivered or failed. */
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: ScheduledFunctionProps) {
    super(scope, id);
    const { schedulerRole, deliveryRetries, schedules, maximumWaitSec, ...handler } = props;
    const { deployment } = handler;
    this.deadLetters = new DeadLetterQueue(this, "dead-letters", { deployment, of: handler.role });
    this.function = new HandlerFunction(this, "function", {
      ...handler,
      asyncFailures: this.deadLetters,
      asyncMaximumAgeSec: maximumWaitSec,
    });
    const role = new IamRole(this, "schedule-role", {
      name: roleName(deployment, schedulerRole),
      assumeRolePolicy: schedulerTrust(deployment),
    });
    const policy = addRolePolicy(this, "schedule-policy", {
      deployment,
      roleName: role.name,
      taker: { service: "scheduler" },
      statements: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: this.function.arn }, sendTo(this.deadLetters)],
    });
    for (const { id, name, description, expression, timeZone, spreadMinutes, input } of schedules) {
      new SchedulerSchedule(this, id, {
        name: physicalName(deployment, name),
        ...(description === undefined ? {} : { description }),
        scheduleExpression: expression,
        ...(timeZone === undefined ? {} : { scheduleExpressionTimezone: timeZone }),
        flexibleTimeWindow:
          spreadMinutes === undefined ? { mode: "OFF" } : { mode: "FLEXIBLE", maximumWindowInMinutes: spreadMinutes },
        target: {
          arn: this.function.arn,
          roleArn: role.arn,
          ...(input === undefined ? {} : { input }),
          deadLetterConfig: { arn: this.deadLetters.arn },
          retryPolicy: { maximumEventAgeInSeconds: maximumWaitSec, maximumRetryAttempts: deliveryRetries },
        },
        dependsOn: [policy],
      });
    }
  }
}
