import { isFolderMarker } from "../../core/batching/collect-arrivals";
import { type DriftDocument, readReports } from "../../core/drift/assess-document";
import { driftFolder, modelOfReport, modelsOfAnomaly } from "../../core/drift/report-identity";
import { parseDocument } from "../../core/drift/sources/drift-document";
import { anomalyOrigin, isAnomalyEntry } from "../../core/drift/sources/vertex-anomaly";
import { PoisonMessageError } from "../../core/errors";
import {
  type AnomalyFound,
  type DriftFileLanded,
  NOTHING,
  type NothingOfOurs,
  type ReportsSent,
} from "../../core/incoming-message";
import { ownValue } from "../../core/json-path";
import { checkReadable, configuredModel, type ModelList, type ModelSettings } from "../../core/model-settings";
import type { PubSubMessage } from "./pubsub-event";
import { parseObjectFinalized } from "./storage-event";

/**
 * A message of the drift topic: a notification of Cloud Storage, an entry of Vertex AI's anomaly log, or any report with its model
 * in the attribute `model`, or in Retrigger's own format.
 * @throws PoisonMessageError when it is none of these, or of no model
 */
export function readDriftMessage(
  message: PubSubMessage,
  models: ModelList,
  now: number,
): DriftFileLanded | AnomalyFound | ReportsSent | NothingOfOurs {
  const { attributes, body: text, messageId: id, publishedAt: at } = message;
  if (ownValue(attributes, "bucketId") !== undefined) return driftFile(message, models);
  const name = ownValue(attributes, "model");
  if (name !== undefined) return reportsSent({ text, id, at, owners: [configuredModel(models, name)] }, models, now);
  const event = parseDocument(text);
  if (!isAnomalyEntry(event)) return reportsSent({ text, id, at }, models, now);
  const job = anomalyOrigin(event).monitoringJob;
  const { owners, isByEndpoint } = modelsOfAnomaly(models, job);
  if (!isByEndpoint) return reportsSent({ text, id, at, owners }, models, now);
  return { type: "anomaly", job, document: readReports({ text, id, at, owners }, models, now), models: [] };
}

function reportsSent(sent: DriftDocument, models: ModelList, now: number): ReportsSent {
  const document = readReports(sent, models, now);
  return { type: "drift-reports", document, models: sent.owners ?? document.models };
}

function driftFile(message: PubSubMessage, models: ModelList): DriftFileLanded | NothingOfOurs {
  const finalized = parseObjectFinalized(message);
  if (finalized === undefined || isFolderMarker(finalized.object)) return NOTHING;
  const { bucket, object } = finalized;
  const uri = `gs://${bucket}/${object.key}`;
  const settings = modelOfReport(models, bucket, object.key);
  if (settings !== undefined) return { type: "drift-file", file: { uri, version: object.version, settings }, models: [settings] };
  checkReadable(models);
  if (isBeside(models, bucket, object.key)) return NOTHING;
  const folders = models.map((one) => `gs://${one.data.bucket}/${driftFolder(one)}`);
  throw new PoisonMessageError(`got ${uri}, which belongs to no model; expected a report in ${folders.join(", ")}`);
}

/**
 * True for an object of a model's bucket outside of all drift folders: the prefix of a notification may be shorter than they are.
 */
function isBeside(models: readonly ModelSettings[], bucket: string, key: string): boolean {
  const sharing = models.filter(({ data }) => data.bucket === bucket);
  return sharing.length > 0 && sharing.every(({ monitoring }) => !key.startsWith(monitoring.prefix));
}
