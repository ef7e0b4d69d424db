import { modelOf, parseCoordinatorMessage } from "../../functions/core/coordinator-message";
import { modelOfReport } from "../../functions/core/drift/report-identity";
import { parseDocument } from "../../functions/core/drift/sources/drift-document";
import { readDriftDocument } from "../../functions/core/drift/sources/drift-source";
import { anomalyOrigin, isAnomalyEntry } from "../../functions/core/drift/sources/vertex-anomaly";
import { PoisonMessageError } from "../../functions/core/errors";
import { isWatched, type ModelSettings } from "../../functions/core/model-settings";
import { ownValue } from "../../functions/core/own-value";
import { parseLaunch } from "../../functions/core/schedules/pipeline-schedule";
import { type PubSubMessage, parseBody, parsePubSubEvent } from "../../functions/gcp/messages/pubsub-event";
import { parseObjectFinalized } from "../../functions/gcp/messages/storage-event";
import { configuredModel } from "./configured-model";
import type { Diagnosis } from "./dead-letters";
import { examineLetter, withMemory } from "./examine-letter";

type Read = (message: PubSubMessage, models: readonly ModelSettings[]) => readonly string[];

/** The role of the subscription that announces objects. */
const OBJECTS = "data";

/** By the role of the subscription that feeds the function; of one that is not here, the function's log alone tells. */
const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  [OBJECTS, readObject],
  ["requests", (message) => [modelOf(parseCoordinatorMessage(parseBody(message), message.publishedAt))]],
  ["launches", (message) => [parseLaunch(parseBody(message), message.publishedAt).request.model]],
  ["drift", readDrift],
]);

/** What a message, as Pub/Sub pushes it, is worth to the function behind the subscription `retrigger-<environment>-<role>`. */
export function examinePubSubMessage(role: string, message: unknown, models: readonly ModelSettings[]): Diagnosis {
  let sentAt = 0;
  const diagnosis = examineLetter(() => {
    const parsed = parsePubSubEvent({ message });
    sentAt = parsed.publishedAt;
    return READERS.get(role)?.(parsed, models) ?? [];
  });
  return role === OBJECTS ? withMemory(diagnosis, sentAt, models) : diagnosis;
}

function readObject(message: PubSubMessage, models: readonly ModelSettings[]): string[] {
  const finalized = parseObjectFinalized(message);
  if (finalized === undefined) return [];
  const { bucket, object } = finalized;
  if (!models.some(({ data }) => data.bucket === bucket)) {
    throw new PoisonMessageError(`no model watches gs://${bucket}/${object.key}`);
  }
  return models.filter(({ data }) => isWatched(data, bucket, object.key)).map(({ model }) => model);
}

function readDrift(message: PubSubMessage, models: readonly ModelSettings[]): string[] {
  const { attributes, body, messageId: documentId, publishedAt: at } = message;
  if (ownValue(attributes, "bucketId") !== undefined) return modelsOfFile(message, models);
  const model = ownValue(attributes, "model");
  const context = { model, documentId, window: { start: at, end: at }, columns: { labels: [], predictions: [] } };
  if (model === undefined && isAnomalyEntry(parseDocument(body))) return monitoredModels(body, models);
  return readDriftDocument(body, context).reports.map((report) => configuredModel(models, model ?? report.model));
}

function modelsOfFile(message: PubSubMessage, models: readonly ModelSettings[]): string[] {
  const finalized = parseObjectFinalized(message);
  if (finalized === undefined) return [];
  const owner = modelOfReport(models, finalized.bucket, finalized.object.key);
  return owner === undefined ? [] : [owner.model];
}

/** Those that name the monitoring job; whose endpoint it watches, Vertex AI alone could tell. */
function monitoredModels(body: string, models: readonly ModelSettings[]): string[] {
  const jobId = anomalyOrigin(parseDocument(body)).monitoringJob.split("/").at(-1);
  return models.filter(({ monitoring }) => monitoring.vertex?.jobId === jobId).map(({ model }) => model);
}
