import { type CaptureMonitorPorts, monitorModelCaptures } from "../../core/capture/monitor-captures";
import type { RejectingPorts } from "../../core/rejected-message";
import { type PubSubMessage, parseBody, parsePubSubEvent, rejectPush } from "../messages/pubsub-event";

/**
 * How long an invocation begins new windows: half of the function's timeout of 540 s, the rest is left for the last one to end in.
 */
const BEGINNING_MS = 270_000;

/**
 * Handler of the schedules of the capture monitor, each of which sends `{"model": "<name>"}`. Rejects, after every model had its
 * turn, when one failed; the message then comes again, and ends in the dead-letter topic. One that is no order, or of no model, is
 * set aside at once.
 */
export function createCaptureMonitor(
  ports: CaptureMonitorPorts & RejectingPorts<PubSubMessage>,
): (event: unknown) => Promise<void> {
  return async (event) => {
    const until = ports.now() + BEGINNING_MS;
    let message: PubSubMessage | undefined;
    try {
      message = parsePubSubEvent(event);
      await monitorModelCaptures(ports, parseBody(message), until);
    } catch (error) {
      // Whatever else is refused, such as a baseline, fails its model, and not the order.
      await rejectPush(ports, event, message, { role: "drift-monitor", isRead: false, error });
    }
  };
}
