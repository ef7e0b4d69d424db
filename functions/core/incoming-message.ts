import type { LandedObject } from "./batching/landed-object";
import type { CoordinatorMessage } from "./coordinator-message";
import type { DocumentReports, DriftFile } from "./drift/assess-document";
import type { MetricAlarm } from "./drift/sources/cloudwatch-alarm";
import type { MonitoringJob } from "./drift/sources/sagemaker-processing-job";
import type { ModelSettings } from "./model-settings";
import type { AlarmNews } from "./notices/alarm-message";
import type { Message } from "./notices/message";
import type { Launch } from "./schedules/pipeline-schedule";

/**
 * What a message of a queue or topic is, as `functions/<cloud>/messages` reads it. A handler acts on it, and a redrive asks what
 * would become of it: what a function refuses for ever cannot be read, or has refusals.
 */
export type IncomingMessage =
  | ObjectLanded
  | ForCoordinator
  | RunEnded
  | CandidateNoticed
  | DirectFire
  | CaptureOrder
  | DriftFileLanded
  | ProcessingJobChanged
  | AlarmChanged
  | AnomalyFound
  | ReportsSent
  | ToTell
  | NothingOfOurs;

interface Incoming {
  /** The configured models that it concerns, as far as the message tells. */
  readonly models: readonly ModelSettings[];
}

/** An object landed that models watch. */
export interface ObjectLanded extends Incoming {
  readonly type: "object";
  readonly bucket: string;
  readonly object: LandedObject;
}

/** A training is asked for, or a pause, or a person answers; it concerns no model where it names none that is configured. */
export interface ForCoordinator extends Incoming {
  readonly type: "coordinator-message";
  readonly content: CoordinatorMessage;
}

export interface RunEnded extends Incoming {
  readonly type: "run-ended";
  readonly runId: string;
}

/** A version of the models' registry was registered, or marked: it is to be looked at. */
export interface CandidateNoticed extends Incoming {
  readonly type: "candidate-noticed";
  /** Its address in the registry. */
  readonly version: string;
}

/** A direct schedule fired. */
export interface DirectFire extends Incoming {
  readonly type: "launch";
  readonly launch: Launch;
}

/** The capture monitor is to look at these models. */
interface CaptureOrder extends Incoming {
  readonly type: "capture-order";
}

export interface DriftFileLanded extends Incoming {
  readonly type: "drift-file";
  readonly file: DriftFile;
}

/** A processing job of SageMaker changed its state; whose monitor it is, its event need not tell. */
export interface ProcessingJobChanged extends Incoming {
  readonly type: "processing-job";
  readonly job: MonitoringJob;
}

export interface AlarmChanged extends Incoming {
  readonly type: "alarm";
  readonly alarm: MetricAlarm;
  readonly document: DocumentReports;
}

/** An anomaly of a monitoring job that no model names, read for all models whose endpoint may be the one that it watches. */
export interface AnomalyFound extends Incoming {
  readonly type: "anomaly";
  readonly job: string;
  readonly document: DocumentReports;
}

/** A drift document came as a message. */
export interface ReportsSent extends Incoming {
  readonly type: "drift-reports";
  readonly document: DocumentReports;
}

/** What chats are told: a message, or an alarm that becomes one. It concerns the model that it names, if that is configured. */
export interface ToTell extends Incoming {
  readonly type: "to-tell";
  readonly news: { readonly message: Message } | { readonly alarm: AlarmNews };
}

/** Nothing that a model wants to know: a deletion, a folder's marker, an object beside those that are watched. */
export interface NothingOfOurs extends Incoming {
  readonly type: "nothing";
}

export const NOTHING: NothingOfOurs = { type: "nothing", models: [] };
