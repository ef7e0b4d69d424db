import { setTimeout } from "node:timers/promises";
import type { Chat, ChatName } from "../../core/notices/chats/chat";
import type { Message, NoticeKind } from "../../core/notices/message";
import { CHAT_TITLES, webhookAddress } from "./webhook-address";
import { readAnswer, type WebhookAnswer, type WebhookKind, webhookKind } from "./webhook-answer";

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
  /** Who answers. @default - whom the address leads to */
  readonly kind?: WebhookKind;
  /** Waits so many milliseconds. @default - does */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Posts of one message, the first included. */
const MAX_POSTS = 3;
/** Longest time that a chat may ask to wait; a message that must wait longer goes back to its queue. */
const MAX_WAIT_MS = 20_000;
/** Shortest time from one post to the next, also where a chat asks for less: webhooks take about one message a second. */
const MIN_WAIT_MS = 1_000;

/** Statuses by which a chat says that it has no time now, and when it will. */
const BUSY = [429, 503];

/**
 * A chat that takes messages by a webhook. Where it asks to wait for up to 20 seconds, that is done, twice at most. It rejects when
 * it does not take the message, with an error that holds neither the address, which is a secret, nor what the other side says.
 * After that it reads the secret again, as it may have been replaced.
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
        const answer = await post(address, body, timeoutMs, options.kind ?? webhookKind(name, address));
        if (answer?.isTaken) return;
        const waitMs = answer === undefined ? undefined : askedWaitMs(answer, now());
        if (waitMs === undefined || waitMs > MAX_WAIT_MS || posts === MAX_POSTS) {
          remembered = undefined;
          throw new Error(refusalText(name, secret, answer));
        }
        await wait(waitMs);
      }
    },
  };
}

/** Undefined where there was no answer; nothing of what failed is passed on, for it names the address. */
async function post(address: string, body: string, timeoutMs: number, kind: WebhookKind): Promise<WebhookAnswer | undefined> {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(timeoutMs),
      redirect: "error",
    });
    return await readAnswer(response, kind);
  } catch {
    return undefined;
  }
}

/** A date as HTTP writes it, always of Greenwich: https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Undefined where it does not ask to wait, or nobody can tell for how long. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function askedWaitMs({ status, retryAfter = "" }: WebhookAnswer, now: number): number | undefined {
  if (!BUSY.includes(status)) return undefined;
  const ms = /^\d{1,9}$/.test(retryAfter)
    ? Number(retryAfter) * 1_000
    : (HTTP_DATE.test(retryAfter) ? Date.parse(retryAfter) : Number.NaN) - now;
  return Number.isNaN(ms) ? undefined : Math.max(MIN_WAIT_MS, ms);
}

function refusalText(chat: ChatName, secret: string, answer: WebhookAnswer | undefined): string {
  const status = answer?.status;
  const got =
    status === undefined ? "no answer" : `HTTP ${status}${isSuccess(status) ? " without the confirmation of a webhook" : ""}`;
  return `${CHAT_TITLES[chat]} did not take the message (${got}); ${remedyOf(secret, status)}`;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function remedyOf(secret: string, status: number | undefined): string {
  if (status === undefined) return `see whether the function reaches the webhook, whose address is in the secret ${secret}`;
  if (status === 429 || status >= 500) return "it is tried again";
  if (status === 400 || status === 413) return "see whether the webhook takes messages of this form";
  return `see whether the webhook is still active, or make a new one and put its address into the secret ${secret}`;
}
