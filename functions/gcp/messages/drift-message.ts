import { isFolderMarker } from "../../core/batching/collect-arrivals";
import type { ReportReader } from "../../core/drift/ports";
import { driftFolder, fileId, modelOfReport } from "../../core/drift/report-identity";
import { parseDocument } from "../../core/drift/sources/drift-document";
import { anomalyOrigin, isAnomalyEntry } from "../../core/drift/sources/vertex-anomaly";
import { PoisonMessageError } from "../../core/errors";
import type { Log } from "../../core/log/log";
import type { ModelSettings } from "../../core/model-settings";
import { ownValue } from "../../core/own-value";
import type { PubSubMessage } from "./pubsub-event";
import { parseObjectFinalized } from "./storage-event";

export interface DriftMessagePorts {
  readonly reports: ReportReader;
  readonly jobs: MonitoringJobs;
  readonly log: Log;
}

/** What a monitor said, and of whom. */
export interface DriftDocument {
  readonly text: string;
  /** Undefined where the document itself names its model. */
  readonly models: readonly ModelSettings[] | undefined;
  /** Equal for every delivery of it. */
  readonly id: string;
  /** When it was written, epoch milliseconds. */
  readonly at: number;
}

/**
 * The document of a message of the drift topic: the object that a notification of Cloud Storage tells of, an entry of Vertex AI's
 * anomaly log, or any report with its model in the attribute `model`, or in Retrigger's own format. Undefined for what holds none: a
 * deletion, a folder's marker, an object beside the models' folders, or one that is gone again.
 * @throws PoisonMessageError when the message is of no model, or too large
 */
export async function driftDocument(
  ports: DriftMessagePorts,
  models: readonly ModelSettings[],
  message: PubSubMessage,
): Promise<DriftDocument | undefined> {
  const { attributes, body, messageId: id, publishedAt: at } = message;
  if (ownValue(attributes, "bucketId") !== undefined) return await droppedDocument(ports, models, message);
  const model = ownValue(attributes, "model");
  if (model !== undefined) return { text: body, models: [modelNamed(models, model)], id, at };
  const document = parseDocument(body);
  if (!isAnomalyEntry(document)) return { text: body, models: undefined, id, at };
  const { monitoringJob } = anomalyOrigin(document);
  return { text: body, models: await modelsMonitoredBy(ports.jobs, models, monitoringJob), id, at };
}

/** @throws PoisonMessageError when there is none */
export function modelNamed(models: readonly ModelSettings[], name: string): ModelSettings {
  const found = models.find(({ model }) => model === name);
  if (found !== undefined) return found;
  throw new PoisonMessageError(`there is no model ${name.slice(0, 80)}; expected ${namesOf(models)}`);
}

async function droppedDocument(
  { reports, log }: DriftMessagePorts,
  models: readonly ModelSettings[],
  message: PubSubMessage,
): Promise<DriftDocument | undefined> {
  const finalized = parseObjectFinalized(message);
  if (finalized === undefined || isFolderMarker(finalized.object)) return undefined;
  const { bucket, object } = finalized;
  const owner = modelOfReport(models, bucket, object.key);
  const uri = `gs://${bucket}/${object.key}`;
  if (owner === undefined) {
    if (isBeside(models, bucket, object.key)) return undefined;
    const folders = models.map((settings) => `gs://${settings.data.bucket}/${driftFolder(settings)}`);
    throw new PoisonMessageError(`got ${uri}, which is no model's; expected a report in ${folders.join(", ")}`);
  }
  // The generation that was announced: a newer one is announced by itself.
  const file = await reports.read(uri, object.version);
  if (file === undefined) {
    log({ level: "warn", event: "drift-report-gone", model: owner.model, uri });
    return undefined;
  }
  return { text: file.text, models: [owner], id: fileId(uri, file.version), at: file.writtenAt };
}

/** True for an object of a model's bucket outside of all drift folders: the prefix of a notification may be shorter than they are. */
function isBeside(models: readonly ModelSettings[], bucket: string, key: string): boolean {
  const sharing = models.filter(({ data }) => data.bucket === bucket);
  return sharing.length > 0 && sharing.every(({ monitoring }) => !key.startsWith(monitoring.prefix));
}

function namesOf(models: readonly ModelSettings[]): string {
  return models.map(({ model }) => model).join(", ") || "one in retrigger.yaml";
}

/** Port: the monitoring jobs of Vertex AI, whose anomalies do not name their endpoint. */
export interface MonitoringJobs {
  /** `projects/…/locations/…/endpoints/…` of a job, undefined when there is no such job (any more). */
  endpointOf(job: string): Promise<string | undefined>;
}

/** Vertex AI answers with a project's number where people write its id. */
const RESOURCE = /^projects\/[^/]+\/locations\/([^/]+)\/[A-Za-z]+\/([^/]+)$/;

/**
 * The models whose settings name a monitoring job, or else its endpoint.
 * @throws PoisonMessageError when there is none
 */
export async function modelsMonitoredBy(
  jobs: MonitoringJobs,
  models: readonly ModelSettings[],
  job: string,
): Promise<readonly ModelSettings[]> {
  const jobId = RESOURCE.exec(job)?.[2];
  if (jobId === undefined) {
    throw new PoisonMessageError(
      `got an anomaly of ${job.slice(0, 200)}; expected projects/<project>/locations/<location>/modelDeploymentMonitoringJobs/<id>`,
    );
  }
  const naming = models.filter(({ monitoring }) => monitoring.vertex?.jobId === jobId);
  if (naming.length > 0) return naming;
  const open = models.filter(({ monitoring: { vertex } }) => vertex !== undefined && vertex.jobId === undefined);
  const endpoint = open.length === 0 ? undefined : await jobs.endpointOf(job);
  const owners = open.filter(({ monitoring }) => endpoint !== undefined && isSame(monitoring.vertex?.endpoint, endpoint));
  if (owners.length > 0) return owners;
  throw new PoisonMessageError(
    `got an anomaly of ${job}, which monitors ${endpoint ?? "no endpoint that is known"}; expected that of a model: name it in monitoring.vertex.endpoint or monitoring.vertex.jobId`,
  );
}

function isSame(one: string | undefined, other: string): boolean {
  const [, location, id] = RESOURCE.exec(one ?? "") ?? [];
  const [, otherLocation, otherId] = RESOURCE.exec(other) ?? [];
  return id !== undefined && id === otherId && location === otherLocation;
}
