import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { messageText, type Notifier } from "../../../core/notices/notice";
import { failureOf } from "../call-limits";

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_MESSAGE_BYTES = 256 * 1024;

/** `Notifier` that publishes to an SNS topic, whose subscribers are the people to tell. SNS writes their mails. */
export function snsNotifier(client: SNSClient, topicArn: string): Notifier {
  return {
    async notify(notice) {
      const message = { Subject: messageSubject(notice.subject), Message: messageText(notice, MAX_MESSAGE_BYTES) };
      await client.send(new PublishCommand({ TopicArn: topicArn, ...message })).catch((error: unknown) => {
        throw failureOf(`publishing to ${topicArn}`, error);
      });
    },
  };
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
