import * as z from "zod/mini";
import { momentOf } from "../../core/drift/sources/source-report";
import { PoisonMessageError } from "../../core/errors";
import { NOTHING, type NothingOfOurs, type ToTell } from "../../core/incoming-message";
import type { ModelList } from "../../core/model-settings";
import type { AlarmNews } from "../../core/notices/alarm-message";
import { MESSAGE_ATTRIBUTE, readCarriedText } from "../../core/notices/carried-message";
import { type Message, NOTICE_KINDS, type NoticeKind } from "../../core/notices/message";
import { plainLine, quotedText } from "../../core/plain-text";
import type { SqsMessage } from "./s3-event";

const optionalText = z.catch(z.optional(z.string()), undefined);

/** https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html */
const notificationSchema = z.object({
  Type: z.literal("Notification"),
  MessageId: z.string().check(z.minLength(1), z.maxLength(100)),
  TopicArn: optionalText,
  Timestamp: optionalText,
  Subject: optionalText,
  Message: z.string(),
  MessageAttributes: z.catch(z.optional(z.record(z.string(), z.object({ Value: z.string() }))), undefined),
});

type Notification = z.infer<typeof notificationSchema>;

/**
 * An alarm of any kind, a composite one too.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarm-notification-format
 */
const alarmSchema = z.object({
  AlarmName: z.string().check(z.minLength(1)),
  AlarmDescription: optionalText,
  AlarmArn: optionalText,
  /** `ALARM`, `OK` or `INSUFFICIENT_DATA`, as far as is known. */
  NewStateValue: z.string().check(z.minLength(1)),
  OldStateValue: optionalText,
  NewStateReason: optionalText,
  StateChangeTime: optionalText,
});

type Alarm = z.infer<typeof alarmSchema>;

/** Longest line of a text that somebody else published, and most of its paragraphs. */
const MAX_LINE = 1_500;
const MAX_PARAGRAPHS = 20;
const MAX_SUBJECT = 200;

/**
 * A message of the queue that tells chats, as SNS brings it: a notice with its message, an alarm of CloudWatch, or what anybody
 * else published, as a plain message. That an alarm has no data is nothing to tell.
 * @throws PoisonMessageError when SNS did not bring it
 */
export function readNotification({ body }: SqsMessage, models: ModelList): ToTell | NothingOfOurs {
  const notification = notificationSchema.safeParse(jsonOf(body)).data;
  if (notification === undefined) {
    throw new PoisonMessageError(`got ${quotedText(body)}, expected a notification of a topic of SNS, not raw`);
  }
  const carried = readCarriedText(notification.MessageAttributes?.[MESSAGE_ATTRIBUTE]?.Value ?? "");
  if (carried !== undefined) return toTell(models, { message: carried });
  const alarm = alarmSchema.safeParse(jsonOf(notification.Message)).data;
  if (alarm === undefined) return toTell(models, { message: plainMessage(notification) });
  if (alarm.NewStateValue === "INSUFFICIENT_DATA") return NOTHING;
  return toTell(models, { alarm: alarmNews(alarm, notification.Timestamp) });
}

function toTell(models: ModelList, news: ToTell["news"]): ToTell {
  const model = "message" in news ? news.message.model : news.alarm.model;
  return { type: "to-tell", news, models: models.filter((settings) => settings.model === model) };
}

/** @param sentAt when SNS got it, which says about when the alarm changed where the alarm does not */
function alarmNews(alarm: Alarm, sentAt: string | undefined): AlarmNews {
  const { AlarmName: name, AlarmArn: arn, AlarmDescription = "", NewStateReason: reason, StateChangeTime, NewStateValue } = alarm;
  const at = momentOf(StateChangeTime) ?? momentOf(sentAt);
  if (at === undefined) {
    throw new PoisonMessageError(`got the alarm ${quotedText(name)} at ${quotedText(sentAt ?? "")}, expected an ISO 8601 time`);
  }
  const isOver = NewStateValue === "OK";
  const url = alarmUrl(arn, name);
  return {
    id: `${arn ?? name} ${NewStateValue} ${at}`,
    name,
    series: arn ?? name,
    isOver,
    ...(isOver && alarm.OldStateValue === "INSUFFICIENT_DATA" && { mayBeFirst: true }),
    ...(!isOver && NewStateValue !== "ALARM" && { state: NewStateValue }),
    at,
    summary: AlarmDescription,
    ...(reason !== undefined && { reason }),
    ...(url !== undefined && { url }),
  };
}

/** Where the console of each partition is. https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html */
const CONSOLES: Readonly<Record<string, string>> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

function alarmUrl(arn: string | undefined, name: string): string | undefined {
  const [, partition = "", region] = /^arn:([a-z-]+):cloudwatch:([a-z0-9-]+):\d+:alarm:/.exec(arn ?? "") ?? [];
  const host = CONSOLES[partition];
  if (host === undefined || region === undefined) return undefined;
  return `https://${region}.${host}/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(name.toWellFormed())}`;
}

/** What is known of a message that cannot be read whole, because a later version carried it. */
const hintsSchema = z.object({
  id: z.catch(z.optional(z.string().check(z.minLength(1), z.maxLength(200))), undefined),
  kind: z.catch(z.optional(z.enum(NOTICE_KINDS)), undefined),
  model: optionalText,
});

/**
 * What a rule of EventBridge tells of, whose text is JSON, or another publisher; also a notice of another version: readable lines
 * and, of a decision, an empty line and its JSON, which is for programs and names people.
 */
function plainMessage({ MessageId, MessageAttributes, Subject, TopicArn = "", Message: text }: Notification): Message {
  const value = jsonOf(text);
  const { readable, decision } = withoutDecision(typeof value === "string" ? value : text);
  const hints = hintsSchema.safeParse(jsonOf(MessageAttributes?.[MESSAGE_ATTRIBUTE]?.Value ?? "")).data;
  const model = hints?.model ?? decision?.model;
  const requestId = decision?.requestId ?? CANDIDATE_ID.exec(readable)?.[0];
  const paragraphs = readable
    .slice(0, MAX_PARAGRAPHS * MAX_LINE)
    .split("\n")
    .map((line) => plainLine(line, MAX_LINE))
    .filter((line) => line !== "")
    .slice(0, MAX_PARAGRAPHS);
  const [first = ""] = paragraphs;
  const subject = plainLine(Subject ?? "", MAX_SUBJECT) || plainLine(first, MAX_SUBJECT) || "a message without a text";
  return {
    id: hints?.id ?? `sns/${plainLine(MessageId)}`,
    kind: hints?.kind ?? (decision !== undefined ? "decisions" : kindOf(TopicArn, subject, readable)),
    subject,
    ...(model !== undefined && { model: plainLine(model, MAX_SUBJECT) }),
    paragraphs: first === subject ? paragraphs.slice(1) : paragraphs,
    facts: requestId === undefined ? [] : [{ name: "Request", value: plainLine(requestId, MAX_LINE) }],
    links: [],
  };
}

/** The id of a candidate within a text. */
const CANDIDATE_ID = /\bcandidate\/[\w.-]{1,100}\/[\w.-]{1,200}/;

/** By what a notice's text says of itself; anything else that is published for people is told with the decisions. */
function kindOf(topicArn: string, subject: string, text: string): NoticeKind {
  if (topicArn.endsWith("-operations")) return "alarms";
  if (CANDIDATE_ID.test(text)) return "promotions";
  return subject.includes(": drift is ") ? "drift" : "decisions";
}

const decisionSchema = z.object({ requestId: optionalText, model: optionalText });

/** A text without the decision at its end, and what that is about. */
function withoutDecision(text: string): { readonly readable: string; readonly decision?: z.infer<typeof decisionSchema> } {
  const start = text.startsWith("{") ? 0 : text.lastIndexOf("\n\n{");
  const json = start < 0 ? "" : text.slice(start);
  if (!json.includes('"requestId"') || !json.includes('"outcome"')) return { readable: text };
  return { readable: text.slice(0, start), decision: decisionSchema.safeParse(jsonOf(json)).data ?? {} };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
