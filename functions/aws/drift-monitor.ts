import type { Context } from "aws-lambda";
import { type CaptureMonitorPorts, monitorModels } from "../core/capture/monitor-models";
import { PoisonMessageError } from "../core/errors";
import { messageOf } from "../core/report";

/** Of the time that an invocation has, new windows are begun in this share; the rest is left for the last one to end in. */
const BEGINNING_RATIO = 0.5;

/**
 * Handler of the schedules of our own monitor, each of which sends `{"model": "<name>"}`. Rejects, after every model had its turn,
 * when one failed; Lambda then repeats the invocation, and takes it to the dead-letter queue in the end.
 */
export function createDriftMonitor(
  ports: CaptureMonitorPorts,
): (event: unknown, context: Pick<Context, "getRemainingTimeInMillis">) => Promise<void> {
  return async (event, context) => {
    const until = ports.now() + context.getRemainingTimeInMillis() * BEGINNING_RATIO;
    try {
      await monitorModels(ports, event, until);
    } catch (error) {
      const rejected = error instanceof PoisonMessageError ? "message-rejected" : "drift-monitoring-failed";
      ports.report({ level: "error", event: rejected, error: messageOf(error) });
      throw error;
    }
  };
}
