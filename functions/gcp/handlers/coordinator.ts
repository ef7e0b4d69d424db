import { handleCoordinatorMessage } from "../../core/coordination/handle-coordinator-message";
import type { WatchingPorts } from "../../core/coordination/sweep-coordination";
import { parseCoordinatorMessage, requestIdOf } from "../../core/coordinator-message";
import { failureEvent } from "../../core/log/log";
import type { ModelSettingsSource } from "../../core/model-settings";
import { messageIdOf, parseBody, parsePubSubEvent } from "../messages/pubsub-event";

export interface CoordinatorPorts extends WatchingPorts {
  readonly settings: ModelSettingsSource;
}

/**
 * Handler of the request topic: decides about one request, or pauses by a rule. A rejection returns the message, and with it those of its model that
 * follow; a message that is no request ends in the dead-letter topic. Vertex AI tells nobody that a run ended: the sweeper asks.
 */
export function createCoordinator(ports: CoordinatorPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    let requestId: string | undefined;
    try {
      const message = parsePubSubEvent(event);
      const asked = parseCoordinatorMessage(parseBody(message), message.publishedAt);
      requestId = requestIdOf(asked);
      await handleCoordinatorMessage(ports, await ports.settings.list(), asked);
    } catch (error) {
      ports.log(failureEvent("coordinator", messageIdOf(event), error, requestId));
      throw error;
    }
  };
}
