import { Status } from "google-gax";

/** Failures that time cures, and after which it is not known whether the call did its work. */
export const PASSING_CODES: ReadonlySet<Status> = new Set([
  Status.UNAVAILABLE,
  Status.DEADLINE_EXCEEDED,
  Status.ABORTED,
  Status.INTERNAL,
  Status.UNKNOWN,
]);

/** Refusals that time does not cure. An access token that ran out (UNAUTHENTICATED) is none: the next call fetches another. */
const LASTING_CODES: ReadonlySet<Status> = new Set([
  Status.INVALID_ARGUMENT,
  Status.NOT_FOUND,
  Status.PERMISSION_DENIED,
  Status.FAILED_PRECONDITION,
  Status.OUT_OF_RANGE,
  Status.UNIMPLEMENTED,
]);

/** The gRPC status that a call failed with; undefined when it was not the service that failed it. */
export function statusOf(error: unknown): Status | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "number" && code in Status ? code : undefined;
}

/** True for a refusal that time does not cure. */
export function isLastingRefusal(error: unknown): error is Error {
  const status = statusOf(error);
  if (status === undefined || !LASTING_CODES.has(status)) return false;
  // A project's first pipeline is refused while its service agents are being made:
  // https://cloud.google.com/vertex-ai/docs/general/access-control#service-agents
  return !(status === Status.FAILED_PRECONDITION && /try again/i.test(String(error)));
}

/** A service's words on what it refused, with the name of its status. */
export function wordsOf(error: Error): string {
  const status = statusOf(error);
  return status === undefined ? error.message : `${Status[status]}: ${error.message.replace(/^\d+ [A-Z_]+: /, "")}`;
}
