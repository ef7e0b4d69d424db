import type { PipelineLauncher } from "../../core/coordination/ports";
import { failureEvent, type Log } from "../../core/log/log";
import { readLaunchMessage } from "../messages/launch-message";
import { messageIdOf, parsePubSubEvent } from "../messages/pubsub-event";

export interface LauncherPorts {
  readonly launcher: PipelineLauncher;
  readonly log: Log;
}

/**
 * Handler of the topic that direct schedules publish to: starts the pipeline that the message names, once for each fire. Cloud
 * Scheduler cannot start a pipeline of Vertex AI itself, as EventBridge can one of SageMaker. A rejection returns the message; one
 * that can never be started ends in the dead-letter topic.
 */
export function createLauncher({ launcher, log }: LauncherPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    let requestId: string | undefined;
    try {
      const { request, pipeline } = readLaunchMessage(parsePubSubEvent(event)).launch;
      requestId = request.id;
      const { runId } = await launcher.start(request, pipeline);
      log({ level: "info", event: "run-started", model: request.model, requestId: request.id, runId });
    } catch (error) {
      log(failureEvent("launcher", messageIdOf(event), error, requestId));
      throw error;
    }
  };
}
