import type { Message, NoticeKind } from "../message";

/** Names of the chats that may be told. */
export const CHATS = ["slack", "teams"] as const;

export type ChatName = (typeof CHATS)[number];

/** Port: a chat that people read. */
export interface Chat {
  readonly name: ChatName;
  /** What it is told about. */
  readonly about: readonly NoticeKind[];
  /**
   * Tells it. Rejects when the chat may not have taken it, with an error that holds no secret.
   */
  tell(message: Message): Promise<void>;
}
