import { type Channel, readableText } from "../../../core/notices/notice";
import type { GoogleRest } from "../google-rest";

export interface SlackWebhookOptions {
  /** `projects/<project>/secrets/<secret>/versions/<version or latest>` of Secret Manager, whose value is the URL. */
  readonly secretVersion: string;
  /** How long the URL is remembered, so that a new one is used after that time. @default 5 minutes */
  readonly maxAgeMs?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Another address of Secret Manager than its own. */
  readonly endpoint?: string;
  /** Where the URL may lead. @default - Slack's hosts */
  readonly origins?: readonly string[];
}

const SLACK_ORIGINS = ["https://hooks.slack.com", "https://hooks.slack-gov.com"];
const TIMEOUT_MS = 10_000;
/** https://docs.slack.dev/reference/methods/chat.postMessage#truncating */
const MAX_TEXT = 40_000;

/**
 * `Channel` of Slack: posts what people read of a notice to a webhook. Rejects when Slack does not take it; no error holds the
 * webhook's URL, which is a secret.
 */
export function slackWebhook(rest: GoogleRest, options: SlackWebhookOptions): Channel {
  const { secretVersion, maxAgeMs = 300_000, now, endpoint = "https://secretmanager.googleapis.com" } = options;
  const origins = options.origins ?? SLACK_ORIGINS;
  let remembered: { readonly url: string; readonly readAt: number } | undefined;

  async function webhookUrl(): Promise<string> {
    if (remembered !== undefined && now() - remembered.readAt < maxAgeMs) return remembered.url;
    const { body } = await rest({
      what: `reading the secret ${secretVersion}`,
      method: "GET",
      url: `${endpoint}/v1/${secretVersion}:access`,
    });
    const url = secretText(body);
    if (!origins.includes(originOf(url))) {
      throw new Error(`the value of ${secretVersion} is not a webhook's URL; it begins with one of ${origins.join(", ")}`);
    }
    remembered = { url, readAt: now() };
    return url;
  }

  return {
    name: "slack",
    async notify(notice) {
      const url = await webhookUrl();
      const refusal = await post(url, readableText(notice));
      if (refusal === undefined) return;
      // It may have been replaced: the next message asks for it again.
      remembered = undefined;
      throw new Error(`Slack did not take the message (${refusal}); check that the webhook in ${secretVersion} is still active`);
    },
  };
}

/** Why it was not posted; nothing of what failed is passed on, for it names the URL. */
async function post(url: string, text: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: escaped(text).slice(0, MAX_TEXT) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: "error",
    });
    await response.body?.cancel();
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch {
    return "no answer";
  }
}

/** A request's own words must not call a channel: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function secretText(body: Buffer): string {
  try {
    const { payload }: { payload?: { data?: unknown } } = JSON.parse(body.toString("utf8"));
    return Buffer.from(String(payload?.data), "base64").toString("utf8").trim();
  } catch {
    // What cannot be read is not shown either: the caller says that it is not a URL.
    return "";
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "";
}
