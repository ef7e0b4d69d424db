import * as z from "zod/mini";
import { parsePipelineEvent } from "../../functions/aws/messages/pipeline-event";
import { parseJson, parseObjectCreated } from "../../functions/aws/messages/s3-event";
import { modelOf, parseCoordinatorMessage } from "../../functions/core/coordinator-message";
import { modelOfReport } from "../../functions/core/drift/report-identity";
import { parseAlarm } from "../../functions/core/drift/sources/cloudwatch-alarm";
import { readDriftDocument } from "../../functions/core/drift/sources/drift-source";
import { parseProcessingJobEvent } from "../../functions/core/drift/sources/sagemaker-processing-job";
import { PoisonMessageError } from "../../functions/core/errors";
import { isWatched, type ModelSettings } from "../../functions/core/model-settings";
import { configuredModel } from "./configured-model";
import type { Diagnosis } from "./dead-letters";
import { examineLetter, withMemory } from "./examine-letter";

/** A message of SQS, as far as functions read it. */
export interface SqsText {
  readonly id: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

type Read = (message: SqsText, models: readonly ModelSettings[]) => readonly string[];

/** The role of the queue that announces objects. */
const OBJECTS = "data";

/** By the role of the queue that the function reads; of a queue that is not here, the function's log alone tells. */
const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  [OBJECTS, readObject],
  ["requests", readRequest],
  ["drift", readDrift],
]);

const s3EventSchema = z.object({ source: z.literal("aws.s3") });

/** What a message is worth to the function behind the queue `retrigger-<environment>-<role>`. */
export function examineSqsMessage(role: string, message: SqsText, models: readonly ModelSettings[]): Diagnosis {
  const diagnosis = examineLetter(() => READERS.get(role)?.(message, models) ?? []);
  return role === OBJECTS ? withMemory(diagnosis, message.sentAt, models) : diagnosis;
}

function readObject({ body }: SqsText, models: readonly ModelSettings[]): string[] {
  const { bucket, object } = parseObjectCreated(body);
  const watching = models.filter(({ data }) => isWatched(data, bucket, object.key));
  if (watching.length === 0) throw new PoisonMessageError(`no model watches s3://${bucket}/${object.key}`);
  return watching.map(({ model }) => model);
}

function readRequest({ body }: SqsText, models: readonly ModelSettings[]): string[] {
  const message = parseJson(body);
  const ended = parsePipelineEvent(message);
  if (ended === undefined) return [modelOf(parseCoordinatorMessage(message))];
  return models.filter(({ pipeline }) => pipeline.name.toLowerCase() === ended.pipeline).map(({ model }) => model);
}

function readDrift({ id, body, sentAt }: SqsText, models: readonly ModelSettings[]): string[] {
  const message = parseJson(body);
  if (s3EventSchema.safeParse(message).success) return [modelOfFile(body, models)];
  const job = parseProcessingJobEvent(message);
  if (job !== undefined) return scheduledBy(job.schedule, models);
  const alarm = parseAlarm(message);
  if (alarm !== undefined) return alarmed(alarm.name, models);
  const context = { model: undefined, documentId: id, window: { start: sentAt, end: sentAt }, columns: NO_COLUMNS };
  return readDriftDocument(body, context).reports.map(({ model }) => configuredModel(models, model));
}

const NO_COLUMNS = { labels: [], predictions: [] };

function modelOfFile(body: string, models: readonly ModelSettings[]): string {
  const { bucket, object } = parseObjectCreated(body);
  const settings = modelOfReport(models, bucket, object.key);
  if (settings !== undefined) return settings.model;
  throw new PoisonMessageError(`got the drift report s3://${bucket}/${object.key} of no model`);
}

/** A job that no model's schedule started is nobody's fault. */
function scheduledBy(schedule: string | undefined, models: readonly ModelSettings[]): string[] {
  const isNamed = (name: string) => name.toLowerCase() === schedule?.toLowerCase();
  return models.filter(({ monitoring }) => monitoring.sagemaker?.schedules.some(isNamed)).map(({ model }) => model);
}

function alarmed(alarm: string, models: readonly ModelSettings[]): string[] {
  const naming = models.filter(({ monitoring }) => monitoring.cloudwatch?.alarms.includes(alarm));
  if (naming.length === 0) throw new PoisonMessageError(`got alarm "${alarm}", which no model names`);
  return naming.map(({ model }) => model);
}
