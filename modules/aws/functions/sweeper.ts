import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { type Coordination, coordinationEnvironment, coordinationStatements } from "../access/coordinator-permissions";
import { type DataPath, dataPathMemoryMb, dataPathStatements } from "../access/data-permissions";
import {
  type MonitoringReconciliation,
  reconciliationEnvironment,
  reconciliationStatements,
} from "../access/monitoring-permissions";
import { policyDocument, schedulerTrust } from "../access/policy";
import { physicalName, roleName } from "../deployment";
import { DeadLetterQueue } from "../queues/guarded-queue";
import { sendTo } from "../queues/queue-policy";
import { HandlerFunction } from "./handler-function";

const TIMEOUT_SEC = 300;

export interface SweeperProps extends DataPath, Coordination, MonitoringReconciliation {}

/** Does every minute what time alone asks for. A tick that fails is not repeated: the next one does the same. */
export class Sweeper extends Construct {
  readonly function: HandlerFunction;
  /** Takes the ticks that could not be delivered or failed. */
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: SweeperProps) {
    super(scope, id);
    const { deployment } = props;
    this.deadLetters = new DeadLetterQueue(this, "dead-letters", { deployment, of: "sweeper" });
    this.function = new HandlerFunction(this, "function", {
      deployment,
      role: "sweeper",
      description:
        "Seals batches whose time is up, publishes what waits, asks deferred requests again, finds runs that ended, and catches missed fires",
      statements: [
        ...dataPathStatements(props),
        ...coordinationStatements(props),
        props.state.readWrite("heartbeats#*"),
        props.state.read("drift#*"),
        ...reconciliationStatements(props),
      ],
      environment: {
        ...coordinationEnvironment(props),
        ...reconciliationEnvironment(props),
        [ENVIRONMENT.requests]: props.requests.url,
      },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: dataPathMemoryMb(props),
      asyncFailures: this.deadLetters,
    });
    const role = new IamRole(this, "schedule-role", {
      name: roleName(deployment, "schedule"),
      assumeRolePolicy: schedulerTrust(deployment),
    });
    const policy = new IamRolePolicy(this, "schedule-policy", {
      role: role.name,
      policy: policyDocument([
        { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: this.function.arn },
        sendTo(this.deadLetters),
      ]),
    });
    new SchedulerSchedule(this, "Resource", {
      name: physicalName(deployment, "sweeper"),
      scheduleExpression: "rate(1 minute)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: this.function.arn,
        roleArn: role.arn,
        deadLetterConfig: { arn: this.deadLetters.arn },
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
      },
      dependsOn: [policy],
    });
  }
}
