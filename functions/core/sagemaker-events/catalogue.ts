import { algorithm } from "./entries/algorithm";
import { endpoint } from "./entries/endpoint";
import { endpointConfig } from "./entries/endpoint-config";
import { endpointDeployment } from "./entries/endpoint-deployment";
import { featureGroup } from "./entries/feature-group";
import { humanLoop } from "./entries/human-loop";
import { hyperpodCluster } from "./entries/hyperpod-cluster";
import { hyperpodEvent } from "./entries/hyperpod-event";
import { hyperpodNodeHealth } from "./entries/hyperpod-node-health";
import { image } from "./entries/image";
import { imageVersion } from "./entries/image-version";
import { labelingJob } from "./entries/labeling-job";
import { labelingTask } from "./entries/labeling-task";
import { model } from "./entries/model";
import { modelCard } from "./entries/model-card";
import { modelCardExportJob } from "./entries/model-card-export-job";
import { modelPackage } from "./entries/model-package";
import { monitoringSchedule } from "./entries/monitoring-schedule";
import { notebookInstance } from "./entries/notebook-instance";
import { notebookLifecycleConfig } from "./entries/notebook-lifecycle-config";
import { pipelineExecution } from "./entries/pipeline-execution";
import { pipelineStep } from "./entries/pipeline-step";
import { processingJob } from "./entries/processing-job";
import { trainingJob } from "./entries/training-job";
import { transformJob } from "./entries/transform-job";
import { tuningJob } from "./entries/tuning-job";
import type { EventEntry } from "./event-entry";

/** The source of all of these events. */
export const SAGEMAKER_SOURCE = "aws.sagemaker";

/**
 * What SageMaker says on EventBridge, as far as its shape is published. Left out for want of a shape: evaluation jobs, tracking servers of
 * MLflow, and the steps of human loops and tasks.
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
