import type { RuleTarget } from "../../../functions/core/event-rules/event-rule";
import { type TargetDelivery, transformed } from "./target-delivery";

/** Starts an execution of a state machine, and does not wait for its end. */
export function stateMachineTarget({ arn, input }: Extract<RuleTarget, { type: "state-machine" }>): TargetDelivery {
  return {
    attributes: { arn, ...transformed(input) },
    access: { by: "role", resource: arn, statements: [{ Effect: "Allow", Action: "states:StartExecution", Resource: arn }] },
  };
}
