import { GoogleAuth, PassThroughClient } from "google-auth-library";
import { type GoogleDownload, type GoogleRest, googleDownload, googleRest } from "../../../functions/gcp/adapters/google-rest";
import { type Answer, type LoopbackServer, type Received, startLoopbackServer } from "../../aws/adapters/loopback-server";

/** So that tests of what stays busy do not take as long as a function would wait. */
export const IMPATIENT = { maxRetryDelayMs: 5 };

/** Calls without an access token. */
export function anonymousRest(): GoogleRest {
  return googleRest(new GoogleAuth({ authClient: new PassThroughClient() }), IMPATIENT);
}

export function anonymousDownload(): GoogleDownload {
  return googleDownload(new GoogleAuth({ authClient: new PassThroughClient() }), IMPATIENT);
}

/** A Google API on this machine; `answer` is asked once for each request, with the number of those before it. */
export function startGoogleServer(answer: (request: Received, before: number) => Answer): Promise<LoopbackServer> {
  return startLoopbackServer(answer);
}

export function jsonAnswer(body: unknown): Answer {
  return { status: 200, body: JSON.stringify(body), type: "application/json; charset=UTF-8" };
}

/** A refusal as Google's APIs write it: https://google.aip.dev/193#http11json-representation */
export function googleError(status: number, name: string, message: string): Answer {
  return {
    status,
    body: JSON.stringify({ error: { code: status, status: name, message } }),
    type: "application/json; charset=UTF-8",
  };
}

/** The parameters of a request's URL. */
export function queryOf(request: Received | undefined): Record<string, string> {
  return Object.fromEntries(new URL(`http://server${request?.path}`).searchParams);
}
