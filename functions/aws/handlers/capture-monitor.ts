import type { Context } from "aws-lambda";
import { type CaptureMonitorPorts, monitorModelCaptures } from "../../core/capture/monitor-captures";
import { failureEvent } from "../../core/log/log";

/** Of the time that an invocation has, new windows are begun in this share; the rest is left for the last one to end in. */
const BEGINNING_RATIO = 0.5;

/**
 * Handler of the schedules of the capture monitor, each of which sends `{"model": "<name>"}`. Rejects, after every model had its
 * turn, when one failed; its order then ends in the dead-letter queue, and the schedule's next turn does the same.
 */
export function createCaptureMonitor(
  ports: CaptureMonitorPorts,
): (event: unknown, context: Pick<Context, "getRemainingTimeInMillis">) => Promise<void> {
  return async (event, context) => {
    const until = ports.now() + context.getRemainingTimeInMillis() * BEGINNING_RATIO;
    try {
      await monitorModelCaptures(ports, event, until);
    } catch (error) {
      ports.log(failureEvent("drift-monitor", undefined, error));
      throw error;
    }
  };
}
