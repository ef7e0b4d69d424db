import { isFolderMarker } from "../../core/batching/collect-arrivals";
import { orderedModels } from "../../core/capture/monitor-captures";
import { parseCoordinatorMessage } from "../../core/coordinator-message";
import { readReports } from "../../core/drift/assess-document";
import { driftFolder, modelOfReport, modelsOfAnomaly } from "../../core/drift/report-identity";
import { parseDocument } from "../../core/drift/sources/drift-document";
import { anomalyOrigin, isAnomalyEntry } from "../../core/drift/sources/vertex-anomaly";
import { PoisonMessageError } from "../../core/errors";
import { coordinatorMessage, driftReports, type IncomingMessage, type MessageOf, NOTHING } from "../../core/incoming-message";
import { configuredModel, isWatched, type ModelSettings } from "../../core/model-settings";
import { ownValue } from "../../core/own-value";
import { parseLaunch } from "../../core/schedules/pipeline-schedule";
import { type PubSubMessage, parseBody } from "./pubsub-event";
import { parseObjectFinalized } from "./storage-event";

/**
 * What a message of the subscription `retrigger-<environment>-<role>` is; undefined for a subscription that has no reader here. `now` is
 * epoch milliseconds.
 * @throws PoisonMessageError when the function behind the subscription refuses it for ever
 */
export function readMessage(
  role: string,
  message: PubSubMessage,
  models: readonly ModelSettings[],
  now: number,
): IncomingMessage | undefined {
  switch (role) {
    case "data":
      return readDataMessage(message, models);
    case "requests":
      return readRequestMessage(message, models);
    case "drift":
      return readDriftMessage(message, models, now);
    case "launches":
      return readLaunchMessage(message, models);
    case "drift-monitor":
      return { type: "capture-order", models: orderedModels(parseBody(message), models) };
    default:
      return undefined;
  }
}

/**
 * A notification of a bucket. It selects by one prefix and by no suffix, so what a model does not watch comes here too.
 * @throws PoisonMessageError when it is none, or of a bucket of no model
 */
export function readDataMessage(message: PubSubMessage, models: readonly ModelSettings[]): MessageOf<"object" | "nothing"> {
  const finalized = parseObjectFinalized(message);
  if (finalized === undefined || isFolderMarker(finalized.object)) return NOTHING;
  const { bucket, object } = finalized;
  if (!models.some(({ data }) => data.bucket === bucket)) {
    throw new PoisonMessageError(`no model watches gs://${bucket}/${object.key}`);
  }
  const watching = models.filter(({ data }) => isWatched(data, bucket, object.key));
  return watching.length === 0 ? NOTHING : { type: "object", bucket, object, models: watching };
}

/** A message to the coordinator. @throws PoisonMessageError when it is none */
export function readRequestMessage(message: PubSubMessage, models: readonly ModelSettings[]): MessageOf<"coordinator-message"> {
  return coordinatorMessage(parseCoordinatorMessage(parseBody(message), message.publishedAt), models);
}

/**
 * The fire of a direct schedule, which holds all that its pipeline is started with.
 * @param models where they are known: the function needs none
 * @throws PoisonMessageError when it is none
 */
export function readLaunchMessage(message: PubSubMessage, models: readonly ModelSettings[] = []): MessageOf<"launch"> {
  const launch = parseLaunch(parseBody(message), message.publishedAt);
  return { type: "launch", launch, models: models.filter(({ model }) => model === launch.request.model) };
}

/**
 * A message of the drift topic: a notification of Cloud Storage, an entry of Vertex AI's anomaly log, or any report with its model in the
 * attribute `model`, or in Retrigger's own format.
 * @throws PoisonMessageError when it is none of these, or of no model
 */
export function readDriftMessage(
  message: PubSubMessage,
  models: readonly ModelSettings[],
  now: number,
): MessageOf<"drift-file" | "anomaly" | "drift-reports" | "nothing"> {
  const { attributes, body: text, messageId: id, publishedAt: at } = message;
  if (ownValue(attributes, "bucketId") !== undefined) return driftFile(message, models);
  const name = ownValue(attributes, "model");
  if (name !== undefined) return driftReports({ text, id, at, owners: [configuredModel(models, name)] }, models, now);
  const event = parseDocument(text);
  if (!isAnomalyEntry(event)) return driftReports({ text, id, at }, models, now);
  const job = anomalyOrigin(event).monitoringJob;
  const { owners, isByEndpoint } = modelsOfAnomaly(models, job);
  if (!isByEndpoint) return driftReports({ text, id, at, owners }, models, now);
  return { type: "anomaly", job, document: readReports({ text, id, at, owners }, models, now), models: [] };
}

function driftFile(message: PubSubMessage, models: readonly ModelSettings[]): MessageOf<"drift-file" | "nothing"> {
  const finalized = parseObjectFinalized(message);
  if (finalized === undefined || isFolderMarker(finalized.object)) return NOTHING;
  const { bucket, object } = finalized;
  const uri = `gs://${bucket}/${object.key}`;
  const settings = modelOfReport(models, bucket, object.key);
  if (settings !== undefined) return { type: "drift-file", file: { uri, version: object.version, settings }, models: [settings] };
  if (isBeside(models, bucket, object.key)) return NOTHING;
  const folders = models.map((one) => `gs://${one.data.bucket}/${driftFolder(one)}`);
  throw new PoisonMessageError(`got ${uri}, which is no model's; expected a report in ${folders.join(", ")}`);
}

/** True for an object of a model's bucket outside of all drift folders: the prefix of a notification may be shorter than they are. */
function isBeside(models: readonly ModelSettings[], bucket: string, key: string): boolean {
  const sharing = models.filter(({ data }) => data.bucket === bucket);
  return sharing.length > 0 && sharing.every(({ monitoring }) => !key.startsWith(monitoring.prefix));
}
