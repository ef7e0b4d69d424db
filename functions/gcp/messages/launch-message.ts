import type { DirectFire } from "../../core/incoming-message";
import type { ModelSettings } from "../../core/model-settings";
import { parseLaunch } from "../../core/schedules/pipeline-schedule";
import { type PubSubMessage, parseBody } from "./pubsub-event";

/**
 * The fire of a direct schedule, which holds all that its pipeline is started with.
 * @param models where they are known: the function needs none
 * @throws PoisonMessageError when it is none
 */
export function readLaunchMessage(message: PubSubMessage, models: readonly ModelSettings[] = []): DirectFire {
  const launch = parseLaunch(parseBody(message), message.publishedAt);
  return { type: "launch", launch, models: models.filter(({ model }) => model === launch.request.model) };
}
