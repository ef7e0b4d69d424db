import { modelOfMessage, parseCoordinatorMessage } from "../../core/coordinator-message";
import type { ForCoordinator } from "../../core/incoming-message";
import type { ModelSettings } from "../../core/model-settings";
import { type PubSubMessage, parseBody } from "./pubsub-event";

/** A message to the coordinator. @throws PoisonMessageError when it is none */
export function readRequestMessage(message: PubSubMessage, models: readonly ModelSettings[]): ForCoordinator {
  const content = parseCoordinatorMessage(parseBody(message), { publishedAt: message.publishedAt });
  return { type: "coordinator-message", content, models: models.filter(({ model }) => model === modelOfMessage(content)) };
}
