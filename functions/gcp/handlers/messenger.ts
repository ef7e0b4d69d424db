import { failureEvent } from "../../core/log/log";
import { tellAlarm } from "../../core/notices/chats/tell-alarm";
import { type TellPorts, tellChats } from "../../core/notices/chats/tell-chats";
import type { MessagePlace } from "../../core/notices/message";
import { readNotification } from "../messages/notification";
import { type PubSubMessage, parsePubSubEvent } from "../messages/pubsub-event";

export interface MessengerPorts extends TellPorts {
  readonly place: MessagePlace;
}

/**
 * Handler of the queue of messages: tells each to the chats that are about it. A rejection returns the message, which a chat did
 * not take. Pub/Sub pushes it again, and takes it to the dead letters at last; nothing is set aside, as everything is readable.
 */
export function createMessenger(ports: MessengerPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    let message: PubSubMessage | undefined;
    try {
      message = parsePubSubEvent(event);
      const { news } = readNotification(message, []);
      await ("message" in news ? tellChats(ports, news.message) : tellAlarm(ports, news.alarm, ports.place));
    } catch (error) {
      ports.log(failureEvent("messenger", message?.messageId, error));
      throw error;
    }
  };
}
