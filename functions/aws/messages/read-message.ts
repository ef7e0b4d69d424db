import type { IncomingMessage } from "../../core/incoming-message";
import type { ModelList } from "../../core/model-settings";
import { readDataMessage } from "./data-message";
import { readDriftMessage } from "./drift-message";
import { readNotification } from "./notification";
import { readRequestMessage } from "./request-message";
import type { SqsMessage } from "./s3-event";

/**
 * What a message of the queue `retrigger-<environment>-<role>` is; undefined for a queue that has no reader here. `now` is epoch
 * milliseconds.
 * @throws PoisonMessageError when the function behind the queue refuses it for ever
 */
export function readMessage(role: string, message: SqsMessage, models: ModelList, now: number): IncomingMessage | undefined {
  switch (role) {
    case "data":
      return readDataMessage(message, models);
    case "requests":
      return readRequestMessage(message, models);
    case "drift":
      return readDriftMessage(message, models, now);
    case "messages":
      return readNotification(message, models);
    default:
      return undefined;
  }
}
