import { setTimeout } from "node:timers/promises";
import type { Chat, ChatName } from "../../core/notices/chat";
import type { Message, NoticeKind } from "../../core/notices/message";
import { CHAT_TITLES, webhookAddress } from "./webhook-address";

export interface WebhookChatOptions {
  readonly name: ChatName;
  /** What it is told about. */
  readonly about: readonly NoticeKind[];
  /** What the secret is called that holds the webhook's address, for errors. */
  readonly secret: string;
  /** Reads the secret's value. */
  readonly readSecret: () => Promise<string>;
  /** The body of a post, which is sent as JSON. */
  readonly render: (message: Message) => unknown;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How long the address is remembered, so that a new one is used after that time. @default 5 minutes */
  readonly maxAgeMs?: number;
  /** From a post until there must be an answer. @default 10 seconds */
  readonly timeoutMs?: number;
  /** Where the address may lead. @default - the hosts of the chat */
  readonly origins?: readonly string[];
  /** Waits so many milliseconds. @default - does */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Posts of one message, the first included. */
const MAX_POSTS = 3;
/** Longest time that a chat may ask to wait; a message that must wait longer goes back to its queue. */
const MAX_WAIT_MS = 20_000;

/** Statuses by which a chat says that it has no time now, and when it will. */
const BUSY = [429, 503];

/**
 * A chat that takes messages by a webhook. Where it asks to wait for up to 20 seconds, that is done, twice at most. It rejects when
 * it does not take the message, with an error that holds neither the address, which is a secret, nor what the other side says; after
 * that it reads the secret again, as it may have been replaced.
 */
export function webhookChat(options: WebhookChatOptions): Chat {
  const { name, about, secret, readSecret, render, now, origins, maxAgeMs = 300_000, timeoutMs = 10_000 } = options;
  const wait = options.wait ?? setTimeout;
  let remembered: { readonly address: string; readonly readAt: number } | undefined;

  async function addressOf(): Promise<string> {
    const readAt = now();
    if (remembered === undefined || readAt - remembered.readAt >= maxAgeMs) {
      remembered = { address: webhookAddress(await readSecret(), name, secret, origins), readAt };
    }
    return remembered.address;
  }

  return {
    name,
    about,
    async tell(message) {
      const address = await addressOf();
      const body = JSON.stringify(render(message));
      for (let posts = 1; ; posts++) {
        const answer = await post(address, body, timeoutMs);
        if (answer?.ok) return;
        const waitMs = answer === undefined ? undefined : askedWaitMs(answer, now());
        if (waitMs === undefined || waitMs > MAX_WAIT_MS || posts === MAX_POSTS) {
          remembered = undefined;
          throw new Error(refusalText(name, secret, answer?.status));
        }
        await wait(waitMs);
      }
    },
  };
}

/** Undefined where there was no answer; nothing of what failed is passed on, for it names the address. */
async function post(address: string, body: string, timeoutMs: number): Promise<Response | undefined> {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(timeoutMs),
      redirect: "error",
    });
    // What it says is of no use, and must not keep the connection.
    await response.body?.cancel();
    return response;
  } catch {
    return undefined;
  }
}

/** https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function askedWaitMs({ status, headers }: Response, now: number): number | undefined {
  const after = headers.get("retry-after") ?? "";
  if (!BUSY.includes(status)) return undefined;
  if (/^\d{1,9}$/.test(after)) return Number(after) * 1_000;
  const at = Date.parse(after);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function refusalText(chat: ChatName, secret: string, status: number | undefined): string {
  const answer = status === undefined ? "no answer" : `HTTP ${status}`;
  return `${CHAT_TITLES[chat]} did not take the message (${answer}); ${remedyOf(secret, status)}`;
}

function remedyOf(secret: string, status: number | undefined): string {
  if (status === undefined) return `see whether the function reaches the webhook, whose address is in the secret ${secret}`;
  if (status === 429 || status >= 500) return "it is tried again";
  if (status === 400 || status === 413) return "see whether the webhook takes messages of this form";
  return `see whether the webhook is still active, or make a new one and put its address into the secret ${secret}`;
}
