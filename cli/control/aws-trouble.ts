import { RetryableError } from "../../functions/core/errors";
import { reasonOf } from "../../functions/core/log/log";
import { CommandError } from "../command-error";
import { brokenAnswerText, isBrokenAnswer } from "./aws-answers";
import { isUnreachable } from "./unreachable";

/** What was asked on AWS, as far as it is known. */
export interface AwsPlace {
  readonly table: string;
  /** Name or URL. */
  readonly queue: string | undefined;
  /** Undefined where none is said. */
  readonly region: string | undefined;
  /** Why the configuration of this folder did not tell the region. */
  readonly untold?: string | undefined;
  /** Of the profile that the credentials are of; undefined for the default one. */
  readonly profile: string | undefined;
  /** Number of the account; undefined where the credentials do not tell it. */
  readonly account: string | undefined;
}

/**
 * What a person does about an error of a client of AWS: without region or credentials, with such as have expired or are refused,
 * without a way to the service, or without what was asked; undefined for any other.
 * @param error as the client threw it, or as RetryableError tells it
 */
export function awsTrouble(error: unknown, place: AwsPlace): CommandError | undefined {
  const thrown = error instanceof RetryableError && error.cause !== undefined ? error.cause : error;
  if (!(thrown instanceof Error)) return undefined;
  const message = messageFor(thrown, place);
  return message === undefined ? undefined : new CommandError(message, { cause: error });
}

function messageFor(error: Error, { table, queue, region, untold, profile, account }: AwsPlace): string | undefined {
  const { name, message } = error;
  const where = `in ${region ?? "an unknown region"} of ${account === undefined ? "the account of these credentials" : `the account ${account}`}`;
  const signIn = `sign in with aws sso login${profile === undefined ? "" : ` --profile ${profile}`}`;
  const lookElsewhere = "see --environment, AWS_PROFILE and AWS_REGION; a first deployment makes it: docs/deploy.md";
  if (/Region is missing/i.test(message)) {
    const advice = "no region of AWS is named; set AWS_REGION, such as eu-central-1, or let --config retrigger.yaml tell it";
    return untold === undefined ? advice : `${advice}; ${untold}`;
  }
  if (/^Expired|RequestExpired/.test(name) || (/Provider/.test(name) && /expired|session.*invalid/i.test(message))) {
    return `the credentials of AWS have expired; ${signIn}, or renew the variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN`;
  }
  if (/CredentialsProviderError|TokenProviderError/.test(name)) {
    const looked = profile === undefined ? "in the environment, the default profile or this machine" : `for the profile ${profile}`;
    return `no valid credentials of AWS were found ${looked}: none, or a session that has ended; ${signIn}, or name a profile in AWS_PROFILE`;
  }
  if (/UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature/.test(name)) {
    return `AWS does not take these credentials (${name}); see that AWS_ACCESS_KEY_ID or the profile is of this account, and that the clock is right`;
  }
  if (isBrokenAnswer(error)) return `got ${brokenAnswerText(error)} see the network, and sign in to its proxy`;
  if (isUnreachable(error)) {
    return `AWS could not be reached in ${region ?? "an unknown region"}: ${reasonOf(error)}; see the network and its proxy, and that the region is spelt right`;
  }
  if (/QueueDoesNotExist|NonExistentQueue/.test(name))
    return `there is no queue ${queue ?? "of requests"} ${where}; ${lookElsewhere}`;
  return /ResourceNotFound/.test(name) ? `there is no table ${table} ${where}; ${lookElsewhere}` : undefined;
}
