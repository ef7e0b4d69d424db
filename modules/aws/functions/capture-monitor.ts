import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import type { CapturedModel } from "../../captured-models";
import { hourlyMinute } from "../../captured-models";
import { captureStatements } from "../access/capture-permissions";
import { policyDocument, schedulerTrust } from "../access/policy";
import { type AwsDeployment, physicalName, roleName } from "../deployment";
import { DeadLetterQueue } from "../queues/guarded-queue";
import { sendTo } from "../queues/queue-policy";
import type { StateStore } from "../state-store";
import { HandlerFunction } from "./handler-function";

/** The longest that Lambda allows: a window may be gigabytes, which are read as a stream. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const TIMEOUT_SEC = 900;
const MEMORY_MB = 1024;
/** Spreads the models over this time, which delays no window by more. */
const SPREAD_MINUTES = 15;
/** At the scheduler, and at Lambda again: with the spread and the run itself less than an hour, so that a model has one turn at a time. */
const MAXIMUM_WAIT_SEC = 600;

export interface CaptureMonitorProps {
  readonly deployment: AwsDeployment;
  readonly state: StateStore;
  /** One at least. */
  readonly models: readonly CapturedModel[];
}

/**
 * Looks for drift in captured requests: one function, and a schedule for every model, each hour, soon after a window may be due. A
 * window that is not due, or has its report, costs a look; one that was missed is made up for, so that no turn is repeated.
 */
export class CaptureMonitor extends Construct {
  readonly function: HandlerFunction;
  /** Takes the turns that could not be delivered or failed. */
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { deployment, state, models }: CaptureMonitorProps) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, "dead-letters", { deployment, of: "drift-monitor" });
    this.function = new HandlerFunction(this, "function", {
      deployment,
      role: "drift-monitor",
      description: "Compares captured requests with their baseline, and writes the drift reports of windows that are due",
      statements: [state.readSettings(), ...captureStatements(deployment, models)],
      environment: { [ENVIRONMENT.state]: state.tableName },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: MEMORY_MB,
      asyncFailures: this.deadLetters,
      asyncMaximumAgeSec: MAXIMUM_WAIT_SEC,
    });
    const role = new IamRole(this, "schedule-role", {
      name: roleName(deployment, "drift-monitor-schedule"),
      assumeRolePolicy: schedulerTrust(deployment),
    });
    const policy = new IamRolePolicy(this, "schedule-policy", {
      role: role.name,
      policy: policyDocument([
        { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: this.function.arn },
        sendTo(this.deadLetters),
      ]),
    });
    for (const { settings, capture } of models) {
      const key = `drift-monitor-${settings.model}`;
      new SchedulerSchedule(this, key, {
        name: physicalName(deployment, key),
        description: `Looks for drift in the captured requests of ${settings.model}`,
        scheduleExpression: `cron(${hourlyMinute(capture.delayMs)} * * * ? *)`,
        scheduleExpressionTimezone: "UTC",
        flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: SPREAD_MINUTES },
        target: {
          arn: this.function.arn,
          roleArn: role.arn,
          input: JSON.stringify({ model: settings.model }),
          deadLetterConfig: { arn: this.deadLetters.arn },
          retryPolicy: { maximumEventAgeInSeconds: MAXIMUM_WAIT_SEC, maximumRetryAttempts: 3 },
        },
        dependsOn: [policy],
      });
    }
  }
}
