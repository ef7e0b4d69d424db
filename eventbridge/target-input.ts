import { RULE_SOURCE } from "../functions/core/coordinator-message";
import type { EventRule, InputTransformer, RuleTarget } from "./event-rule";

/** A target that sends a message to the coordinator. */
export type CoordinatorTarget = Extract<RuleTarget, { readonly type: "request" | "pause" }>;

/**
 * What EventBridge makes of an event for the request queue: a message that `parseRuledMessage` reads. It holds the whole event,
 * from which the coordinator takes the paths itself; so no message depends on what EventBridge does with a path that leads nowhere.
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

/** What EventBridge makes of an event for the people that a target `notify` tells: one line, of fields that every event has. */
export function noticeTransformer({ name }: Pick<EventRule, "name">): InputTransformer {
  return {
    paths: {
      type: "$.detail-type",
      subject: "$.resources[0]",
      time: "$.time",
      account: "$.account",
      region: "$.region",
      event: "$.id",
    },
    template: `"Retrigger, rule ${name}: <type> of <subject> at <time> in <region> of account <account>, event <event>"`,
  };
}
