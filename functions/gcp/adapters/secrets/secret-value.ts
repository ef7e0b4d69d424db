import * as z from "zod/mini";
import { RetryableError } from "../../../core/errors";
import { jsonValue } from "../../../core/outside-json";
import { GoogleApiError, type GoogleRest, type RestAnswer } from "../google-rest";

/** Far more than a secret has, which is 64 KiB. https://cloud.google.com/secret-manager/quotas#content_limits */
const MAX_BYTES = 256 * 1024;

/** https://cloud.google.com/secret-manager/docs/reference/rest/v1/AccessSecretVersionResponse */
const answerSchema = z.object({ payload: z.object({ data: z.string() }) });

export interface SecretOptions {
  /** Another address of Secret Manager than its own. */
  readonly endpoint?: string;
}

/**
 * Reads the latest version of a secret of Secret Manager, by its name `projects/<project>/secrets/<secret>`.
 * @throws Error that names the secret and what to do; it holds nothing of the value
 */
export function secretValue(rest: GoogleRest, options: SecretOptions = {}): (secret: string) => Promise<string> {
  const { endpoint = "https://secretmanager.googleapis.com" } = options;
  return async (secret) => {
    const what = `reading the secret ${secret}`;
    const url = `${endpoint}/v1/${secret}/versions/latest:access`;
    const { body } = await rest({ what, method: "GET", url, maxBytes: MAX_BYTES }).catch(explained);
    const answer = answerSchema.safeParse(jsonValue(body.toString("utf8")));
    // What cannot be read is not shown either: it may be the secret.
    if (!answer.success)
      throw new RetryableError(`${what} got an answer of another form than the API's; it can be tried again later`);
    return Buffer.from(answer.data.payload.data, "base64").toString("utf8");
  };
}

/**
 * Of a version that is disabled or destroyed, a refusal says so; its client hides it, as it does every text with the word secret.
 * https://cloud.google.com/secret-manager/docs/disable-secret-version
 */
function explained(error: unknown): RestAnswer {
  if (!(error instanceof GoogleApiError) || error.status !== 400 || /kms/i.test(error.message)) throw error;
  const remedy = "see that its latest version is enabled and not destroyed, or add one with the address of the webhook";
  throw new GoogleApiError(`${error.message}; ${remedy}`, error.status);
}
