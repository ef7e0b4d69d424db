import * as z from "zod/mini";
import { momentOf } from "../../core/drift/sources/source-report";
import { PoisonMessageError } from "../../core/errors";
import { NOTHING, type NothingOfOurs, type ToTell } from "../../core/incoming-message";
import type { ModelList } from "../../core/model-settings";
import type { AlarmNews } from "../../core/notices/alarm-message";
import { MESSAGE_ATTRIBUTE, readCarriedText } from "../../core/notices/carried-message";
import type { Message } from "../../core/notices/message";
import { plainLine, quotedText } from "../../core/plain-text";
import type { SqsMessage } from "./s3-event";

/** https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html */
const notificationSchema = z.object({
  Type: z.literal("Notification"),
  MessageId: z.string().check(z.minLength(1), z.maxLength(100)),
  Subject: z.catch(z.optional(z.string()), undefined),
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
  AlarmDescription: z.catch(z.optional(z.string()), undefined),
  AlarmArn: z.catch(z.optional(z.string()), undefined),
  NewStateValue: z.enum(["ALARM", "OK", "INSUFFICIENT_DATA"]),
  OldStateValue: z.catch(z.optional(z.string()), undefined),
  NewStateReason: z.catch(z.optional(z.string()), undefined),
  StateChangeTime: z.string(),
});

type Alarm = z.infer<typeof alarmSchema>;

/** Longest line of a text that somebody else published, and most of its paragraphs. */
const MAX_LINE = 1_500;
const MAX_PARAGRAPHS = 20;
const MAX_SUBJECT = 200;

/**
 * A message of the queue that tells chats, as SNS brings it: a notice with its message, an alarm of CloudWatch, or what anybody else
 * published, as a plain message. That an alarm has its first data, as each has after a deployment, is nothing to tell.
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
  if (alarm.NewStateValue === "OK" && alarm.OldStateValue === "INSUFFICIENT_DATA") return NOTHING;
  return toTell(models, { alarm: alarmNews(alarm) });
}

function toTell(models: ModelList, news: ToTell["news"]): ToTell {
  const model = "message" in news ? news.message.model : news.alarm.model;
  return { type: "to-tell", news, models: models.filter((settings) => settings.model === model) };
}

function alarmNews(alarm: Alarm): AlarmNews {
  const { AlarmName: name, AlarmArn: arn, AlarmDescription = "", NewStateReason: reason, StateChangeTime, NewStateValue } = alarm;
  const at = momentOf(StateChangeTime);
  if (at === undefined) {
    throw new PoisonMessageError(`got the alarm ${quotedText(name)} at ${quotedText(StateChangeTime)}, expected an ISO 8601 time`);
  }
  const url = alarmUrl(arn, name);
  return {
    id: `${arn ?? name} ${NewStateValue} ${at}`,
    name,
    isOver: NewStateValue === "OK",
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

/** What a rule of EventBridge tells of, whose text is JSON, or another publisher. */
function plainMessage({ MessageId, Subject, Message: text }: Notification): Message {
  const value = jsonOf(text);
  const readable = typeof value === "string" ? value : text;
  const paragraphs = readable
    .slice(0, MAX_PARAGRAPHS * MAX_LINE)
    .split(/\n\s*\n/)
    .map((paragraph) => plainLine(paragraph, MAX_LINE))
    .filter((paragraph) => paragraph !== "")
    .slice(0, MAX_PARAGRAPHS);
  const subject = plainLine(Subject ?? "", MAX_SUBJECT) || plainLine(readable, MAX_SUBJECT) || "a message without a text";
  return {
    id: `sns/${plainLine(MessageId)}`,
    kind: "decisions",
    subject,
    paragraphs: paragraphs.length === 1 && paragraphs[0] === subject ? [] : paragraphs,
    facts: [],
    links: [],
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
