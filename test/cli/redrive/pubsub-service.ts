import type { Answer, Received } from "../../aws/adapters/loopback-server";
import { googleError, jsonAnswer, queryOf } from "../../gcp/adapters/google-server";

/** A message of the fake subscription. */
export interface PublishedMessage {
  readonly messageId: string;
  readonly publishTime: string;
  readonly data?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly orderingKey?: string;
}

/** A subscription as Pub/Sub lists it, by name, with what waits in it. */
export interface ServiceSubscription {
  readonly topic: string;
  readonly deadLetterTopic?: string;
  readonly isOrdered?: boolean;
  readonly messages?: readonly PublishedMessage[];
}

const PAGE = 2;

/** Pub/Sub in memory, as far as a redrive calls it over REST; its lists have pages of two. */
export function pubSubService(subscriptions: Readonly<Record<string, ServiceSubscription>>) {
  const kept = new Map(
    Object.entries(subscriptions).map(([name, { messages = [] }]) => [
      name,
      messages.map((message) => ({ message, isHidden: false })),
    ]),
  );
  let publishings = 0;
  const published: { topic: string; message: PublishedMessage }[] = [];

  function listed(token: string | undefined): Answer {
    const from = Number(token ?? 0);
    const all = Object.entries(subscriptions).map(([name, { topic, deadLetterTopic, isOrdered }]) => ({
      name: `projects/p/subscriptions/${name}`,
      topic: `projects/p/topics/${topic}`,
      ...(isOrdered && { enableMessageOrdering: true }),
      ...(deadLetterTopic && { deadLetterPolicy: { deadLetterTopic: `projects/p/topics/${deadLetterTopic}` } }),
    }));
    const next = from + PAGE < all.length ? { nextPageToken: String(from + PAGE) } : {};
    return jsonAnswer({ subscriptions: all.slice(from, from + PAGE), ...next });
  }

  return {
    published,
    messages: (name: string) => kept.get(name) ?? [],
    /** Makes visible what a client that died had pulled. */
    showAll() {
      for (const entry of [...kept.values()].flat()) entry.isHidden = false;
    },
    answer(request: Received): Answer {
      const [, path = "", call] = /^\/v1\/([^:?]+)(?::(\w+))?/.exec(request.path) ?? [];
      const name = path.split("/").at(-1) ?? "";
      const input = request.body.length === 0 ? {} : JSON.parse(request.body.toString("utf8"));
      const ours = kept.get(name) ?? [];
      switch (call) {
        case undefined:
          return listed(queryOf(request).pageToken);
        case "pull": {
          const page = ours.filter(({ isHidden }) => !isHidden).slice(0, input.maxMessages);
          for (const entry of page) entry.isHidden = true;
          return jsonAnswer(
            page.length === 0 ? {} : { receivedMessages: page.map(({ message }) => ({ ackId: message.messageId, message })) },
          );
        }
        case "modifyAckDeadline":
          for (const entry of ours)
            if (input.ackIds.includes(entry.message.messageId)) entry.isHidden = input.ackDeadlineSeconds > 0;
          return jsonAnswer({});
        case "acknowledge":
          kept.set(
            name,
            ours.filter(({ message }) => !input.ackIds.includes(message.messageId)),
          );
          return jsonAnswer({});
        case "publish":
          for (const message of input.messages)
            published.push({
              topic: name,
              message: { ...message, messageId: `published-${publishings++}`, publishTime: "2026-11-21T12:00:00Z" },
            });
          return jsonAnswer({ messageIds: ["1"] });
        default:
          return googleError(404, "NOT_FOUND", call);
      }
    },
  };
}
