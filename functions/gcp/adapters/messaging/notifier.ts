import type { Log } from "../../../core/log/log";
import { messageText, type Notice, type Notifier } from "../../../core/notices/notice";
import { isCandidateId } from "../../../core/request-ids";
import type { GoogleRest } from "../google-rest";
import { attributeText, base64, topicPublisher } from "./queues";

/** As much as an SNS message has, though Pub/Sub takes 10 MB: people read it. */
const MAX_MESSAGE_BYTES = 256 * 1024;

export interface PubSubNotifierOptions {
  readonly log: Log;
  /** Another address of Pub/Sub than its own. */
  readonly endpoint?: string;
}

/**
 * `Notifier` that publishes to a Pub/Sub topic, for subscriptions to filter by attribute. Pub/Sub writes no mails: Cloud Monitoring
 * does, from the log, where a decision has its event already, and a drift or a candidate gets one here.
 */
export function pubSubNotifier(rest: GoogleRest, topic: string, { log, endpoint }: PubSubNotifierOptions): Notifier {
  const publish = topicPublisher(rest, topic, endpoint ?? "https://pubsub.googleapis.com");
  return {
    async notify(notice) {
      const { subject, text, model, requestId, decision } = notice;
      await publish({
        data: base64(decision === undefined ? text : messageText(notice, MAX_MESSAGE_BYTES)),
        attributes: attributesOf(notice),
      });
      if (decision !== undefined) return;
      const told = { level: "warn", model, subject, why: text } as const;
      if (requestId !== undefined && isCandidateId(requestId)) log({ ...told, event: "candidate-told", requestId });
      else log({ ...told, event: "drift-told", requestId });
    },
  };
}

function attributesOf({ subject, model, requestId, decision }: Notice): Readonly<Record<string, string>> {
  return {
    subject: attributeText(subject),
    model,
    ...(requestId !== undefined && { requestId: attributeText(requestId) }),
    ...(decision !== undefined && { outcome: decision.outcome }),
  };
}
