import type { Cloud } from "../../config/model-cloud";
import { MODEL_NAME } from "../../functions/core/model-settings";
import type { Monitoring } from "./account";

/** Everything that a written configuration depends on. */
export interface Answers {
  readonly cloud: Cloud;
  readonly region: string;
  /** Of Google Cloud; not used on AWS. */
  readonly project: string;
  readonly environment: string;
  readonly model: string;
  /** Name of a SageMaker pipeline, or template of a Vertex AI pipeline. */
  readonly pipeline: string;
  /** Folder of the artifacts of a Vertex AI pipeline; not used on AWS. */
  readonly output: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly bucket: string;
  /** Whether Retrigger creates the bucket. */
  readonly createsBucket: boolean;
  /** Of new data. */
  readonly prefix: string;
  /** Who is told of decisions and alarms; nobody when undefined. */
  readonly email: string | undefined;
  readonly monitoring: Monitoring | undefined;
}

const OUTPUT_BUCKETS = ["my-model-runs", "my-model-artifacts"] as const;

/**
 * Valid answers, which stand in for those that nobody has given.
 * @param bucket of the data, which no example meets
 */
export function exampleAnswers(cloud: Cloud, bucket = "my-model-data"): Answers {
  const isAws = cloud === "aws";
  return {
    cloud,
    region: isAws ? "eu-central-1" : "europe-west4",
    project: "my-project",
    environment: "dev",
    model: "my-model",
    pipeline: isAws ? "my-training-pipeline" : "gs://my-pipelines/my-training-pipeline.yaml",
    output: `gs://${bucket === OUTPUT_BUCKETS[0] ? OUTPUT_BUCKETS[1] : OUTPUT_BUCKETS[0]}/my-model`,
    parameters: isAws ? { ManifestUri: "{manifestUri}" } : { manifest_uri: "{manifestUri}" },
    bucket,
    createsBucket: true,
    prefix: "incoming/",
    email: undefined,
    monitoring: undefined,
  };
}

/** Ends of the names of pipelines that say nothing of their model. */
const PIPELINE_WORDS = /(?:^|-)(?:training|train|retraining|pipeline)$/;

/** A valid name of a model that is made of the name of its pipeline, such as `flight-delay` of `FlightDelay_Training`. */
export function modelNameOf(pipeline: string): string {
  const steps = pipeline.split("/");
  const name = (pipeline.startsWith("https:") ? steps.at(-2) : steps.at(-1)) ?? "";
  let words = name
    .replace(/\.(?:json|ya?ml)$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  while (PIPELINE_WORDS.test(words)) words = words.replace(PIPELINE_WORDS, "");
  const short = words.slice(0, 40).replace(/-+$/, "");
  return MODEL_NAME.test(short) ? short : exampleAnswers("aws").model;
}
