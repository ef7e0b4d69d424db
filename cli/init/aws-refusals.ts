import { apiLimits } from "../../functions/aws/adapters/call-limits";
import { messageOf } from "../../functions/core/log/log";
import { harmlessLine } from "../../functions/core/plain-text";
import { brokenAnswerText, isBrokenAnswer } from "../control/aws-answers";
import type { Look } from "./account";

/** Longest wait for an answer, and tries: a person waits for the whole of it. */
export const LIMITS = apiLimits({ answerMs: 4_000, silenceMs: 4_000, maxAttempts: 2 });

/** Of a reason that AWS gives, in characters. */
const MAX_REASON = 200;

/** What a call sees, or why it is refused: `action` is what a policy must allow for it. */
export async function look<T>(action: string, call: () => Promise<T>): Promise<Look<T>> {
  try {
    return { isLooked: true, found: await call() };
  } catch (error) {
    return { isLooked: false, reason: refusalOf(action, error) };
  }
}

/** Name of an error of AWS, such as `AccessDeniedException`; empty for anything else. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** Why a call was refused, for a person. */
export function refusalOf(action: string, error: unknown): string {
  const name = nameOf(error);
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized|^403$/.test(name)) return `your identity lacks ${action}`;
  if (/^(?:CredentialsProviderError|TokenProviderError)$/.test(name)) {
    return `no credentials of AWS were found (${harmlessLine(error instanceof Error ? error.message : "", MAX_REASON)})`;
  }
  if (
    /^(?:ExpiredToken|RequestExpired|InvalidClientTokenId|InvalidToken|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature)/.test(
      name,
    )
  ) {
    return `AWS does not accept your credentials (${name}); sign in again, as with aws sso login`;
  }
  if (/Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/.test(name)) return `AWS was too busy to answer ${action} (${name})`;
  if (/Timeout/.test(name)) return `${action} got no answer in time`;
  if (isBrokenAnswer(error)) return `${action} got ${brokenAnswerText(error)}`;
  return `${action} failed (${harmlessLine(messageOf(error), MAX_REASON)})`;
}
