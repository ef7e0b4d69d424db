import { setTimeout } from "node:timers/promises";
import { GoogleAuth } from "google-auth-library";
import { SCOPES } from "../../functions/gcp/adapters/google-rest";
import { CommandError } from "../command-error";
import { signInTrouble } from "./gcp-trouble";

/** Longer than any answer of Google's token service takes. */
const PATIENCE_MS = 20_000;

/** A caller of Google Cloud who has an access token. */
export interface SignedIn {
  readonly auth: GoogleAuth;
  readonly project: string;
}

/**
 * Finds the caller's own credentials and gets a token with them, before any client does: Firestore's ends the process
 * where there are none.
 * @param known id of the project; else the credentials tell it
 * @param untold why the configuration of this folder did not tell the project
 * @throws CommandError that says what to do without credentials, with such as have expired, and without a project
 */
export async function signIn(known: string | undefined, env: NodeJS.ProcessEnv, untold?: string): Promise<SignedIn> {
  // A machine of Google's is known by its firmware; asking the network for it takes seconds elsewhere, and prints a warning.
  env.METADATA_SERVER_DETECTION ??= "bios-only";
  const auth = new GoogleAuth({ scopes: SCOPES });
  const over = new AbortController();
  const patience = setTimeout(PATIENCE_MS, undefined, { signal: over.signal }).then(() => {
    throw new CommandError(`Google Cloud gave no access token within ${PATIENCE_MS / 1000} s; see the network and its proxy`);
  });
  try {
    return await Promise.race([signedIn(auth, known), patience]);
  } catch (error) {
    throw error instanceof CommandError ? error : signInTrouble(error, untold);
  } finally {
    over.abort();
    await patience.catch(() => undefined);
  }
}

async function signedIn(auth: GoogleAuth, known: string | undefined): Promise<SignedIn> {
  const client = await auth.getClient();
  await client.getAccessToken();
  return { auth, project: known ?? (await auth.getProjectId()) };
}
