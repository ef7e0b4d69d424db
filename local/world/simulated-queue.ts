import type { Refusal, RejectedMessages } from "../../functions/core/rejected-message";
import type { SeededRandom, VirtualClock } from "./time-and-chance";

export interface SimulatedQueueOptions {
  /** Keeps the order of each group, delivers no message twice, and drops what is sent twice. */
  readonly isFifo: boolean;
  /** Most messages of one invocation. */
  readonly batchSize: number;
  /** How long messages are gathered before an invocation, unless a full batch waits. A FIFO queue has no such window: 0. */
  readonly batchWindowMs: number;
  /** How long a message of a failed invocation stays hidden. */
  readonly visibilityTimeoutMs: number;
  /** After this many receives a message goes to the dead-letter queue. */
  readonly maxReceives: number;
  /** Share of the delivered messages that a standard queue delivers once more, 0 to 1. */
  readonly duplicateRatio: number;
}

interface QueueCounts {
  sent: number;
  invocations: number;
  /** Messages handed to the function, every time they were. */
  deliveries: number;
  /** Deliveries after a failed one. */
  redeliveries: number;
  /** Deliveries after a successful one. */
  repetitions: number;
}

/** A queue with a function behind it, on a virtual clock: at least once, in partial batches, with a dead-letter queue. */
export interface SimulatedQueue {
  /** A FIFO queue keeps the order of each `group`, and drops what repeats a `deduplicationId` within five minutes. */
  send(body: string, fifo?: { readonly group: string; readonly deduplicationId: string }): void;
  readonly counts: Readonly<QueueCounts>;
  readonly deadLetters: readonly QueuedMessage[];
  /** Puts a message among the dead letters for its function, which acknowledges it then; a second time changes nothing. */
  setAside(id: string, refusal: Refusal): void;
  /** When the oldest message was sent that is not done with, epoch milliseconds; undefined when there is none. */
  oldestSentAt(): number | undefined;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
const DEDUPLICATION_MS = 5 * 60_000;

export function simulatedQueue(
  options: SimulatedQueueOptions,
  clock: VirtualClock,
  random: SeededRandom,
  deliver: Delivery,
): SimulatedQueue {
  const { isFifo } = options;
  const counts: QueueCounts = { sent: 0, invocations: 0, deliveries: 0, redeliveries: 0, repetitions: 0 };
  const deadLetters: QueuedMessage[] = [];
  const waiting = new Map<string, QueuedMessage>();
  const recentlySent = new Map<string, number>();
  let isGathering = false;

  function isDeadLetter({ id }: QueuedMessage): boolean {
    return deadLetters.some((letter) => letter.id === id);
  }

  function gather(): void {
    if (isGathering) return;
    isGathering = true;
    clock.at(waiting.size < options.batchSize ? clock.now() + options.batchWindowMs : clock.now(), poll);
  }

  async function poll(): Promise<void> {
    isGathering = false;
    const messages = receive();
    if (messages.length === 0) return;
    counts.invocations += 1;
    counts.deliveries += messages.length;
    const failed = await failuresOf(messages);
    for (const message of messages) {
      if (failed === "all" || failed.has(message.id)) returnToQueue(message);
      else acknowledge(message);
    }
    if (waiting.size > 0) gather();
  }

  function receive(): QueuedMessage[] {
    for (const message of waiting.values()) {
      if (message.visibleAt > clock.now() || message.receives < options.maxReceives) continue;
      waiting.delete(message.id);
      // its function may have set it aside, and been killed before it could say so
      if (!isDeadLetter(message)) deadLetters.push(message);
    }
    const messages = takeReceivable([...waiting.values()], { isFifo, now: clock.now(), limit: options.batchSize }, random);
    for (const message of messages) {
      message.receives += 1;
      message.firstReceivedAt ??= clock.now();
    }
    return messages;
  }

  /** A function that throws, or is killed, has answered for none of its messages. */
  async function failuresOf(messages: readonly QueuedMessage[]): Promise<"all" | ReadonlySet<string>> {
    try {
      return new Set(await deliver(messages));
    } catch {
      return "all";
    }
  }

  function returnToQueue(message: QueuedMessage): void {
    message.visibleAt = clock.now() + options.visibilityTimeoutMs;
    if (message.receives < options.maxReceives) counts.redeliveries += 1;
    clock.at(message.visibleAt, gather);
  }

  function acknowledge(message: QueuedMessage): void {
    waiting.delete(message.id);
    if (isFifo || !random.chance(options.duplicateRatio)) return;
    counts.repetitions += 1;
    message.visibleAt = clock.now() + random.below(options.visibilityTimeoutMs);
    // the copy of a server that missed the deletion: what it knows of the receives does not matter to a test of repetition
    message.receives = 0;
    waiting.set(message.id, message);
    clock.at(message.visibleAt, gather);
  }

  return {
    counts,
    deadLetters,
    setAside(id, refusal) {
      const message = waiting.get(id);
      if (message !== undefined && !isDeadLetter(message)) deadLetters.push({ ...message, refusal });
    },
    oldestSentAt: () => (waiting.size === 0 ? undefined : Math.min(...[...waiting.values()].map(({ sentAt }) => sentAt))),
    send(body, fifo) {
      const now = clock.now();
      if (fifo !== undefined) {
        const before = recentlySent.get(fifo.deduplicationId);
        if (before !== undefined && now - before < DEDUPLICATION_MS) return;
        recentlySent.set(fifo.deduplicationId, now);
      }
      counts.sent += 1;
      const message = { id: random.uuid(), body, sequence: counts.sent, sentAt: now, receives: 0, visibleAt: now };
      waiting.set(message.id, fifo === undefined ? message : { ...message, group: fifo.group });
      gather();
    },
  };
}

/** Hands messages to a function; resolves to the ids of those that failed, and rejects when none was answered for. */
export type Delivery = (messages: readonly QueuedMessage[]) => Promise<readonly string[]>;

/** The dead letters of a simulated queue, for the function behind it. */
export type SimulatedRejections = RejectedMessages<{ readonly messageId: string }>;

/** A message as a simulated queue keeps it; times are epoch milliseconds. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  /** Number of its arrival, from 1. */
  readonly sequence: number;
  readonly sentAt: number;
  /** FIFO only. */
  readonly group?: string;
  receives: number;
  firstReceivedAt?: number;
  visibleAt: number;
  /** Of a dead letter that its function set aside. */
  readonly refusal?: Refusal;
}

/**
 * The messages that a queue hands out next. A standard queue promises no order, so it shuffles. A FIFO queue hands out each group
 * in order, and nothing of a group whose earlier message is hidden.
 */
function takeReceivable(
  waiting: readonly QueuedMessage[],
  { isFifo, now, limit }: { readonly isFifo: boolean; readonly now: number; readonly limit: number },
  random: SeededRandom,
): QueuedMessage[] {
  const isVisible = (message: QueuedMessage) => message.visibleAt <= now;
  if (!isFifo) return random.shuffled(waiting.filter(isVisible)).slice(0, limit);
  const blocked = new Set<string | undefined>();
  const taken: QueuedMessage[] = [];
  for (const message of waiting.toSorted((a, b) => a.sequence - b.sequence)) {
    if (blocked.has(message.group)) continue;
    if (!isVisible(message)) blocked.add(message.group);
    else if (taken.length < limit) taken.push(message);
  }
  return taken;
}
