import type { RuledMessage } from "../event-rules/ruled-message";
import type { ModelSettings } from "../model-settings";
import type { CoordinationPorts } from "./coordinate";
import { pauseByRule } from "./pause-by-rule";
import { requestTraining } from "./request-training";

/** Does what a message of the request queue asks for, of whichever of the models it names. Repeating it is harmless. */
export async function followMessage(
  ports: CoordinationPorts,
  models: readonly ModelSettings[],
  message: RuledMessage,
): Promise<void> {
  const settingsOf = (name: string) => models.find(({ model }) => model === name);
  switch (message.action) {
    case "request":
      await requestTraining(ports, settingsOf(message.request.model), message.request);
      return;
    case "pause":
      await pauseByRule(ports, settingsOf(message.order.model), message.order);
      return;
  }
}
