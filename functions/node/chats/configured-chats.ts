import * as z from "zod/mini";
import { ENVIRONMENT } from "../../core/environment";
import { CHATS, type Chat, type ChatName } from "../../core/notices/chats/chat";
import { type Message, NOTICE_KINDS } from "../../core/notices/message";
import { slackPayload } from "../../core/notices/slack-blocks";
import { teamsPayload } from "../../core/notices/teams-card";
import { webhookChat } from "./webhook-chat";

/** A chat as the variable of a function names it: where its webhook's address is kept, and what it is told about. */
const chatSchema = z.object({ secret: z.string().check(z.minLength(1)), about: z.array(z.enum(NOTICE_KINDS)) });

const PAYLOADS: Readonly<Record<ChatName, (message: Message) => unknown>> = { slack: slackPayload, teams: teamsPayload };

export interface ChatPorts {
  /** Reads the value of the secret of that name. */
  readonly readSecret: (secret: string) => Promise<string>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * The chats that a function's environment variables name.
 * @throws Error when a variable is not as its Terraform module writes it
 */
export function configuredChats(variables: Readonly<Record<string, string | undefined>>, { readSecret, now }: ChatPorts): Chat[] {
  return CHATS.flatMap((name) => {
    const text = variables[ENVIRONMENT[name]];
    if (text === undefined || text === "") return [];
    const { secret, about } = parseChat(ENVIRONMENT[name], text);
    return [webhookChat({ name, about, secret, readSecret: () => readSecret(secret), render: PAYLOADS[name], now })];
  });
}

function parseChat(variable: string, text: string): z.infer<typeof chatSchema> {
  try {
    return chatSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`got no chat in ${variable}; expected {"secret", "about"}, as the function's Terraform module sets it`, {
      cause,
    });
  }
}
