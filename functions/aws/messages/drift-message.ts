import { isFolderMarker } from "../../core/batching/collect-arrivals";
import { alarmReports, readReports } from "../../core/drift/assess-document";
import { modelOfReport, modelsOfAlarm, modelsOfSchedule } from "../../core/drift/report-identity";
import { parseAlarm } from "../../core/drift/sources/cloudwatch-alarm";
import { parseDocument } from "../../core/drift/sources/drift-document";
import { parseProcessingJobEvent } from "../../core/drift/sources/sagemaker-processing-job";
import { PoisonMessageError } from "../../core/errors";
import {
  type AlarmChanged,
  type DriftFileLanded,
  NOTHING,
  type NothingOfOurs,
  type ProcessingJobChanged,
  type ReportsSent,
} from "../../core/incoming-message";
import { checkReadable, type ModelList } from "../../core/model-settings";
import { type CreatedObject, parseS3Event, type SqsMessage } from "./s3-event";

/**
 * A message of the drift queue: a new file under a model's drift prefix, a processing job that changed its state, an alarm, or a
 * drift report itself.
 * @throws PoisonMessageError when it is none of these, or of no model
 */
export function readDriftMessage(
  { id, body }: SqsMessage,
  models: ModelList,
  now: number,
): DriftFileLanded | ProcessingJobChanged | AlarmChanged | ReportsSent | NothingOfOurs {
  const event = parseDocument(body);
  const created = parseS3Event(event);
  if (created !== undefined) return driftFile(created, models);
  const job = parseProcessingJobEvent(event);
  if (job !== undefined) {
    const owners = modelsOfSchedule(models, job.schedule);
    return { type: "processing-job", job, models: owners.map(({ settings }) => settings) };
  }
  const alarm = parseAlarm(event);
  if (alarm === undefined) {
    const document = readReports({ text: body, id, at: now }, models, now);
    return { type: "drift-reports", document, models: document.models };
  }
  const owners = modelsOfAlarm(models, alarm.name);
  return { type: "alarm", alarm, document: alarmReports(alarm, owners, now), models: owners };
}

function driftFile({ bucket, object, versionId: version }: CreatedObject, models: ModelList): DriftFileLanded | NothingOfOurs {
  if (isFolderMarker(object)) return NOTHING;
  const uri = `s3://${bucket}/${object.key}`;
  const settings = modelOfReport(models, bucket, object.key);
  if (settings === undefined) {
    checkReadable(models);
    throw new PoisonMessageError(
      `got the drift report ${uri} of no model; expected it under <prefix><model>/ of the model's bucket`,
    );
  }
  return { type: "drift-file", file: { uri, settings, ...(version !== undefined && { version }) }, models: [settings] };
}
