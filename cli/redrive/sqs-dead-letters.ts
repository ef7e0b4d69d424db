import { createHash } from "node:crypto";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { ModelSettingsSource } from "../../functions/core/model-settings";
import { startOfNames } from "../../functions/core/state-layout";
import type { DeploymentNames } from "../../modules/aws/deployment";
import { CommandError } from "../command-error";
import { type DeadLetter, type DeadLetters, letterKey } from "./dead-letters";
import { type SqsLetter, type SqsPlace, sqsLetter } from "./sqs-letter";
import { type SqsQueue, sourceOf, sqsQueues } from "./sqs-queues";

/** The most that one call takes. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const PAGE = 10;
/** Asks all servers, where a call that does not wait asks some of them. */
const WAIT_SEC = 1;
/** How long letters stay hidden; those of a command that died come back then. */
const HIDDEN_SEC = 600;

interface HeldLetter extends SqsLetter {
  readonly queue: SqsQueue;
  readonly receipt: string;
}

/**
 * `DeadLetters` in the queues of an environment, `<namePrefix>-<environment>-…`, that are there when it is asked. `now` is epoch
 * milliseconds.
 */
export function sqsDeadLetters(
  sqs: SQSClient,
  { environment, namePrefix }: DeploymentNames,
  settings: ModelSettingsSource,
  now: () => number,
): DeadLetters {
  const prefix = `${startOfNames(environment, namePrefix)}-`;
  const places = new Map<string, SqsPlace>();
  const held = new Map<string, HeldLetter>();

  async function findPlaces(): Promise<void> {
    const [all, models] = [await sqsQueues(sqs, prefix), await settings.list()];
    const queues = new Map(all.map((queue) => [queue.arn, queue]));
    for (const queue of all) {
      if (!queue.isDeadLetters) continue;
      const url = await sourceOf(sqs, queue);
      places.set(queue.name, { prefix, queue, source: all.find((one) => one.url === url), queues, models, now: now() });
    }
  }

  async function receivePage({ queue }: SqsPlace): Promise<readonly Message[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: PAGE,
        VisibilityTimeout: HIDDEN_SEC,
        WaitTimeSeconds: WAIT_SEC,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    return Messages;
  }

  function hold(message: Message, place: SqsPlace): DeadLetter {
    const letter = sqsLetter(message, place);
    held.set(letterKey(letter.letter), { ...letter, queue: place.queue, receipt: message.ReceiptHandle ?? "" });
    return letter.letter;
  }

  async function giveBack(queue: SqsQueue): Promise<void> {
    const ours = [...held].filter(([, letter]) => letter.queue === queue);
    for (let at = 0; at < ours.length; at += PAGE) {
      const Entries = ours
        .slice(at, at + PAGE)
        .map(([, { receipt }], index) => ({ Id: String(index), ReceiptHandle: receipt, VisibilityTimeout: 0 }));
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries }));
    }
    for (const [key] of ours) held.delete(key);
  }

  /** The letters of a queue that nobody saw yet, until a page holds none. */
  async function* unseen(place: SqsPlace, seen: Set<string>): AsyncGenerator<DeadLetter> {
    for (;;) {
      const page = (await receivePage(place)).map((message) => hold(message, place));
      const fresh = page.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      yield* fresh;
      if (fresh.length === 0) return;
    }
  }

  function heldOf(letter: DeadLetter): HeldLetter {
    const found = held.get(letterKey(letter));
    if (found !== undefined) return found;
    throw new Error(`${letter.id} of ${letter.queue} is not received any more; redrive it again`);
  }

  async function remove(letter: DeadLetter): Promise<void> {
    const { queue, receipt } = heldOf(letter);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: receipt }));
    held.delete(letterKey(letter));
  }

  return {
    async queues() {
      await findPlaces();
      return [...places.values()].map(({ queue: { name, letters } }) => ({ name, letters }));
    },

    async *receive({ name }) {
      const place = places.get(name);
      if (place === undefined) throw new CommandError(`no dead-letter queue ${name}`);
      const seen = new Set<string>();
      try {
        // A letter of a FIFO queue that is kept hides those behind it in its group: given back, it shows the next page of them.
        for (let before = -1; seen.size > before; ) {
          before = place.queue.isFifo ? seen.size : Number.POSITIVE_INFINITY;
          yield* unseen(place, seen);
          await giveBack(place.queue);
        }
      } finally {
        await giveBack(place.queue);
      }
    },

    async resend(letter) {
      const { to, attributes, group } = heldOf(letter);
      if (to === undefined) throw new CommandError(`it is not known where ${letter.id} of ${letter.queue} is to be sent`);
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: to.url,
          MessageBody: letter.body,
          MessageAttributes: attributes,
          ...(to.isFifo && { MessageGroupId: group, MessageDeduplicationId: deduplicationId(letter) }),
        }),
      );
      await remove(letter).catch((cause: unknown) => {
        throw new Error(`was sent to ${to.name}, and is still here: ${String(cause)}; the next redrive sends it once more`, {
          cause,
        });
      });
    },

    discard: remove,
    // given back together, when the queue was gone through: at once, it would be received again and again
    release: async () => {},
    settle: async () => undefined,
    close: () => {},
  };
}

/**
 * Equal however often a letter is re-sent: what is within 5 minutes arrives once.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
function deduplicationId({ id }: DeadLetter): string {
  return createHash("sha256").update(`redrive/${id}`).digest("hex");
}
