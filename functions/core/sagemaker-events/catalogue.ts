import type { EventEntry } from "./event-entry";
import { endpoint, endpointConfig, endpointDeployment } from "./events/endpoints";
import { featureGroup, monitoringSchedule } from "./events/features-and-monitoring";
import { hyperpodCluster, hyperpodEvent, hyperpodNodeHealth } from "./events/hyperpod";
import { image, imageVersion } from "./events/images";
import { processingJob, trainingJob, transformJob, tuningJob } from "./events/jobs";
import { humanLoop, labelingJob, labelingTask } from "./events/labeling";
import { algorithm, model, modelCard, modelCardExportJob, modelPackage } from "./events/models";
import { notebookInstance, notebookLifecycleConfig } from "./events/notebooks";
import { pipelineExecution, pipelineStep } from "./events/pipelines";

/** The source of all of these events. */
export const SAGEMAKER_SOURCE = "aws.sagemaker";

/**
 * What SageMaker says on EventBridge, as far as its shape is published. Left out for want of a shape: evaluation jobs, tracking
 * servers of MLflow, and the steps of human loops and tasks.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html
 */
export const SAGEMAKER_EVENTS = [
  trainingJob,
  tuningJob,
  processingJob,
  transformJob,
  pipelineExecution,
  pipelineStep,
  modelPackage,
  model,
  modelCard,
  modelCardExportJob,
  algorithm,
  endpoint,
  endpointDeployment,
  endpointConfig,
  monitoringSchedule,
  featureGroup,
  labelingJob,
  labelingTask,
  humanLoop,
  hyperpodCluster,
  hyperpodNodeHealth,
  hyperpodEvent,
  notebookInstance,
  notebookLifecycleConfig,
  image,
  imageVersion,
] as const satisfies readonly EventEntry[];

/** Any entry of the catalogue. */
export type CatalogueEntry = (typeof SAGEMAKER_EVENTS)[number];

/** The name of an event, such as `endpoint` or `model-package`. */
export type SageMakerEventName = CatalogueEntry["name"];

/** The entry of one name. */
export type EntryNamed<Name extends SageMakerEventName> = Extract<CatalogueEntry, { readonly name: Name }>;

const BY_NAME: ReadonlyMap<string, CatalogueEntry> = new Map(SAGEMAKER_EVENTS.map((entry) => [entry.name, entry]));
const BY_DETAIL_TYPE: ReadonlyMap<string, CatalogueEntry> = new Map(SAGEMAKER_EVENTS.map((entry) => [entry.detailType, entry]));

/** The entry of that name, if there is one. */
export function eventNamed(name: string): CatalogueEntry | undefined {
  return BY_NAME.get(name);
}

/** The entry whose events say exactly that detail type, if there is one. */
export function eventOfDetailType(detailType: string): CatalogueEntry | undefined {
  return BY_DETAIL_TYPE.get(detailType);
}
