import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { messageText } from "../../../core/coordination/decision-message";
import type { Notifier } from "../../../core/coordination/ports";
import type { DriftNotifier } from "../../../core/drift/ports";

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_MESSAGE_BYTES = 256 * 1024;

/** `Notifier` that publishes to an SNS topic, whose subscribers are the people to tell. */
export function snsNotifier(client: SNSClient, topicArn: string): Notifier & DriftNotifier {
  async function publish(subject: string, text: string): Promise<void> {
    await client.send(new PublishCommand({ TopicArn: topicArn, Subject: messageSubject(subject), Message: text }));
  }
  return {
    notifyDrift: (_model, subject, text) => publish(subject, `${subject}\n\n${text}`),
    async notify(subject, decision) {
      await publish(subject, messageText(subject, decision, MAX_MESSAGE_BYTES));
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
