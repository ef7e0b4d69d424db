import { plainLine } from "../plain-text";
import type { Message, MessagePlace } from "./message";
import { isWebAddress } from "./message-place";
import { noticeId } from "./notice-id";
import { withPages } from "./notice-message";
import { momentText } from "./readable";
import { phrase } from "./request-words";

/** An alarm of CloudWatch or Cloud Monitoring that was raised, or is over. Its texts are from outside. */
export interface AlarmNews {
  /** What tells this change of this alarm from every other: the same whenever it is told. */
  readonly id: string;
  /** As its cloud names it. */
  readonly name: string;
  readonly isOver: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What the alarm says about itself. */
  readonly summary: string;
  /** Why it changed, as its cloud tells. */
  readonly reason?: string;
  readonly model?: string;
  /** Name of its runbook, without `.md`. @default - the summary names it, or none does */
  readonly runbook?: string;
  /** Where its cloud shows it. */
  readonly url?: string;
}

/** Longest text of an alarm, characters; its clouds write lists of numbers into them. */
const MAX_TEXT = 1_500;

/** The words in which people are told of an alarm. */
export function alarmMessage(alarm: AlarmNews, place: MessagePlace): Message {
  const { id, name, isOver, at, summary, reason, model, runbook, url } = alarm;
  const facts = [
    { name: "Alarm", value: phrase(name) },
    ...(model === undefined ? [] : [{ name: "Model", value: phrase(model) }]),
    { name: isOver ? "Over since" : "Raised", value: momentText(at) },
    { name: "Environment", value: phrase(place.environment) },
  ];
  const { facts: told, links } = withPages(facts, runbook, place);
  return {
    id: noticeId("alarm", plainLine(id, 1_000)),
    kind: "alarms",
    subject: `${isOver ? "over" : "alarm"}: ${phrase(name)}`,
    ...(model !== undefined && { model: phrase(model) }),
    paragraphs: [summary, ...(reason === undefined ? [] : [reason])]
      .filter((text) => text.trim() !== "")
      .map((text) => plainLine(text, MAX_TEXT)),
    facts: told,
    links: [...links, ...(url !== undefined && isWebAddress(url) ? [{ title: "Show the alarm", url }] : [])],
  };
}
