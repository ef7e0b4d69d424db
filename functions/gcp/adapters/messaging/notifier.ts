import { messageText } from "../../../core/coordination/decision-message";
import type { Notifier } from "../../../core/coordination/ports";
import type { DriftNotifier } from "../../../core/drift/ports";
import { type Log, messageOf } from "../../../core/log/log";
import type { GoogleRest } from "../google-rest";
import { topicPublisher } from "./queues";
import type { SlackWebhook } from "./slack-webhook";

/** As much as an SNS message has, though Pub/Sub takes 10 MB: people read it. */
const MAX_MESSAGE_BYTES = 256 * 1024;

/** https://cloud.google.com/pubsub/quotas#resource_limits */
const MAX_ATTRIBUTE_BYTES = 1024;

export interface PubSubNotifierOptions {
  /** Another address of Pub/Sub than its own. */
  readonly endpoint?: string;
  /** Tells a channel as well. @default - nobody but the topic's subscribers is told */
  readonly slack?: SlackWebhook;
  readonly log: Log;
}

/**
 * `Notifier` that publishes to a Pub/Sub topic, for subscriptions to filter by attribute, and then to Slack. The topic counts: its
 * failure rejects, and the decision is told again. Slack's failure is reported and not repeated, for a repetition would
 * tell the topic's subscribers again, for as long as Slack is down.
 */
export function pubSubNotifier(rest: GoogleRest, topic: string, options: PubSubNotifierOptions): Notifier & DriftNotifier {
  const { endpoint = "https://pubsub.googleapis.com", slack, log } = options;
  const publish = topicPublisher(rest, topic, endpoint);
  async function tellSlack(text: string, about: Readonly<Record<string, string>>): Promise<void> {
    await slack?.(text).catch((error: unknown) => {
      log({ level: "warn", event: "slack-not-told", ...about, error: messageOf(error) });
    });
  }
  return {
    async notifyDrift(model, subject, text, requestId) {
      await publish({ text, attributes: { subject: shortened(subject), model } });
      // Cloud Monitoring writes mails from the log.
      log({ level: "warn", event: "drift-told", model, requestId, subject, why: text });
      await tellSlack(`${subject}\n\n${text}`, { model, ...(requestId !== undefined && { requestId }) });
    },

    async notify(subject, decision) {
      const { model, outcome, requestId } = decision;
      const text = messageText(subject, decision, MAX_MESSAGE_BYTES);
      await publish({ text, attributes: { subject: shortened(subject), model, outcome, requestId } });
      await tellSlack(readablePart(text), { model, requestId });
    },
  };
}

/** What stands above the decision's JSON, which has no line breaks of its own. */
function readablePart(text: string): string {
  return text.slice(0, text.lastIndexOf("\n\n"));
}

/** As much of a text as fits into an attribute, without half a character at its end. */
function shortened(text: string): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, MAX_ATTRIBUTE_BYTES)).replace(/\uFFFD+$/, "");
}
