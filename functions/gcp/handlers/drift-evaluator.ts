import { assessAnomaly, assessFile, assessReports } from "../../core/drift/assess-document";
import type { DriftPorts } from "../../core/drift/assess-drift";
import type { MonitoringJobs, ReportReader } from "../../core/drift/ports";
import type { ModelSettingsSource } from "../../core/model-settings";
import type { RejectingPorts } from "../../core/rejected-message";
import { readDriftMessage } from "../messages/drift-message";
import { type PubSubMessage, parsePubSubEvent, rejectPush } from "../messages/pubsub-event";

export interface DriftEvaluatorPorts extends DriftPorts, RejectingPorts<PubSubMessage> {
  readonly settings: ModelSettingsSource;
  readonly reports: ReportReader;
  readonly jobs: MonitoringJobs;
}

/**
 * Handler of the drift topic: assesses what a message tells. A rejection returns the message; one of no model, or that nobody can
 * read, is set aside at once. Reports have ids, so a message that comes twice, or by two ways, is assessed once.
 */
export function createDriftEvaluator(ports: DriftEvaluatorPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    let raw: PubSubMessage | undefined;
    let message: DriftMessage | undefined;
    try {
      raw = parsePubSubEvent(event);
      message = readDriftMessage(raw, await ports.settings.list(), ports.now());
      await handle(ports, message);
    } catch (error) {
      await rejectPush(ports, event, raw, { role: "drift-evaluator", isRead: message !== undefined, error });
    }
  };
}

type DriftMessage = ReturnType<typeof readDriftMessage>;

async function handle(ports: DriftEvaluatorPorts, message: DriftMessage): Promise<void> {
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
