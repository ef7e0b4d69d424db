import { setTimeout } from "node:timers/promises";
import * as z from "zod/mini";
import type { ModelSettingsSource } from "../../functions/core/model-settings";
import { startOfNames } from "../../functions/core/state-layout";
import { type GoogleRest, jsonAnswer } from "../../functions/gcp/adapters/google-rest";
import { CommandError } from "../command-error";
import { type DeadLetter, type DeadLetters, letterKey } from "./dead-letters";
import {
  messageSchema,
  type PubSubLetter,
  type PubSubPlace,
  pubSubLetter,
  pubSubSubscriptions,
  type Subscription,
} from "./pubsub-letter";

/** Few, since each message may have 10 MB. */
const PAGE = 10;
const MAX_BYTES = 256 * 1024 * 1024;
/** The longest that Pub/Sub allows; letters of a command that died come back then. */
const HIDDEN_SEC = 600;
/** Pub/Sub may answer that there is nothing while there is, so it is asked again before it is believed. */
const EMPTY_PULLS = 3;
const PAUSE_MS = 300;

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/pull */
const pullSchema = z.object({
  receivedMessages: z._default(z.array(z.object({ ackId: z.string(), message: messageSchema })), []),
});

interface HeldLetter extends PubSubLetter {
  readonly queue: Subscription;
  readonly ackId: string;
}

/** Where the dead letters of Google Cloud are. */
export interface PubSubDeadLettersOptions {
  /** Address of Pub/Sub. */
  readonly endpoint: string;
  readonly project: string;
  readonly environment: string;
  /** Start of the deployment's names. @default retrigger */
  readonly namePrefix?: string;
  readonly settings: ModelSettingsSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How long it waits before it asks again for what may be there. @default 300 */
  readonly pauseMs?: number;
}

/** `DeadLetters` in the subscriptions of an environment, `<namePrefix>-<environment>-…`, that are there when it is asked. */
export function pubSubDeadLetters(rest: GoogleRest, options: PubSubDeadLettersOptions): DeadLetters {
  const { endpoint, project, environment, namePrefix, settings, now, pauseMs = PAUSE_MS } = options;
  const prefix = `${startOfNames(environment, namePrefix)}-`;
  const places = new Map<string, PubSubPlace>();
  const held = new Map<string, HeldLetter>();

  async function post(what: string, path: string, content: unknown): Promise<Buffer> {
    const headers = { "content-type": "application/json" };
    const { body } = await rest({
      what,
      method: "POST",
      url: `${endpoint}/v1/${path}`,
      headers,
      body: JSON.stringify(content),
      maxBytes: MAX_BYTES,
    });
    return body;
  }

  async function findPlaces(): Promise<void> {
    const [all, models] = [await pubSubSubscriptions(rest, endpoint, project, prefix), await settings.list()];
    for (const queue of all) {
      const sources = all.filter(({ deadLetterTopic }) => deadLetterTopic === queue.topic);
      if (sources.length > 0 || queue.name.endsWith("-dlq")) places.set(queue.name, { prefix, queue, sources, models, now: now() });
    }
  }

  async function pullPage(place: PubSubPlace): Promise<readonly DeadLetter[]> {
    const { path, name } = place.queue;
    for (let pulls = 0; pulls < EMPTY_PULLS; pulls++) {
      if (pulls > 0) await setTimeout(pauseMs);
      // what a pull that is repeated lost comes back when its deadline has passed
      const what = `pulling ${name}`;
      const answer = await post(what, `${path}:pull`, { maxMessages: PAGE, returnImmediately: true });
      const { receivedMessages } = jsonAnswer(what, pullSchema, answer);
      if (receivedMessages.length === 0) continue;
      await hide(
        place.queue,
        receivedMessages.map(({ ackId }) => ackId),
        HIDDEN_SEC,
      );
      return receivedMessages.map(({ ackId, message }) => {
        const letter = pubSubLetter(message, place);
        held.set(letterKey(letter.letter), { ...letter, queue: place.queue, ackId });
        return letter.letter;
      });
    }
    return [];
  }

  async function hide({ path, name }: Subscription, ackIds: readonly string[], ackDeadlineSeconds: number): Promise<void> {
    await post(`holding messages of ${name}`, `${path}:modifyAckDeadline`, { ackIds, ackDeadlineSeconds });
  }

  async function giveBack(queue: Subscription): Promise<void> {
    const ours = [...held].filter(([, letter]) => letter.queue === queue);
    for (let at = 0; at < ours.length; at += PAGE)
      await hide(
        queue,
        ours.slice(at, at + PAGE).map(([, { ackId }]) => ackId),
        0,
      );
    for (const [key] of ours) held.delete(key);
  }

  function heldOf(letter: DeadLetter): HeldLetter {
    const found = held.get(letterKey(letter));
    if (found !== undefined) return found;
    throw new Error(`${letter.id} of ${letter.queue} is not received any more; redrive it again`);
  }

  async function remove(letter: DeadLetter): Promise<void> {
    const { queue, ackId } = heldOf(letter);
    await post(`acknowledging a message of ${queue.name}`, `${queue.path}:acknowledge`, { ackIds: [ackId] });
    held.delete(letterKey(letter));
  }

  return {
    async queues() {
      await findPlaces();
      return [...places.keys()].map((name) => ({ name }));
    },

    async *receive({ name }) {
      const place = places.get(name);
      if (place === undefined) throw new CommandError(`no dead-letter subscription ${name}`);
      const seen = new Set<string>();
      try {
        for (;;) {
          const fresh = (await pullPage(place)).filter(({ id }) => !seen.has(id));
          for (const { id } of fresh) seen.add(id);
          yield* fresh;
          if (fresh.length === 0) return;
        }
      } finally {
        await giveBack(place.queue);
      }
    },

    async resend(letter) {
      const { to, publish } = heldOf(letter);
      if (to === undefined) throw new CommandError(`it is not known where ${letter.id} of ${letter.queue} is to be published`);
      await post(`publishing to ${to}`, `${to}:publish`, { messages: [publish] });
      await remove(letter).catch((cause: unknown) => {
        throw new Error(`was published to ${to}, and is still here: ${String(cause)}; the next redrive publishes it once more`, {
          cause,
        });
      });
    },

    discard: remove,
    // given back together, when the subscription was gone through: at once, it would be pulled again and again
    release: async () => {},
    settle: async () => undefined,
    close: () => {},
  };
}
