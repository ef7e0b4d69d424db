import * as z from "zod/mini";
import { isFolderMarker } from "../../core/batching/collect-arrivals";
import { parseCoordinatorMessage } from "../../core/coordinator-message";
import { alarmReports } from "../../core/drift/assess-document";
import { modelOfReport, modelsOfAlarm, modelsOfSchedule } from "../../core/drift/report-identity";
import { parseAlarm } from "../../core/drift/sources/cloudwatch-alarm";
import { parseDocument } from "../../core/drift/sources/drift-document";
import { parseProcessingJobEvent } from "../../core/drift/sources/sagemaker-processing-job";
import { PoisonMessageError } from "../../core/errors";
import { coordinatorMessage, driftReports, type IncomingMessage, type MessageOf, NOTHING } from "../../core/incoming-message";
import { isWatched, type ModelSettings } from "../../core/model-settings";
import { type CreatedObject, parseJson, parseObjectCreated, parseS3Event } from "./s3-event";

/** A message of SQS, as far as the functions read it. */
export interface SqsMessage {
  readonly id: string;
  readonly body: string;
}

/**
 * What a message of the queue `retrigger-<environment>-<role>` is; undefined for a queue that has no reader here. `now` is epoch
 * milliseconds.
 * @throws PoisonMessageError when the function behind the queue refuses it for ever
 */
export function readMessage(
  role: string,
  message: SqsMessage,
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
    default:
      return undefined;
  }
}

/**
 * A message of the data queue. The bus selects by prefix and suffix, so an object that no model watches should not have come.
 * @throws PoisonMessageError when it announces no object, or one that no model watches
 */
export function readDataMessage({ body }: SqsMessage, models: readonly ModelSettings[]): MessageOf<"object" | "nothing"> {
  const { bucket, object } = parseObjectCreated(body);
  if (isFolderMarker(object)) return NOTHING;
  const watching = models.filter(({ data }) => isWatched(data, bucket, object.key));
  if (watching.length === 0) throw new PoisonMessageError(`no model watches s3://${bucket}/${object.key}`);
  return { type: "object", bucket, object, models: watching };
}

/**
 * A message of the request queue: the end of a pipeline's run, or a message to the coordinator.
 * @throws PoisonMessageError when it is neither
 */
export function readRequestMessage(
  { body }: SqsMessage,
  models: readonly ModelSettings[],
): MessageOf<"coordinator-message" | "run-ended"> {
  const event = parseJson(body);
  const ended = parsePipelineEvent(event);
  if (ended === undefined) return coordinatorMessage(parseCoordinatorMessage(event), models);
  const starting = models.filter(({ pipeline }) => pipeline.name.toLowerCase() === ended.pipeline);
  return { type: "run-ended", runId: ended.runId, models: starting };
}

/**
 * A message of the drift queue: a new file under a model's drift prefix, a processing job that changed its state, an alarm, or a drift
 * report itself.
 * @throws PoisonMessageError when it is none of these, or of no model
 */
export function readDriftMessage(
  { id, body }: SqsMessage,
  models: readonly ModelSettings[],
  now: number,
): MessageOf<"drift-file" | "processing-job" | "alarm" | "drift-reports" | "nothing"> {
  const event = parseDocument(body);
  const created = parseS3Event(event);
  if (created !== undefined) return driftFile(created, models);
  const job = parseProcessingJobEvent(event);
  if (job !== undefined) {
    const owners = modelsOfSchedule(models, job.schedule);
    return { type: "processing-job", job, models: owners.map(({ settings }) => settings) };
  }
  const alarm = parseAlarm(event);
  if (alarm === undefined) return driftReports({ text: body, id, at: now }, models, now);
  const owners = modelsOfAlarm(models, alarm.name);
  return { type: "alarm", alarm, document: alarmReports(alarm, owners, now), models: owners };
}

function driftFile(
  { bucket, object, versionId: version }: CreatedObject,
  models: readonly ModelSettings[],
): MessageOf<"drift-file" | "nothing"> {
  if (isFolderMarker(object)) return NOTHING;
  const uri = `s3://${bucket}/${object.key}`;
  const settings = modelOfReport(models, bucket, object.key);
  if (settings === undefined) {
    throw new PoisonMessageError(
      `got the drift report ${uri} of no model; expected it under <prefix><model>/ of the model's bucket`,
    );
  }
  return { type: "drift-file", file: { uri, settings, ...(version !== undefined && { version }) }, models: [settings] };
}

/**
 * A pipeline execution changed its state, as EventBridge tells it: best effort, perhaps twice.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html
 */
const pipelineEventSchema = z.object({
  source: z.literal("aws.sagemaker"),
  "detail-type": z.literal("SageMaker Model Building Pipeline Execution Status Change"),
  detail: z.object({ pipelineArn: z.string(), pipelineExecutionArn: z.string() }),
});

/** The pipeline's name, in lower case as ARNs have it, and the run of such an event; undefined for anything else. */
export function parsePipelineEvent(message: unknown): { pipeline: string; runId: string } | undefined {
  const parsed = pipelineEventSchema.safeParse(message);
  if (!parsed.success) return undefined;
  const { pipelineArn, pipelineExecutionArn } = parsed.data.detail;
  return { pipeline: (pipelineArn.split("/").at(-1) ?? "").toLowerCase(), runId: pipelineExecutionArn };
}
