import { type CaptureMonitorPorts, monitorModelCaptures } from "../../core/capture/monitor-captures";
import { failureEvent } from "../../core/log/log";
import { messageIdOf, parseBody, parsePubSubEvent } from "../messages/pubsub-event";

/**
 * How long an invocation begins new windows: half of the function's timeout of 540 s, the rest is left for the last one to end in.
 */
const BEGINNING_MS = 270_000;

/**
 * Handler of the schedules of the capture monitor, each of which sends `{"model": "<name>"}`. Rejects, after every model had its
 * turn, when one failed; the message then comes again, and ends in the dead-letter topic.
 */
export function createCaptureMonitor(ports: CaptureMonitorPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    const until = ports.now() + BEGINNING_MS;
    try {
      await monitorModelCaptures(ports, parseBody(parsePubSubEvent(event)), until);
    } catch (error) {
      ports.log(failureEvent("drift-monitor", messageIdOf(event), error));
      throw error;
    }
  };
}
