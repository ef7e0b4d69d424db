import type { EventRule, InputTransformer } from "./event-rule";

/** What people are told of an event that a rule with a target `notify` is about: one line, of what every event has. */
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
