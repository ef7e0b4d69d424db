import type { RuleTarget } from "../../../functions/core/event-rules/event-rule";
import { type TargetDelivery, transformed } from "./target-delivery";

/** Invokes a Lambda function, or its version or alias. */
export function lambdaTarget({ arn, input }: Extract<RuleTarget, { type: "lambda" }>): TargetDelivery {
  const [qualifier] = arn.split(":").slice(7);
  const functionName = arn.split(":").slice(0, 7).join(":");
  return {
    attributes: { arn, ...transformed(input) },
    access: { by: "permission", functionName, ...(qualifier === undefined ? {} : { qualifier }) },
  };
}
