import { modelOfMessage, parseCoordinatorMessage } from "../../core/coordinator-message";
import type { ForCoordinator } from "../../core/incoming-message";
import { checkReadable, type ModelList } from "../../core/model-settings";
import { type PubSubMessage, parseBody } from "./pubsub-event";

/** A message to the coordinator. @throws PoisonMessageError when it is none */
export function readRequestMessage(message: PubSubMessage, models: ModelList): ForCoordinator {
  const content = parseCoordinatorMessage(parseBody(message), { publishedAt: message.publishedAt });
  const meant = models.filter(({ model }) => model === modelOfMessage(content));
  if (meant.length === 0) checkReadable(models, modelOfMessage(content));
  return { type: "coordinator-message", content, models: meant };
}
