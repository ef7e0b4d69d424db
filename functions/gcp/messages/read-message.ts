import { orderedModels } from "../../core/capture/monitor-captures";
import type { IncomingMessage } from "../../core/incoming-message";
import type { ModelList } from "../../core/model-settings";
import { readDataMessage } from "./data-message";
import { readDriftMessage } from "./drift-message";
import { readLaunchMessage } from "./launch-message";
import { readNotification } from "./notification";
import { type PubSubMessage, parseBody } from "./pubsub-event";
import { readRequestMessage } from "./request-message";

/**
 * What a message of the subscription `retrigger-<environment>-<role>` is; undefined for a subscription that has no reader here.
 * `now` is epoch milliseconds.
 * @throws PoisonMessageError when the function behind the subscription refuses it for ever
 */
export function readMessage(role: string, message: PubSubMessage, models: ModelList, now: number): IncomingMessage | undefined {
  switch (role) {
    case "data":
      return readDataMessage(message, models);
    case "requests":
      return readRequestMessage(message, models);
    case "drift":
      return readDriftMessage(message, models, now);
    case "launches":
      return readLaunchMessage(message, models);
    case "drift-monitor":
      return { type: "capture-order", models: orderedModels(parseBody(message), models) };
    case "messages":
      return readNotification(message, models);
    default:
      return undefined;
  }
}
