import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { assessAlarm, assessFile, assessReports } from "../../core/drift/assess-document";
import { assessMonitoringJob, type MonitoringRunPorts } from "../../core/drift/assess-monitoring-run";
import type { ModelList, ModelSettingsSource } from "../../core/model-settings";
import { type RejectingPorts, setAside } from "../../core/rejected-message";
import { readDriftMessage } from "../messages/drift-message";

export interface DriftEvaluatorPorts extends MonitoringRunPorts, RejectingPorts<SQSRecord> {
  readonly settings: ModelSettingsSource;
}

/**
 * Handler of the drift queue: assesses what a message tells, and acknowledges it when all that follows was done. One that failed is
 * returned; one that no retry can cure is set aside at once. Neither keeps back its neighbours. Reports have ids, so a message that
 * comes twice, or by two ways, is assessed once.
 */
export function createDriftEvaluator(ports: DriftEvaluatorPorts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const models = await ports.settings.list();
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    // One after the other: each may hold files of many megabytes.
    for (const record of event.Records) {
      if (!(await isDone(ports, models, record))) batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  };
}

/** False for a message that must come again. */
async function isDone(ports: DriftEvaluatorPorts, models: ModelList, record: SQSRecord): Promise<boolean> {
  const { messageId, body } = record;
  let message: DriftMessage | undefined;
  try {
    message = readDriftMessage({ id: messageId, body }, models, ports.now());
    await handle(ports, models, message);
    return true;
  } catch (error) {
    return await setAside(ports, record, { role: "drift-evaluator", messageId, isRead: message !== undefined, error });
  }
}

type DriftMessage = ReturnType<typeof readDriftMessage>;

async function handle(ports: DriftEvaluatorPorts, models: ModelList, message: DriftMessage): Promise<void> {
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
