import { handleCoordinatorMessage } from "../../core/coordination/handle-coordinator-message";
import type { WatchingPorts } from "../../core/coordination/sweep-coordination";
import { requestIdOf } from "../../core/coordinator-message";
import type { ForCoordinator } from "../../core/incoming-message";
import type { ModelSettingsSource } from "../../core/model-settings";
import type { RejectingPorts } from "../../core/rejected-message";
import { type PubSubMessage, parsePubSubEvent, rejectPush } from "../messages/pubsub-event";
import { readRequestMessage } from "../messages/request-message";

export interface CoordinatorPorts extends WatchingPorts, RejectingPorts<PubSubMessage> {
  readonly settings: ModelSettingsSource;
}

/**
 * Handler of the request topic: decides about one request, pauses by a rule, or takes a person's answer. A rejection returns the
 * message, and with it those of its model that follow; a message that is nothing of this is set aside at once, so that they need
 * not wait for its deliveries. Vertex AI tells nobody that a run ended: the sweeper asks.
 */
export function createCoordinator(ports: CoordinatorPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    let message: PubSubMessage | undefined;
    let request: ForCoordinator | undefined;
    try {
      message = parsePubSubEvent(event);
      request = readRequestMessage(message, await ports.settings.list());
      await handleCoordinatorMessage(ports, request.models[0], request.content);
    } catch (error) {
      const requestId = request && requestIdOf(request.content);
      await rejectPush(ports, event, message, { role: "coordinator", requestId, isRead: request !== undefined, error });
    }
  };
}
