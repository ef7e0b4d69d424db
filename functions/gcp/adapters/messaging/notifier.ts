import type { Log } from "../../../core/log/log";
import { messageAttributes } from "../../../core/notices/carried-message";
import type { MessagePlace } from "../../../core/notices/message";
import { messageText, type Notice, type Notifier } from "../../../core/notices/notice";
import { messageOf } from "../../../core/notices/notice-message";
import { toldWords } from "../../../core/notices/told-words";
import { isCandidateId } from "../../../core/request-ids";
import type { GoogleRest } from "../google-rest";
import { attributeText, base64, topicPublisher } from "./queues";

/** As much as an SNS message has, though Pub/Sub takes 10 MB: people read it. */
const MAX_MESSAGE_BYTES = 256 * 1024;

export interface PubSubNotifierOptions {
  readonly log: Log;
  /** Whose commands and pages the messages name. */
  readonly place: MessagePlace;
  /** Another address of Pub/Sub than its own. */
  readonly endpoint?: string;
}

/**
 * `Notifier` that publishes to a Pub/Sub topic, for subscriptions to filter by attribute; what tells chats reads the attributes
 * `message0` and so on. Pub/Sub writes no mails: Cloud Monitoring does, from what is logged here.
 */
export function pubSubNotifier(rest: GoogleRest, topic: string, { log, place, endpoint }: PubSubNotifierOptions): Notifier {
  const publish = topicPublisher(rest, topic, endpoint ?? "https://pubsub.googleapis.com");
  return {
    async notify(notice) {
      const { subject, text, model, requestId, decision } = notice;
      const message = messageOf(notice, place);
      await publish({
        data: base64(decision === undefined ? text : messageText(notice, MAX_MESSAGE_BYTES)),
        attributes: { ...attributesOf(notice), ...messageAttributes(message) },
      });
      const told = { level: "warn", model, subject, ...toldWords(message) } as const;
      if (decision !== undefined) log({ ...told, event: "decision-told", requestId: decision.requestId });
      else if (requestId !== undefined && isCandidateId(requestId)) log({ ...told, event: "candidate-told", requestId, why: text });
      else log({ ...told, event: "drift-told", requestId, why: text });
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
