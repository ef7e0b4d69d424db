import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { messageText } from "../../core/coordination/decision-message";
import type { Notifier } from "../../core/coordination/notifier";
import { messageSubject } from "./message-subject";

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_MESSAGE_BYTES = 256 * 1024;

/** `Notifier` that publishes to an SNS topic, whose subscribers are the people to tell. */
export function snsNotifier(client: SNSClient, topicArn: string): Notifier {
  return {
    async notify(subject, decision) {
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: messageSubject(subject),
          Message: messageText(subject, decision, MAX_MESSAGE_BYTES),
        }),
      );
    },
  };
}
