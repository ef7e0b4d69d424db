import { RULE_SOURCE } from "../functions/core/coordinator-message";
import type { EventRule, InputTransformer, RuleTarget } from "./event-rule";

/** A target that the coordinator is asked by. */
export type CoordinatorTarget = Extract<RuleTarget, { readonly type: "request" | "pause" }>;

/**
 * What EventBridge must make of an event for the request queue, so that `parseRuledMessage` understands it. The event travels whole:
 * the coordinator takes paths out of it itself, which makes no message depend on what EventBridge does where one leads nowhere.
 * @throws RangeError when metadata holds < or >, which a template cannot
 */
export function coordinatorInput(rule: Pick<EventRule, "name">, target: CoordinatorTarget): InputTransformer {
  const { type: action, ...settings } = target;
  const message = JSON.stringify({ source: RULE_SOURCE, rule: rule.name, action, ...settings });
  if (/[<>]/.test(message)) {
    throw new RangeError(
      `got < or > in the metadata of rule ${rule.name}, which EventBridge would read as a variable; expected other characters; write it in words`,
    );
  }
  return { paths: {}, template: `${message.slice(0, -1)},"event":<aws.events.event.json>}` };
}
