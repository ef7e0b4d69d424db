import type { ModelSettings } from "../model-settings";
import { messageOf } from "../report";
import type { CapturePorts } from "./capture-ports";

/**
 * Reports an endpoint that does not write its requests down: without them there is nothing to compare, and without this nobody would
 * know. Never rejects: what was captured before can still be read.
 */
export async function checkEndpoint({ endpoints, report }: CapturePorts, { model, monitoring }: ModelSettings): Promise<void> {
  const endpoint = monitoring.capture?.endpoint;
  if (endpoints === undefined || endpoint === undefined) return;
  try {
    const capture = await endpoints.captureOf(endpoint);
    if (capture.isOn && capture.samplingPercent > 0) return;
    const why = capture.isOn ? "0 percent of its requests are sampled" : capture.why;
    const what = `got endpoint ${endpoint} without data capture (${why}), expected captured requests: turn on data capture of inputs and outputs in its endpoint configuration`;
    report({ level: "error", event: "endpoint-captures-nothing", model, endpoint, why: what });
  } catch (error) {
    report({ level: "warn", event: "endpoint-check-failed", model, endpoint, error: messageOf(error) });
  }
}
