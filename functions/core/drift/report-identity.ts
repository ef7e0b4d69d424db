import { PoisonMessageError } from "../errors";
import { checkReadable, type ModelList, type ModelSettings } from "../model-settings";
import { fnv1a } from "../request-ids";
import type { DriftFeature, DriftReport } from "./drift-report";

/** As the format of drift reports has it. */
export const LONGEST_ID = 256;

/** Start of the keys of a model's drift reports, in its data bucket. */
export function driftFolder({ model, monitoring }: Pick<ModelSettings, "model" | "monitoring">): string {
  return `${monitoring.prefix}${model}/`;
}

/** Where the file of a URI, `s3://<bucket>/<key>` or `gs://…`, lies in the model's drift folder; empty for one outside of it. */
export function pathInFolder(settings: Pick<ModelSettings, "model" | "monitoring" | "data">, uri: string): string {
  const folder = `://${settings.data.bucket}/${driftFolder(settings)}`;
  const at = uri.indexOf(folder);
  return at === -1 ? "" : uri.slice(at + folder.length);
}

/** The model that a file is a drift report of: of folders within each other, the inner one's. */
export function modelOfReport(models: readonly ModelSettings[], bucket: string, key: string): ModelSettings | undefined {
  const holding = models.filter((settings) => settings.data.bucket === bucket && key.startsWith(driftFolder(settings)));
  return holding.sort((a, b) => driftFolder(b).length - driftFolder(a).length)[0];
}

/**
 * The models that name an alarm of CloudWatch.
 * @throws PoisonMessageError when there is none
 */
export function modelsOfAlarm(models: ModelList, alarm: string): readonly ModelSettings[] {
  const naming = models.filter(({ monitoring }) => monitoring.cloudwatch?.alarms.includes(alarm));
  if (naming.length > 0) return naming;
  checkReadable(models);
  throw new PoisonMessageError(`got alarm "${alarm}", which no model names; add it to monitoring.cloudwatch.alarms of one`);
}

/** The models that name a monitoring schedule of SageMaker, each with the name as its settings spell it: ARNs are in lower case. */
export function modelsOfSchedule(models: readonly ModelSettings[], schedule: string | undefined): readonly ScheduleOwner[] {
  return models.flatMap((settings) => {
    const spelt = settings.monitoring.sagemaker?.schedules.find((name) => name.toLowerCase() === schedule?.toLowerCase());
    return spelt === undefined ? [] : [{ settings, schedule: spelt }];
  });
}

/** A model that names a monitoring schedule, and the schedule's name there. */
export interface ScheduleOwner {
  readonly settings: ModelSettings;
  readonly schedule: string;
}

/** Vertex AI answers with a project's number where people write its id, so the project tells nothing. */
const VERTEX_NAME = /^projects\/[^/]+\/locations\/([^/]+)\/[A-Za-z]+\/([^/]+)$/;

/**
 * The models that an anomaly of a monitoring job of Vertex AI may be of: those that name the job or, where none does, those that
 * name an endpoint and no job, of which the one that the job watches is still to be found out.
 * @throws PoisonMessageError when there is none, or the job has no such name
 */
export function modelsOfAnomaly(
  models: ModelList,
  job: string,
): { readonly owners: readonly ModelSettings[]; readonly isByEndpoint: boolean } {
  const jobId = VERTEX_NAME.exec(job)?.[2];
  if (jobId === undefined) {
    throw new PoisonMessageError(
      `got an anomaly of ${job.slice(0, 200)}; expected projects/<project>/locations/<location>/modelDeploymentMonitoringJobs/<id>`,
    );
  }
  const naming = models.filter(({ monitoring }) => monitoring.vertex?.jobId === jobId);
  if (naming.length > 0) return { owners: naming, isByEndpoint: false };
  const open = models.filter(({ monitoring: { vertex } }) => vertex !== undefined && vertex.jobId === undefined);
  if (open.length === 0) checkReadable(models);
  if (open.length === 0) throw foreignAnomaly(job, undefined);
  return { owners: open, isByEndpoint: true };
}

/** Of an anomaly that is no model's; `endpoint` is the one that its job watches, where that is known. */
export function foreignAnomaly(job: string, endpoint: string | undefined): PoisonMessageError {
  return new PoisonMessageError(
    `got an anomaly of ${job}, which monitors ${endpoint ?? "no endpoint that is known"}; expected that of a model: name it in monitoring.vertex.endpoint or monitoring.vertex.jobId`,
  );
}

/** True for two names of one resource of Vertex AI, whichever way they name its project. */
export function isSameVertexResource(one: string, other: string): boolean {
  const [, location, id] = VERTEX_NAME.exec(one) ?? [];
  const [, otherLocation, otherId] = VERTEX_NAME.exec(other) ?? [];
  return id !== undefined && id === otherId && location === otherLocation;
}

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a of 32 bits over UTF-16 code units, http://www.isthe.com/chongo/tech/comp/fnv/, as eight hexadecimal digits. */
export function digestOf(text: string): string {
  return digits(folded(FNV_BASIS, text));
}

function folded(hash: number, text: string): number {
  let next = hash;
  for (let index = 0; index < text.length; index++) next = Math.imul(next ^ text.charCodeAt(index), FNV_PRIME);
  return next;
}

function digits(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/**
 * Sixteen hexadecimal digits, equal for reports that say the same of the same time, in whatever order and under whatever ids. Rows
 * and run of a performance are left out: no drift is judged by them.
 */
export function contentDigest({ window, unlisted, features }: DriftReport): string {
  let [one, other] = [0, 0];
  // One after the other: the text of all would be as large as the document.
  for (const part of [window, unlisted, ...features]) {
    const text = JSON.stringify(typeof part === "object" && "evidence" in part ? judgedPart(part) : part);
    one = (one + folded(FNV_BASIS, text)) | 0;
    other = (other + folded(~FNV_BASIS, text)) | 0;
  }
  return digits(one) + digits(other);
}

function judgedPart(feature: DriftFeature): DriftFeature {
  if (feature.evidence.type !== "performance") return feature;
  const { rows: _rows, run: _run, ...evidence } = feature.evidence;
  return { ...feature, evidence };
}

/** The id of one version of a file, as reports have it: equal for every message about it. */
export function fileId(uri: string, version: string): string {
  const id = `${uri} ${version}`;
  const hash = ` ${fnv1a(id)}`;
  return id.length <= LONGEST_ID ? id : `${id.slice(0, LONGEST_ID - hash.length)}${hash}`;
}
