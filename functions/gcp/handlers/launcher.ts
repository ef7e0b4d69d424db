import type { PipelineLauncher } from "../../core/coordination/ports";
import type { RejectingPorts } from "../../core/rejected-message";
import type { Launch } from "../../core/schedules/pipeline-schedule";
import { readLaunchMessage } from "../messages/launch-message";
import { type PubSubMessage, parsePubSubEvent, rejectPush } from "../messages/pubsub-event";

export interface LauncherPorts extends RejectingPorts<PubSubMessage> {
  readonly launcher: PipelineLauncher;
}

/**
 * Handler of the topic that direct schedules publish to: starts the pipeline that the message names, once for each fire. Cloud
 * Scheduler cannot start a pipeline of Vertex AI itself, as EventBridge can one of SageMaker. A rejection returns the message; one
 * that nobody can read, or that Vertex AI refuses for ever to start, is set aside at once.
 */
export function createLauncher(ports: LauncherPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    let message: PubSubMessage | undefined;
    let launch: Launch | undefined;
    try {
      message = parsePubSubEvent(event);
      launch = readLaunchMessage(message).launch;
      const { id: requestId, model } = launch.request;
      const { runId } = await ports.launcher.start(launch.request, launch.pipeline);
      ports.log({ level: "info", event: "run-started", model, requestId, runId });
    } catch (error) {
      const requestId = launch?.request.id;
      await rejectPush(ports, event, message, { role: "launcher", requestId, isRead: launch !== undefined, error });
    }
  };
}
