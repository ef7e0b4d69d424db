// Topics and queues whose policies belong to their owners: Terraform would replace a policy as a whole.
import type { RuleTarget } from "../../../functions/core/event-rules/event-rule";
import { literalText } from "../../terraform-text";
import { type TargetDelivery, transformed } from "./target-delivery";

/** Publishes to an SNS topic. */
export function snsTarget({ arn, input }: Extract<RuleTarget, { type: "sns" }>): TargetDelivery {
  return { attributes: { arn, ...transformed(input) }, access: { by: "owner", action: "sns:Publish" } };
}

/** Sends to an SQS queue. */
export function sqsTarget({ arn, messageGroup, input }: Extract<RuleTarget, { type: "sqs" }>): TargetDelivery {
  return {
    attributes: {
      arn,
      ...transformed(input),
      ...(messageGroup === undefined ? {} : { sqsTarget: { messageGroupId: literalText(messageGroup) } }),
    },
    access: { by: "owner", action: "sqs:SendMessage" },
  };
}
