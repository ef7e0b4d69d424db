import type { ModelConfig } from "../../config/config";
import { renderParameters } from "../../functions/core/coordination/render-parameters";
import type { Manifest, TrainingRequest } from "../../functions/core/training-request";

/** A kind of training that a model may ask for, and the parameters that it would start its pipeline with. */
export interface SampleRun {
  /** In words, such as `a training on new data`. */
  readonly what: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The parameters of a configured model's trainings, filled in as the coordinator does: of one that brings data, and, where a
 * schedule asks for one that may bring none, of that too.
 * @param scheme of the cloud's manifests
 */
export function sampleRuns(model: string, { pipeline, data, schedule }: ModelConfig, scheme: "s3://" | "gs://"): SampleRun[] {
  const bucket = data?.bucket ?? "bucket";
  const manifest: Manifest = { uri: `${scheme}${bucket}/retrigger/manifests/${model}/1.json`, objects: 1, bytes: 1 };
  const runOf = (what: string, cause: TrainingRequest["causes"][number], manifests: readonly Manifest[]): SampleRun => {
    const request: TrainingRequest = {
      id: `${cause.type}/${model}/1`,
      model,
      causes: [cause],
      priority: 3,
      manifests,
      requestedAt: 0,
    };
    return { what, parameters: renderParameters(pipeline.parameters, request) };
  };
  const ofData = runOf("a training on new data", { type: "data", generation: 1, reason: "size", openedAt: 0, sealedAt: 0 }, [
    manifest,
  ]);
  const ofSchedule = runOf("a scheduled training without new data", { type: "schedule", name: "weekly", firedAt: 0 }, []);
  return [...(data === undefined ? [] : [ofData]), ...(data === undefined || schedule === undefined ? [] : [ofSchedule])];
}
