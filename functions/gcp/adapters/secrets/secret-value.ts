import * as z from "zod/mini";
import type { GoogleRest } from "../google-rest";

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
    const { body, status } = await rest({
      what,
      method: "GET",
      url: `${endpoint}/v1/${secret}/versions/latest:access`,
      answers: Object.keys(REMEDIES).map(Number),
      maxBytes: MAX_BYTES,
    });
    const remedy = REMEDIES[status];
    if (remedy !== undefined) throw new Error(`the secret ${secret} could not be read (HTTP ${status}); ${remedy}`);
    const answer = answerSchema.safeParse(jsonOf(body));
    if (!answer.success) throw new Error(`the secret ${secret} was answered in another form than that of Secret Manager; it is tried again`);
    return Buffer.from(answer.data.payload.data, "base64").toString("utf8");
  };
}

/**
 * By status: 400 is FAILED_PRECONDITION, of a version that is disabled or destroyed.
 * https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
 */
const REMEDIES: Readonly<Record<number, string>> = {
  400: "its latest version is disabled or destroyed: enable it, or add one with the address of the webhook",
  403: "let the messenger's service account read it with roles/secretmanager.secretAccessor, and see that Secret Manager's API is enabled",
  404: "make it, add a version with the address of the webhook, and see that the configuration has its name",
};

/** What cannot be read is not shown either: it may be the secret. */
function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
