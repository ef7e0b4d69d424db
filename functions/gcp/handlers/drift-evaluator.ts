import { assessAnomaly, assessFile, assessReports } from "../../core/drift/assess-document";
import type { DriftPorts } from "../../core/drift/assess-drift";
import type { MonitoringJobs, ReportReader } from "../../core/drift/ports";
import { failureEvent } from "../../core/log/log";
import type { ModelSettingsSource } from "../../core/model-settings";
import { readDriftMessage } from "../messages/drift-message";
import { messageIdOf, parsePubSubEvent } from "../messages/pubsub-event";

export interface DriftEvaluatorPorts extends DriftPorts {
  readonly settings: ModelSettingsSource;
  readonly reports: ReportReader;
  readonly jobs: MonitoringJobs;
}

/**
 * Handler of the drift topic: assesses what a message tells. A rejection returns the message, and one of no model, or that nobody
 * can read, ends in the dead-letter topic. Reports have ids, so a message that comes twice, or by two ways, is assessed once.
 */
export function createDriftEvaluator(ports: DriftEvaluatorPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    try {
      await handle(ports, event);
    } catch (error) {
      ports.log(failureEvent("drift-evaluator", messageIdOf(event), error));
      throw error;
    }
  };
}

async function handle(ports: DriftEvaluatorPorts, event: unknown): Promise<void> {
  const raw = parsePubSubEvent(event);
  const message = readDriftMessage(raw, await ports.settings.list(), ports.now());
  switch (message.type) {
    case "drift-file":
      return assessFile(ports, message.file);
    case "anomaly":
      return assessAnomaly(ports, message.job, message.document);
    case "drift-reports":
      return assessReports(ports, message.document);
    case "nothing":
      return;
  }
}
