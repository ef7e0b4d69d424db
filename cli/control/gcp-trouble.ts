import { messageOf, reasonOf } from "../../functions/core/log/log";
import { GoogleApiError } from "../../functions/gcp/adapters/google-rest";
import { CommandError } from "../command-error";
import { isUnreachable } from "./unreachable";

/** What was asked on Google Cloud. */
export interface GcpPlace {
  readonly project: string;
  readonly database: string;
  /** `projects/…/topics/…` */
  readonly topic: string | undefined;
}

/** Codes of gRPC, as Firestore tells them. https://grpc.io/docs/guides/status-codes/ */
const GRPC = { deadlineExceeded: 4, notFound: 5, unavailable: 14, unauthenticated: 16 } as const;

const SIGN_IN = "sign in with gcloud auth application-default login";

/**
 * What a person does about an error of a client of Google Cloud: with credentials that have expired, without a way to the service,
 * or without what was asked; undefined for any other.
 */
export function gcpTrouble(error: unknown, { project, database, topic }: GcpPlace): CommandError | undefined {
  if (!(error instanceof Error)) return undefined;
  const status = error instanceof GoogleApiError ? error.status : undefined;
  const code = "code" in error ? error.code : undefined;
  const missing = "see --environment and --project; a first deployment makes it: docs/deploy.md";
  const message =
    status === 401 || code === GRPC.unauthenticated
      ? `Google Cloud does not take these credentials any more; ${SIGN_IN}`
      : status === 404
        ? `there is no topic ${topic ?? "of requests"}; ${missing}`
        : code === GRPC.notFound
          ? `there is no database ${database} in the project ${project}; ${missing}`
          : code === GRPC.unavailable || code === GRPC.deadlineExceeded || isUnreachable(error)
            ? `Google Cloud could not be reached: ${reasonOf(error)}; see the network and its proxy`
            : undefined;
  return message === undefined ? undefined : new CommandError(message, { cause: error });
}

/**
 * What is said of credentials that are no JSON, whose error quotes their beginning, which may be a secret; undefined for any other
 * error.
 * @param error as the client threw it, or as an error tells it that quotes it
 */
export function unreadableCredentials(error: unknown): string | undefined {
  const said = messageOf(error);
  const isOfFile = /GOOGLE_APPLICATION_CREDENTIALS environment variable/.test(said) || error instanceof SyntaxError;
  const isNoJson =
    /is not valid JSON|Unexpected (?:token|end|non-whitespace|string|number)|in JSON at position|Expected .{1,40} in JSON/i;
  if (!isNoJson.test(said) || !(isOfFile || /no access token/.test(said))) return undefined;
  return process.env.GOOGLE_APPLICATION_CREDENTIALS
    ? "the file that GOOGLE_APPLICATION_CREDENTIALS names is no JSON"
    : "the file of your application default credentials is no JSON";
}

/**
 * What a person does who could not be signed in.
 * @param untold why the configuration of this folder did not tell the project
 */
export function signInTrouble(error: unknown, untold?: string): CommandError {
  const said = messageOf(error);
  const cause = unreadableCredentials(error) === undefined ? { cause: error } : {};
  return new CommandError(signInMessage(error, said, untold), cause);
}

function signInMessage(error: unknown, said: string, untold: string | undefined): string {
  const unreadable = unreadableCredentials(error);
  if (unreadable !== undefined) return `${unreadable}; ${SIGN_IN}, or name a file of credentials there`;
  if (/default credentials/i.test(said)) {
    return `no credentials of Google Cloud were found; ${SIGN_IN}, or name a file of credentials in GOOGLE_APPLICATION_CREDENTIALS`;
  }
  if (/invalid_grant|invalid_rapt|reauth/i.test(said)) return `the credentials of Google Cloud have expired; ${SIGN_IN}`;
  if (/project/i.test(said) && /unable to detect/i.test(said)) {
    const advice =
      "no project of Google Cloud is named; name it with --project or GOOGLE_CLOUD_PROJECT, or let --config retrigger.yaml tell it";
    return untold === undefined ? advice : `${advice}; ${untold}`;
  }
  if (error instanceof Error && isUnreachable(error)) {
    return `Google Cloud could not be reached to sign in: ${reasonOf(error)}; see the network and its proxy`;
  }
  return `could not sign in to Google Cloud: ${said}; ${SIGN_IN}, or see GOOGLE_APPLICATION_CREDENTIALS`;
}
