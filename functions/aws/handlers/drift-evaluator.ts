import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { assessAlarm, assessFile, assessReports } from "../../core/drift/assess-document";
import { assessMonitoringJob, type MonitoringRunPorts } from "../../core/drift/assess-monitoring-run";
import { failureEvent } from "../../core/log/log";
import type { ModelSettings, ModelSettingsSource } from "../../core/model-settings";
import { readDriftMessage } from "../messages/drift-message";
import type { SqsMessage } from "../messages/s3-event";

export interface DriftEvaluatorPorts extends MonitoringRunPorts {
  readonly settings: ModelSettingsSource;
}

/**
 * Handler of the drift queue: assesses what a message tells, and acknowledges it when all that follows was done. Any other message,
 * and any that failed, is reported and returned, which takes it to the dead-letter queue in the end, beside its acknowledged
 * neighbours. Reports have ids, so a message that comes twice, or by two ways, is assessed once.
 */
export function createDriftEvaluator(ports: DriftEvaluatorPorts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const models = await ports.settings.list();
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    // One after the other: each may hold files of many megabytes.
    for (const { messageId, body } of event.Records) {
      try {
        await handle(ports, models, { id: messageId, body });
      } catch (error) {
        ports.log(failureEvent("drift-evaluator", messageId, error));
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}

async function handle(ports: DriftEvaluatorPorts, models: readonly ModelSettings[], raw: SqsMessage): Promise<void> {
  const message = readDriftMessage(raw, models, ports.now());
  switch (message.type) {
    case "drift-file":
      return assessFile(ports, message.file);
    case "processing-job":
      return assessMonitoringJob(ports, models, message.job);
    case "alarm":
      return assessAlarm(ports, message);
    case "drift-reports":
      return assessReports(ports, message.document);
    case "nothing":
      return;
  }
}
