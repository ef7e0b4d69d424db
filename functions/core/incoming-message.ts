import type { LandedObject } from "./batching/landed-object";
import { type CoordinatorMessage, modelOfMessage } from "./coordinator-message";
import type { DocumentReports, DriftDocument, DriftFile } from "./drift/assess-document";
import { readReports } from "./drift/assess-document";
import type { MetricAlarm } from "./drift/sources/cloudwatch-alarm";
import type { MonitoringJob } from "./drift/sources/sagemaker-processing-job";
import type { ModelSettings } from "./model-settings";
import type { Launch } from "./schedules/pipeline-schedule";

/**
 * What a message of a queue or topic is, as `functions/<cloud>/messages` reads it. A handler acts on it, and a redrive asks what would
 * become of it: what a function refuses for ever cannot be read, or has refusals.
 */
export type IncomingMessage =
  /** An object landed that models watch. */
  | Concerning<"object", { readonly bucket: string; readonly object: LandedObject }>
  /** A training is asked for, or a pause; of no model where it names none that is configured. */
  | Concerning<"coordinator-message", { readonly content: CoordinatorMessage }>
  | Concerning<"run-ended", { readonly runId: string }>
  /** A direct schedule fired. */
  | Concerning<"launch", { readonly launch: Launch }>
  /** The capture monitor is to look at these models. */
  | Concerning<"capture-order", object>
  | Concerning<"drift-file", { readonly file: DriftFile }>
  /** A processing job of SageMaker changed its state; which models' monitor it is, its event need not tell. */
  | Concerning<"processing-job", { readonly job: MonitoringJob }>
  | Concerning<"alarm", { readonly alarm: MetricAlarm; readonly document: DocumentReports }>
  /** An anomaly of a monitoring job that no model names, read for all models whose endpoint may be the one that it watches. */
  | Concerning<"anomaly", { readonly job: string; readonly document: DocumentReports }>
  | Concerning<"drift-reports", { readonly document: DocumentReports }>
  /** Nothing that a model wants to know: a deletion, a folder's marker, an object beside those that are watched. */
  | Concerning<"nothing", object>;

/** Some of the kinds of messages. */
export type MessageOf<T extends IncomingMessage["type"]> = Extract<IncomingMessage, { readonly type: T }>;

type Concerning<T extends string, Content> = Content & {
  readonly type: T;
  /** The configured models that it concerns, as far as the message tells. */
  readonly models: readonly ModelSettings[];
};

export const NOTHING: MessageOf<"nothing"> = { type: "nothing", models: [] };

/** A message to the coordinator, with its model where that is configured. */
export function coordinatorMessage(
  content: CoordinatorMessage,
  models: readonly ModelSettings[],
): MessageOf<"coordinator-message"> {
  return { type: "coordinator-message", content, models: models.filter(({ model }) => model === modelOfMessage(content)) };
}

/**
 * A drift document that came as a message; `now` is epoch milliseconds.
 * @throws PoisonMessageError when it cannot be read, or names a model that is not configured
 */
export function driftReports(document: DriftDocument, models: readonly ModelSettings[], now: number): MessageOf<"drift-reports"> {
  const read = readReports(document, models, now);
  const named = document.owners ?? read.reports.map(({ settings }) => settings);
  return { type: "drift-reports", document: read, models: named };
}
