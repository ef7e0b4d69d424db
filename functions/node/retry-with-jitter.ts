import { setTimeout } from "node:timers/promises";
import { RetryableError } from "../core/errors";

/** Tries in all; together with the waits, at most 4 seconds and some 2 on average. */
const MAX_TRIES = 12;
const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 500;

/**
 * Repeats an operation while it fails in a way that passes, waiting a random part of a doubling time in between.
 * `what` names the operation for the error. Other failures are rejected with at once.
 * @throws RetryableError with the last failure as its cause, when it did not pass
 */
export async function retryWithJitter<T>(
  what: string,
  isPassing: (error: unknown) => boolean,
  operation: () => Promise<T>,
  wait: (ms: number) => Promise<unknown> = setTimeout,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await operation();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (tries === MAX_TRIES) {
        throw new RetryableError(`${what} was refused ${MAX_TRIES} times in a row; it can be tried again later`, { cause: error });
      }
      await wait(Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)));
    }
  }
}
