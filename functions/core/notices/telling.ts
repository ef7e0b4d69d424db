import * as z from "zod/mini";
import { timeSchema } from "../numbers";
import type { VersionedStore } from "../versioned-store";
import type { ChatName } from "./chat";

/** How far the telling of one message to one chat is. */
export const tellingSchema = z.object({
  /** Until when the one that claimed it may be telling it, epoch milliseconds; one that failed ends its claim by the time it did. */
  claimedUntil: timeSchema,
  /** When the chat took it, epoch milliseconds; absent before. */
  toldAt: z.exactOptional(timeSchema),
});

export type Telling = z.infer<typeof tellingSchema>;

/** Port: which chats were told of what, under `tellingKey`. A record may be removed once it is `TELLING_RETENTION_MS` old. */
export type ToldStore = VersionedStore<Telling>;

/**
 * From a telling until its record may be removed, milliseconds: 30 days, so that it outlives the message in its queue (7 days) and
 * among the dead letters (14 days), from which people may send it again.
 */
export const TELLING_RETENTION_MS = 30 * 86_400_000;

/** From when a telling's record may be removed, epoch milliseconds. */
export function tellingExpiry({ claimedUntil, toldAt = claimedUntil }: Telling): number {
  return toldAt + TELLING_RETENTION_MS;
}

/** What the store calls the telling of a message to a chat, in the place of a model. */
export function tellingKey(chat: ChatName, messageId: string): string {
  return `${chat}#${messageId}`;
}
