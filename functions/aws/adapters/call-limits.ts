import { RetryableError } from "../../core/errors";

/** How long a client of AWS waits, and how often it tries; without limits a call that hangs holds up all that comes after it. */
export interface CallLimits {
  /** Until the answer begins, with the sending of the request. */
  readonly answerMs: number;
  /** Without a byte. */
  readonly silenceMs: number;
  readonly maxAttempts: number;
}

/** Of DynamoDB, SageMaker, SQS and SNS: some 15 seconds in all. */
const API_LIMITS: CallLimits = { answerMs: 5_000, silenceMs: 5_000, maxAttempts: 3 };

/** Of S3, whose requests may be 128 MiB: some 40 seconds until an answer begins. */
const OBJECT_LIMITS: CallLimits = { answerMs: 20_000, silenceMs: 20_000, maxAttempts: 2 };

const CONNECT_MS = 3_000;

/** The part of a client's configuration that limits its calls; the last try fails with `TimeoutError`. */
export function apiLimits(limits: Partial<CallLimits> = {}) {
  return clientLimits({ ...API_LIMITS, ...limits });
}

/** As `apiLimits`, for S3. */
export function objectLimits(limits: Partial<CallLimits> = {}) {
  return clientLimits({ ...OBJECT_LIMITS, ...limits });
}

function clientLimits({ answerMs, silenceMs, maxAttempts }: CallLimits) {
  return {
    maxAttempts,
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, answerMs),
      requestTimeout: answerMs,
      socketTimeout: silenceMs,
      // Otherwise the client only warns of it.
      throwOnRequestTimeout: true,
    },
  };
}

/**
 * What a call that failed rejects with: of one that hung, RetryableError that names what was called. It may have been performed,
 * as a call whose answer was lost.
 */
export function failureOf(what: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "TimeoutError") return error;
  return new RetryableError(`${what} got no answer in time; it can be tried again later`, { cause: error });
}
