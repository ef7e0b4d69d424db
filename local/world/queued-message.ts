import type { SeededRandom } from "./seeded-random";

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
}

/**
 * The messages that a queue hands out next. A standard queue promises no order, so it shuffles. A FIFO queue hands out each group
 * in order, and nothing of a group whose earlier message is hidden.
 */
export function takeReceivable(
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
