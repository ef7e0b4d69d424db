import { handleCoordinatorMessage } from "../../core/coordination/handle-coordinator-message";
import type { WatchingPorts } from "../../core/coordination/sweep-coordination";
import { requestIdOf } from "../../core/coordinator-message";
import { failureEvent } from "../../core/log/log";
import type { ModelSettingsSource } from "../../core/model-settings";
import { messageIdOf, parsePubSubEvent } from "../messages/pubsub-event";
import { readRequestMessage } from "../messages/request-message";

export interface CoordinatorPorts extends WatchingPorts {
  readonly settings: ModelSettingsSource;
}

/**
 * Handler of the request topic: decides about one request, or pauses by a rule. A rejection returns the message, and with it those
 * of its model that follow; a message that is no request ends in the dead-letter topic. Vertex AI tells nobody that a run ended:
 * the sweeper asks.
 */
export function createCoordinator(ports: CoordinatorPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    let requestId: string | undefined;
    try {
      const { content, models } = readRequestMessage(parsePubSubEvent(event), await ports.settings.list());
      requestId = requestIdOf(content);
      await handleCoordinatorMessage(ports, models[0], content);
    } catch (error) {
      ports.log(failureEvent("coordinator", messageIdOf(event), error, requestId));
      throw error;
    }
  };
}
