import { PoisonMessageError } from "./errors";
import { messageOf, type ReportEntry } from "./report";

/**
 * What a function says of a message that it could not handle: rejected when no retry can cure it, failed when one may.
 * @param role the function's, such as `coordinator`
 * @param requestId of the request that the message is, as far as it could be read
 */
export function failureEntry(role: string, messageId: string | undefined, error: unknown, requestId?: string): ReportEntry {
  const event = error instanceof PoisonMessageError ? "message-rejected" : "handler-failed";
  return {
    level: "error",
    event,
    function: role,
    messageId,
    ...(requestId !== undefined && { requestId }),
    error: messageOf(error),
  };
}
