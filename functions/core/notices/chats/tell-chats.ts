import { RetryableError } from "../../errors";
import { type Log, messageOf } from "../../log/log";
import { changeRecord } from "../../versioned-store";
import { asOf } from "../as-of";
import type { Message } from "../message";
import type { Chat } from "./chat";
import { CLAIM_MS, type Telling, type ToldStore, tellingKey } from "./telling";

export interface TellPorts {
  readonly chats: readonly Chat[];
  readonly told: ToldStore;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Tells a message, as it is true by now, to each chat that is about its kind, and has not been told of it. All are tried,
 * whatever becomes of the others. A chat is told twice only where the process ends, or the store fails, between its answer and the
 * record of that, or where it took a message and did not say so.
 * @throws RetryableError that names the chats that were not told, and those that somebody else is just telling: the queue is to
 * bring the message again
 */
export async function tellChats(ports: TellPorts, message: Message): Promise<void> {
  const concerned = ports.chats.filter(({ about }) => about.includes(message.kind));
  const tellings = await Promise.allSettled(concerned.map((chat) => tellOnce(ports, chat, message)));
  const failures = tellings.flatMap((telling, index) =>
    telling.status === "rejected" ? [{ chat: concerned[index]?.name ?? "", error: telling.reason }] : [],
  );
  if (failures.length === 0) return;
  const names = failures.map(({ chat }) => chat).join(" and ");
  const [first, ...others] = failures.map(({ error }) => error);
  const cause = others.length === 0 ? first : new AggregateError([first, ...others], "more than one chat was not told");
  throw new RetryableError(`${names} could not be told of ${message.id}`, { cause });
}

async function tellOnce(ports: TellPorts, chat: Chat, message: Message): Promise<void> {
  const { told, log, now } = ports;
  const about = { chat: chat.name, kind: message.kind, messageId: message.id };
  const key = tellingKey(chat.name, message.id);
  const loaded = await told.load(key);
  if (loaded?.state.toldAt !== undefined) return;
  const busy = () => new RetryableError(`${chat.name} is just being told of it by another instance`);
  if (loaded !== undefined && loaded.state.claimedUntil > now()) throw busy();
  const version = loaded?.version ?? 0;
  if (!(await told.save(key, { claimedUntil: now() + CLAIM_MS }, version))) throw busy();
  try {
    await chat.tell(asOf(message, now()));
  } catch (error) {
    log({ level: "warn", event: "chat-not-told", ...about, error: messageOf(error) });
    // Whoever tries next need not wait for the end of the claim. Where this is not saved, it waits.
    await told.save(key, { claimedUntil: now() }, version + 1).catch(() => false);
    throw error;
  }
  log({ level: "info", event: "told", ...about });
  await markAsTold(told, key, now()).catch((error: unknown) => {
    // To reject would have it told again for certain.
    log({ level: "warn", event: "told-not-recorded", ...about, error: messageOf(error) });
  });
}

/** Also where another one claimed it since, or ended its own claim. */
async function markAsTold(told: ToldStore, key: string, at: number): Promise<void> {
  const unclaimed: Telling = { claimedUntil: at };
  await changeRecord(
    told,
    key,
    () => unclaimed,
    (telling) => ({ state: telling.toldAt === undefined ? { ...telling, toldAt: at } : telling }),
  );
}
