import * as z from "zod/mini";
import { timeSchema } from "../../numbers";
import type { VersionedStore } from "../../versioned-store";
import { noticeId } from "../notice-id";
import type { ChatName } from "./chat";

/**
 * How long the function that tells chats may run, seconds: longer than a chat takes at most for one message, which is 3 posts of 10
 * seconds, 2 waits of 20 seconds, and reading the secret.
 */
export const TELLING_TIMEOUT_SEC = 120;

/**
 * How long the one that claimed a telling has it for itself, milliseconds: longer than its function may run, so that a claim that
 * ran out is of one that tells no more.
 */
export const CLAIM_MS = (TELLING_TIMEOUT_SEC + 60) * 1_000;

/** A change of an alarm: it was raised, or is over. */
const alarmChangeSchema = z.object({ at: timeSchema, isOver: z.boolean() });

export type AlarmChange = z.infer<typeof alarmChangeSchema>;

/** How far the telling of one message to one chat is, or how far what chats are told of one alarm is. */
export const tellingSchema = z.object({
  /** Until when the one that claimed it may be telling it, epoch milliseconds; one that failed ends its claim by then. */
  claimedUntil: timeSchema,
  /** When the chat took it, epoch milliseconds; absent before. */
  toldAt: z.exactOptional(timeSchema),
  /** Of an alarm: its newest change that anybody is told of. */
  newest: z.exactOptional(alarmChangeSchema),
});

export type Telling = z.infer<typeof tellingSchema>;

/**
 * Port: which chats were told of what, under `tellingKey`, and the newest change of each alarm, under `alarmKey`. A record may be
 * removed once it is `TELLING_RETENTION_MS` old.
 */
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

/** What the store calls the record of an alarm: no chat has that name. */
export function alarmKey(series: string): string {
  return `alarm#${noticeId(series)}`;
}
