import type { ModelSettings } from "../../functions/core/model-settings";
import type { TrainingRequest } from "../../functions/core/training-request";
import { settingsOf } from "../simulation/data-path";

/** The settings of a model that watches `in/` of the bucket `data`, on Google Cloud. */
export function googleSettings(batch: Partial<ModelSettings["batch"]> = {}): ModelSettings {
  const vertex = {
    project: "p",
    location: "europe-west4",
    template: "gs://templates/training.yaml",
    outputDirectory: "gs://runs/training",
    serviceAccount: "runner@p.iam.gserviceaccount.com",
    caching: false,
  };
  const settings = settingsOf(batch);
  return { ...settings, pipeline: { ...settings.pipeline, vertex } };
}

/** A message as functions-framework hands it to a CloudEvent function. */
export function pushedEvent(messageId: string, message: { readonly attributes?: unknown; readonly text?: string }) {
  const { attributes, text } = message;
  return {
    specversion: "1.0",
    id: messageId,
    source: "//pubsub.googleapis.com/projects/p/topics/t",
    type: "google.cloud.pubsub.topic.v1.messagePublished",
    data: {
      message: {
        messageId,
        publishTime: "2026-11-21T12:00:30.123Z",
        ...(attributes !== undefined && { attributes }),
        ...(text !== undefined && { data: Buffer.from(text).toString("base64") }),
      },
    },
  };
}

/** Attributes of a notification that an object is complete. */
export function finalizedAttributes(objectId: string, changes: Readonly<Record<string, string>> = {}) {
  return {
    notificationConfig: "projects/_/buckets/data/notificationConfigs/1",
    eventType: "OBJECT_FINALIZE",
    payloadFormat: "JSON_API_V1",
    bucketId: "data",
    objectId,
    objectGeneration: "1763726400000001",
    eventTime: "2026-11-21T12:00:00.000Z",
    ...changes,
  };
}

export function finalizedEvent(messageId: string, objectId: string, changes: Readonly<Record<string, string>> = {}) {
  const text = JSON.stringify({ kind: "storage#object", name: objectId, bucket: "data", size: "10" });
  return pushedEvent(messageId, { attributes: finalizedAttributes(objectId, changes), text });
}

export function requestEvent(messageId: string, request: TrainingRequest) {
  return pushedEvent(messageId, { text: JSON.stringify(request) });
}
