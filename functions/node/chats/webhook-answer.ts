import type { ChatName } from "../../core/notices/chats/chat";

/** Who answers at a webhook's address, and so how a taken message is confirmed. */
export type WebhookKind = "slack" | "workflow" | "connector";

/** What became of a post. */
export interface WebhookAnswer {
  readonly isTaken: boolean;
  /** HTTP status; of a connector the one that it got itself, where it names one. */
  readonly status: number;
  /** Value of the header `Retry-After`. */
  readonly retryAfter?: string;
}

/** Hosts of the connectors of Office 365. */
const CONNECTOR = /\.webhook\.office\.com$/;

/** The kind of a webhook, by its address. */
export function webhookKind(chat: ChatName, address: string): WebhookKind {
  if (chat === "slack") return "slack";
  return CONNECTOR.test(new URL(address).hostname) ? "connector" : "workflow";
}

/** Most bytes that are read of an answer: a connector's error has some 200. */
const MAX_BYTES = 2_000;

/**
 * Reads whether a webhook took a message. A status alone says so of workflows: those may have no body, or one that their owner
 * wrote. Slack answers `ok`: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * A connector answers 200 whatever happens, and a number only where Teams took the message:
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
export async function readAnswer(response: Response, kind: WebhookKind): Promise<WebhookAnswer> {
  const { status, headers } = response;
  const retryAfter = headers.get("retry-after");
  const answer = { status, ...(retryAfter !== null && { retryAfter }) };
  if (kind === "workflow" || status !== 200) {
    // What it says is of no use, and must not keep the connection.
    await response.body?.cancel();
    return { ...answer, isTaken: kind === "workflow" && (status === 200 || status === 202) };
  }
  const text = (await startOf(response, MAX_BYTES)).trim();
  if (kind === "slack") return { ...answer, isTaken: text === "ok" };
  const [, inner] = /\bHTTP error ([45]\d\d)\b/.exec(text) ?? [];
  return { ...answer, isTaken: /^\d{1,20}$/.test(text), ...(inner !== undefined && { status: Number(inner) }) };
}

/** The first bytes of a body as text; the rest is not waited for. */
async function startOf({ body }: Response, maxBytes: number): Promise<string> {
  if (body === null) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}
