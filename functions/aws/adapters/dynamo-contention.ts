import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { retryWithJitter } from "../../node/retry-with-jitter";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const PASSING_ERRORS: ReadonlySet<string> = new Set([
  "TransactionConflictException",
  "TransactionInProgressException",
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
]);

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const PASSING_REASONS: ReadonlySet<string> = new Set(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);

/**
 * Repeats a call that DynamoDB refused because others touched the same item or too much was asked of it at once.
 * @throws RetryableError when it keeps refusing
 */
export function retryContention<T>(what: string, call: () => Promise<T>): Promise<T> {
  return retryWithJitter(what, isContention, call);
}

/** A transaction of which a condition failed is not repeated: its answer stands, whatever else got in its way. */
function isContention(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? "None");
    return !codes.includes("ConditionalCheckFailed") && codes.some((code) => PASSING_REASONS.has(code));
  }
  return error instanceof Error && PASSING_ERRORS.has(error.name);
}
