import type { CloudwatchEventTargetConfig } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import type { InputTransformer } from "../../../eventbridge/event-rule";
import { literalText } from "../../terraform-text";
import type { PolicyStatement } from "../access/policy";

/** What a kind of target says beside rule, retries and dead letters. */
export type TargetAttributes = Pick<
  CloudwatchEventTargetConfig,
  "arn" | "inputTransformer" | "kinesisTarget" | "lifecycle" | "runCommandTargets" | "sagemakerPipelineTarget" | "sqsTarget"
>;

/**
 * What lets EventBridge reach a target. For Lambda, SNS and SQS it is the policy of the resource: AWS's pages disagree on whether
 * a role may stand in for it. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export type TargetAccess =
  /** A role that EventBridge takes, what it may do, and to what: targets of one kind and resource share the role. */
  | { readonly by: "role"; readonly resource: string; readonly statements: readonly PolicyStatement[] }
  /** A permission of a Lambda function, which adds to those that others gave. */
  | { readonly by: "permission"; readonly functionName: string; readonly qualifier?: string }
  /** A statement in the policy of a resource that somebody else owns, and alone may write. */
  | { readonly by: "owner"; readonly action: "sns:Publish" | "sqs:SendMessage" }
  /** The policy of a queue or topic of this deployment, which lets the rule in already. */
  | { readonly by: "deployment" };

/** How the events of a rule reach one target. */
export interface TargetDelivery {
  readonly attributes: TargetAttributes;
  readonly access: TargetAccess;
}

/** The attribute of what a target is given instead of the whole event, if anything. */
export function transformed(input: InputTransformer | undefined): Pick<TargetAttributes, "inputTransformer"> {
  if (input === undefined) return {};
  const { paths, template } = input;
  return {
    inputTransformer: {
      ...(Object.keys(paths).length === 0 ? {} : { inputPaths: paths }),
      inputTemplate: literalText(template),
    },
  };
}
