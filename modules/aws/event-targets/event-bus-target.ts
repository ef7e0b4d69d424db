import { Op } from "cdktf";
import type { RuleTarget } from "../../../functions/core/event-rules/event-rule";
import type { AwsDeployment } from "../deployment";
import type { TargetDelivery } from "./target-delivery";

/** Sends the event on to another bus. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html */
export function eventBusTarget(
  { region, accountId }: AwsDeployment,
  { arn }: Extract<RuleTarget, { type: "event-bus" }>,
): TargetDelivery {
  const [, , , regionOfBus, accountOfBus = "", bus] = arn.split(":");
  const mayBeOwn = bus === "event-bus/default" && regionOfBus === region;
  return {
    attributes: { arn, ...(mayBeOwn ? { lifecycle: { precondition: [notOwnAccount(accountId, accountOfBus)] } } : {}) },
    access: { by: "role", resource: arn, statements: [{ Effect: "Allow", Action: "events:PutEvents", Resource: arn }] },
  };
}

/** Which account this is, is known to Terraform alone. */
function notOwnAccount(accountId: string, accountOfBus: string) {
  return {
    condition: Op.neq(accountId, accountOfBus),
    errorMessage:
      "A rule sends its events to the bus that it listens to, a loop; expected another event bus: name one in the target of type event-bus.",
  };
}
