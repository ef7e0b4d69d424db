import type { Log } from "../../../core/log/log";
import { messageText, type Notice, type Notifier } from "../../../core/notices/notice";
import type { GoogleRest } from "../google-rest";
import { topicPublisher } from "./queues";

/** As much as an SNS message has, though Pub/Sub takes 10 MB: people read it. */
const MAX_MESSAGE_BYTES = 256 * 1024;

/** https://cloud.google.com/pubsub/quotas#resource_limits */
const MAX_ATTRIBUTE_BYTES = 1024;

export interface PubSubNotifierOptions {
  readonly log: Log;
  /** Another address of Pub/Sub than its own. */
  readonly endpoint?: string;
}

/**
 * `Notifier` that publishes to a Pub/Sub topic, for subscriptions to filter by attribute. Pub/Sub writes no mails: Cloud Monitoring
 * does, from the log, where a decision has its event already and a drift gets one here.
 */
export function pubSubNotifier(rest: GoogleRest, topic: string, { log, endpoint }: PubSubNotifierOptions): Notifier {
  const publish = topicPublisher(rest, topic, endpoint ?? "https://pubsub.googleapis.com");
  return {
    async notify(notice) {
      const { subject, text, model, requestId, decision } = notice;
      await publish({
        text: decision === undefined ? text : messageText(notice, MAX_MESSAGE_BYTES),
        attributes: attributesOf(notice),
      });
      if (decision === undefined) log({ level: "warn", event: "drift-told", model, requestId, subject, why: text });
    },
  };
}

function attributesOf({ subject, model, decision }: Notice): Readonly<Record<string, string>> {
  const attributes = { subject: attributeText(subject), model };
  return decision === undefined ? attributes : { ...attributes, outcome: decision.outcome, requestId: decision.requestId };
}

/** As much of a text as fits into an attribute, without half a character at its end. */
function attributeText(text: string): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, MAX_ATTRIBUTE_BYTES)).replace(/\uFFFD+$/, "");
}
