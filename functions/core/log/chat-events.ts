import type { ChatName } from "../notices/chats/chat";
import type { NoticeKind } from "../notices/message";

/** `messageId` is that of what people are told. */
type OfTelling = { readonly chat: ChatName; readonly kind: NoticeKind; readonly messageId: string };

/** What is told of chats. */
export interface ChatEvents {
  /** A chat was told. */
  told: OfTelling & { readonly level: "info" };
  /** A chat did not take what people are told; the queue brings it again. */
  "chat-not-told": OfTelling & { readonly level: "warn"; readonly error: string };
  /** A chat was told, which could not be recorded: should the message come again, it may be told again. */
  "told-not-recorded": OfTelling & { readonly level: "warn"; readonly error: string };
}
