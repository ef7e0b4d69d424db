import type { RuleTarget } from "../../../functions/core/event-rules/event-rule";
import { type TargetDelivery, transformed } from "./target-delivery";

/** Puts a record into a Kinesis data stream. */
export function kinesisTarget({ arn, partitionKey, input }: Extract<RuleTarget, { type: "kinesis" }>): TargetDelivery {
  return {
    attributes: {
      arn,
      ...transformed(input),
      ...(partitionKey === undefined ? {} : { kinesisTarget: { partitionKeyPath: partitionKey } }),
    },
    access: { by: "role", resource: arn, statements: [{ Effect: "Allow", Action: "kinesis:PutRecord", Resource: arn }] },
  };
}
