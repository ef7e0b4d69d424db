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
  /** The state that it is in, where that is neither raised nor over. */
  readonly state?: string;
  /** What all changes of the same alarm have in common. @default - its name */
  readonly series?: string;
  /** True for an end that may be none, as the alarm had no data before: each begins like that. */
  readonly mayBeFirst?: boolean;
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

/**
 * The words in which people are told of an alarm.
 * @param overtakenAt when the opposite came true, epoch milliseconds, for one that comes late
 */
export function alarmMessage(alarm: AlarmNews, place: MessagePlace, overtakenAt?: number): Message {
  const { id, name, at, state, summary, reason, model, runbook, url } = alarm;
  const { what, since, until } = changeWords(alarm, overtakenAt !== undefined);
  const facts = [
    { name: "Alarm", value: phrase(name) },
    ...(model === undefined ? [] : [{ name: "Model", value: phrase(model) }]),
    ...(state === undefined ? [] : [{ name: "State", value: phrase(state) }]),
    { name: since, value: momentText(at) },
    ...(overtakenAt === undefined || until === undefined ? [] : [{ name: until, value: momentText(overtakenAt) }]),
    { name: "Environment", value: phrase(place.environment) },
  ];
  const { facts: told, links } = withPages(facts, runbook, place);
  return {
    id: noticeId("alarm", plainLine(id, 1_000)),
    kind: "alarms",
    subject: `${what}: ${phrase(name)}`,
    ...(model !== undefined && { model: phrase(model) }),
    paragraphs: [summary, ...(reason === undefined ? [] : [reason])]
      .filter((text) => text.trim() !== "")
      .map((text) => plainLine(text, MAX_TEXT)),
    facts: told,
    links: [...links, ...(url !== undefined && isWebAddress(url) ? [{ title: "Show the alarm", url }] : [])],
  };
}

interface ChangeWords {
  readonly what: string;
  /** What its moment is called. */
  readonly since: string;
  /** What the moment is called from when it no longer held. */
  readonly until?: string;
}

function changeWords({ isOver, state }: AlarmNews, isOvertaken: boolean): ChangeWords {
  if (state !== undefined) return { what: `alarm in the state ${phrase(state)}`, since: "Since" };
  if (!isOvertaken) return isOver ? { what: "over", since: "Over since" } : { what: "alarm", since: "Raised" };
  return isOver
    ? { what: "was over, and is raised again", since: "Was over since", until: "Raised again" }
    : { what: "was raised, and is over", since: "Raised", until: "Over since" };
}
