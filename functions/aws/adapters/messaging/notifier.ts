import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { utf8Bytes } from "../../../core/batching/landed-object";
import { carriedText, MESSAGE_ATTRIBUTE } from "../../../core/notices/carried-message";
import { mailText } from "../../../core/notices/mail-text";
import type { MessagePlace } from "../../../core/notices/message";
import { messageText, type Notice, type Notifier } from "../../../core/notices/notice";
import { messageOf } from "../../../core/notices/notice-message";
import { failureOf } from "../call-limits";

/** Of a message with its attributes: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_MESSAGE_BYTES = 256 * 1024;

/**
 * `Notifier` that publishes to an SNS topic, whose subscribers are the people to tell. SNS writes their mails, of text for people
 * alone; programs get the decision as JSON too, and what tells chats reads the attribute.
 */
export function snsNotifier(client: SNSClient, topicArn: string, place: MessagePlace): Notifier {
  return {
    async notify(notice) {
      const message = messageFor(notice, place);
      await client.send(new PublishCommand({ TopicArn: topicArn, ...message })).catch((error: unknown) => {
        throw failureOf(`publishing to ${topicArn}`, error);
      });
    },
  };
}

/** @throws RangeError when a decision does not fit */
function messageFor(notice: Notice, place: MessagePlace) {
  const words = messageOf(notice, place);
  const attribute = { DataType: "String", StringValue: carriedText(words) };
  const texts = { default: "", email: mailText(words) };
  const taken = MESSAGE_ATTRIBUTE.length + attribute.DataType.length + attribute.StringValue.length + jsonBytes(texts);
  const readable = messageText(notice, MAX_MESSAGE_BYTES - taken, jsonBytes);
  return {
    Subject: messageSubject(notice.subject),
    // Each protocol without a text of its own gets the default.
    MessageStructure: "json",
    Message: JSON.stringify({ ...texts, default: readable }),
    MessageAttributes: { [MESSAGE_ATTRIBUTE]: attribute },
  };
}

function jsonBytes(value: unknown): number {
  return utf8Bytes(JSON.stringify(value));
}

/** Longest subject that SNS takes: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_SUBJECT = 99;

/** A text as SNS takes it for a subject: printable ASCII on one line, not too long. */
export function messageSubject(text: string): string {
  const line = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/\s+/g, " ")
    .replace(/[^ -~]/gu, "?")
    .trim();
  if (line.length <= MAX_SUBJECT) return line || "Retrigger";
  return `${line.slice(0, MAX_SUBJECT - 3)}...`;
}
