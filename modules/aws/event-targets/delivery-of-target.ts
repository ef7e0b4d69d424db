import type { EventRule, RuleTarget } from "../../../functions/core/event-rules/event-rule";
import { noticeTransformer } from "../../../functions/core/event-rules/notice";
import { ruledMessageTransformer } from "../../../functions/core/event-rules/ruled-message";
import type { AwsDeployment } from "../deployment";
import { eventBusTarget } from "./event-bus-target";
import { kinesisTarget } from "./kinesis-target";
import { lambdaTarget } from "./lambda-target";
import { snsTarget, sqsTarget } from "./owned-targets";
import { pipelineTarget } from "./pipeline-target";
import { runCommandTarget } from "./run-command-target";
import { stateMachineTarget } from "./state-machine-target";
import { type TargetDelivery, transformed } from "./target-delivery";

/** The targets that only a deployment with a coordinator has. */
export interface OwnTargets {
  /** ARN of the FIFO queue of requests. */
  readonly requests: string;
  /** ARN of the topic of decisions. */
  readonly decisions: string;
}

/**
 * How the events of a rule reach a target.
 * @throws Error when the target is the coordinator's and there is none
 */
export function deliveryOfTarget(
  deployment: AwsDeployment,
  own: OwnTargets | undefined,
  rule: EventRule,
  target: RuleTarget,
): TargetDelivery {
  switch (target.type) {
    case "pipeline":
      return pipelineTarget(deployment, target);
    case "request":
    case "pause":
      return {
        attributes: {
          arn: ownOf(own, rule, target).requests,
          // In the order of whatever else concerns the model.
          sqsTarget: { messageGroupId: target.model },
          ...transformed(ruledMessageTransformer(rule, target)),
        },
        access: { by: "deployment" },
      };
    case "notify":
      return {
        attributes: { arn: ownOf(own, rule, target).decisions, ...transformed(noticeTransformer(rule)) },
        access: { by: "deployment" },
      };
    case "lambda":
      return lambdaTarget(target);
    case "sns":
      return snsTarget(target);
    case "sqs":
      return sqsTarget(target);
    case "kinesis":
      return kinesisTarget(target);
    case "state-machine":
      return stateMachineTarget(target);
    case "run-command":
      return runCommandTarget(deployment, target);
    case "event-bus":
      return eventBusTarget(deployment, target);
  }
}

function ownOf(own: OwnTargets | undefined, { name }: EventRule, { type }: RuleTarget): OwnTargets {
  if (own !== undefined) return own;
  throw new Error(`rule ${name} has a target of type ${type}, and this deployment has no coordinator; expected a model with data`);
}
