import type { Firestore } from "@google-cloud/firestore";
import { explain, RetryableError } from "../../../core/errors";
import { retryWithJitter } from "../../../node/retry-with-jitter";

const DEADLINE_EXCEEDED = 4;

/** A call without an answer for so long hangs. */
const HANGING_MS = 3_000;

/** Codes of a refusal that passes. https://cloud.google.com/firestore/docs/understand-error-codes */
const PASSING_CODES: ReadonlySet<unknown> = new Set([
  DEADLINE_EXCEEDED,
  8, // RESOURCE_EXHAUSTED
  10, // ABORTED
  13, // INTERNAL
  14, // UNAVAILABLE
]);

/** What Firestore says of a commit of which a precondition did not hold; of several, it names one. */
const REFUSALS: ReadonlyMap<unknown, Refusal> = new Map([
  [5, "missing"], // NOT_FOUND
  [6, "exists"], // ALREADY_EXISTS
  [9, "changed"], // FAILED_PRECONDITION
]);

/** Nothing was written: a document to update is not there, one to create is, or one is not as it was when it was read. */
export type Refusal = "missing" | "exists" | "changed";

/** Another writer came between the look at a document and the write. */
class OvertakenError extends Error {
  override readonly name = "OvertakenError";
}

/**
 * Repeats a call that Firestore refused because others touched the same document or too much was asked of it at once. Such a
 * call may have been performed: the client repeats some of them too, so a commit must know its own effect again. One that hangs
 * is not repeated. Its errors say what failed in which database.
 * @throws RetryableError when it keeps refusing, or does not answer
 */
export async function retryContention<T>(firestore: Firestore, what: string, call: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const isHanging = (error: unknown) => codeOf(error) === DEADLINE_EXCEEDED && performance.now() - startedAt > HANGING_MS;
  const where = `${what} in the database ${firestore.databaseId} of Firestore`;
  const explained = async () => {
    try {
      return await call();
    } catch (error) {
      explain(error, `${where} failed`, REMEDIES.get(codeOf(error)));
      throw error;
    }
  };
  try {
    return await retryWithJitter(what, (error) => PASSING_CODES.has(codeOf(error)) && !isHanging(error), explained);
  } catch (error) {
    if (!isHanging(error)) throw error;
    throw new RetryableError(`${where} got no answer in time; it can be tried again later`, { cause: error });
  }
}

/** What to do about a refusal, by its code. */
const REMEDIES: ReadonlyMap<unknown, string> = new Map([
  [5, "see that it exists in this project: cdktf deploy creates it, and its outputs name it"], // NOT_FOUND
  [7, "grant roles/datastore.user on it to the caller's account, or roles/datastore.viewer where it only reads"], // PERMISSION_DENIED
]);

/** Which precondition of a commit did not hold; undefined when the commit failed otherwise. */
export function refusalOf(error: unknown): Refusal | undefined {
  return REFUSALS.get(codeOf(error));
}

/**
 * Looks at a document and writes it, again while `turn` calls `overtaken` because others were faster.
 * @throws RetryableError when they always were
 */
export function retryOvertaken<T>(what: string, turn: (overtaken: () => never) => Promise<T>): Promise<T> {
  const overtaken = (): never => {
    throw new OvertakenError(`${what}: another writer was faster`);
  };
  return retryWithJitter(
    what,
    (error) => error instanceof OvertakenError,
    () => turn(overtaken),
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
