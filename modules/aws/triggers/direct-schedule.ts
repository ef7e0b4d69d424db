import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { whoStartsPipeline } from "../../../eventbridge/who-starts-pipeline";
import type { PipelineSchedule } from "../../../functions/core/schedules/pipeline-schedule";
import { belongsTo } from "../../model-owner";
import { literalText } from "../../terraform-text";
import { type PolicyStatement, pipelineArn, schedulerTrust, startPipelines, trustPolicy } from "../access/policy";
import { addRolePolicy } from "../access/role-policies";
import { type AwsDeployment, physicalName, roleName } from "../deployment";
import type { RoleTaker } from "../keys/key-use";
import { DeadLetterQueue, sendTo } from "../queues/guarded-queue";
import { RETRY_POLICY, rulesAsSender } from "../queues/rule-delivery";
import { scheduleExpression } from "./scheduled-trigger";

export interface DirectScheduleProps {
  readonly deployment: AwsDeployment;
  readonly schedule: PipelineSchedule;
  /** Name of the SageMaker pipeline. */
  readonly pipelineName: string;
  /** What must exist before the pipeline is started. @default - the pipeline exists */
  readonly ready?: readonly ITerraformDependable[];
}

/**
 * Starts a pipeline of SageMaker when it is time, with nothing between: no function, no state, no decision. By a rule of
 * EventBridge where UTC and names without `_` are enough, since a rule can pass on what its event says; else by EventBridge
 * Scheduler, which knows time zones and such names, and takes every value as it stands. Both deliver at least once, and neither
 * tells the pipeline's starts apart, so a fire may start it twice.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
 */
export class DirectSchedule extends Construct {
  /** `<model>_<schedule>`: names may hold hyphens, but no underscore, so no two pairs make the same. */
  readonly key: string;
  /** Takes the starts that failed for good. */
  readonly undelivered: DeadLetterQueue;

  /** @throws Error when neither service can say when it fires, or what it starts the pipeline with */
  constructor(scope: Construct, id: string, props: DirectScheduleProps) {
    super(scope, id);
    const { model, name } = props.schedule;
    belongsTo(this, model);
    this.key = `${model}_${name}`;
    const service = whoStartsPipeline(props.schedule);
    if (service === undefined) {
      throw new Error(
        `schedule ${name} of model ${model} has paths as values beside a time zone or names with _; neither service of EventBridge takes both; use static values, or UTC and other names`,
      );
    }
    this.undelivered = service === "rule" ? this.addRule(props) : this.addSchedule(props);
  }

  private addRule({ deployment, schedule, pipelineName, ready = [] }: DirectScheduleProps): DeadLetterQueue {
    const { model, parameters } = schedule;
    const role = `direct-${this.key}`;
    const name = physicalName(deployment, role);
    const rule = new CloudwatchEventRule(this, "Resource", {
      name,
      description: descriptionOf(schedule),
      scheduleExpression: scheduleExpression(schedule),
      tags: { model, schedule: schedule.name },
    });
    const undelivered = new DeadLetterQueue(this, "undelivered", {
      deployment,
      of: role,
      senders: [rulesAsSender(deployment, name)],
    });
    // The rule alone may take the role:
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
    const trust = trustPolicy("events.amazonaws.com", {
      StringEquals: { "aws:SourceAccount": deployment.accountId },
      ArnEquals: { "aws:SourceArn": rule.arn },
    });
    const granted = this.addRole(deployment, role, { service: "events" }, trust, [startPipelines(deployment, [pipelineName])]);
    const list = pairsOf(parameters);
    new CloudwatchEventTarget(this, "target", {
      rule: rule.name,
      arn: pipelineArn(deployment, pipelineName),
      roleArn: granted.role.arn,
      ...(list.length === 0 ? {} : { sagemakerPipelineTarget: { pipelineParameterList: list } }),
      deadLetterConfig: { arn: undelivered.arn },
      retryPolicy: RETRY_POLICY,
      // EventBridge does not retry what a role or a queue refuses.
      dependsOn: [granted.policy, undelivered.policy, ...ready],
    });
    return undelivered;
  }

  private addSchedule({ deployment, schedule, pipelineName, ready = [] }: DirectScheduleProps): DeadLetterQueue {
    const role = `direct-${this.key}`;
    const undelivered = new DeadLetterQueue(this, "undelivered", { deployment, of: role });
    const statements = [startPipelines(deployment, [pipelineName]), sendTo(undelivered)];
    const granted = this.addRole(deployment, role, { service: "scheduler" }, schedulerTrust(deployment), statements);
    const list = pairsOf(schedule.parameters);
    new SchedulerSchedule(this, "Resource", {
      name: physicalName(deployment, role),
      description: descriptionOf(schedule),
      scheduleExpression: scheduleExpression(schedule),
      scheduleExpressionTimezone: schedule.timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: pipelineArn(deployment, pipelineName),
        roleArn: granted.role.arn,
        ...(list.length === 0 ? {} : { sagemakerPipelineParameters: { pipelineParameter: list } }),
        deadLetterConfig: { arn: undelivered.arn },
        retryPolicy: RETRY_POLICY,
      },
      dependsOn: [granted.policy, undelivered.policy, ...ready],
    });
    return undelivered;
  }

  private addRole(
    deployment: AwsDeployment,
    name: string,
    taker: RoleTaker,
    trust: string,
    statements: readonly PolicyStatement[],
  ) {
    const role = new IamRole(this, "role", { name: roleName(deployment, name), assumeRolePolicy: trust });
    const policy = addRolePolicy(this, "policy", { deployment, roleName: role.name, taker, statements });
    return { role, policy };
  }
}

function descriptionOf({ model }: PipelineSchedule): string {
  return `Starts the pipeline of ${model}, past the coordinator`;
}

function pairsOf(parameters: PipelineSchedule["parameters"]): { name: string; value: string }[] {
  return Object.entries(parameters).map(([name, value]) => ({ name, value: literalText(value) }));
}
