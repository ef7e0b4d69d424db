/** A model lives on one cloud: SageMaker knows a pipeline by name, Vertex AI by template. */
export type Cloud = "aws" | "gcp";

/** What messages and checks need to know of a cloud. */
interface CloudFacts {
  /** As people write it. */
  readonly name: string;
  /** The smallest section of the cloud, as a person writes it. */
  readonly section: string;
  /** The key of `pipeline` that names a pipeline of this cloud. */
  readonly pipelineKey: "name" | "template";
  /** What such a pipeline is. */
  readonly pipeline: string;
  /** Start of the URIs of its objects. */
  readonly scheme: "s3://" | "gs://";
}

/** The clouds that a model can live on. */
export const CLOUDS: Readonly<Record<Cloud, CloudFacts>> = {
  aws: { name: "AWS", section: "aws: {region}", pipelineKey: "name", pipeline: "a pipeline of SageMaker", scheme: "s3://" },
  gcp: {
    name: "Google Cloud",
    section: "gcp: {project, region}",
    pipelineKey: "template",
    pipeline: "a pipeline of Vertex AI",
    scheme: "gs://",
  },
};

/** In the order in which their sections are checked. */
export const ALL_CLOUDS = ["aws", "gcp"] as const satisfies readonly Cloud[];

/** A key of a model's section that one cloud alone knows, or that takes values of one cloud alone. */
export interface OneCloudKey {
  /** Within the model, such as `["pipeline", "roleArn"]`. */
  readonly path: readonly [section: string, ...keys: string[]];
  /** The cloud that the key belongs to when it has this value; undefined when it suits every cloud. */
  readonly cloudOf: (value: unknown) => Cloud | undefined;
  /**
   * For the author of a model on the cloud `on`, who gave a value of the cloud `of`: what was got, what is expected, what to do.
   */
  readonly message: (value: unknown, clouds: { readonly on: Cloud; readonly of: Cloud }) => string;
}

/** The cloud of a model with this pipeline; undefined when its keys name none, or both. */
export function cloudOf({ name, template }: { readonly name?: unknown; readonly template?: unknown }): Cloud | undefined {
  if (name !== undefined && template !== undefined) return undefined;
  return name !== undefined ? "aws" : template !== undefined ? "gcp" : undefined;
}

/** The cloud whose objects have such URIs; undefined for anything else. */
export function cloudOfUri(uri: unknown): Cloud | undefined {
  return ALL_CLOUDS.find((cloud) => typeof uri === "string" && uri.startsWith(CLOUDS[cloud].scheme));
}

/** The models of a checked configuration that live on a cloud, by name. */
export function modelsOn<Model extends { readonly pipeline: Parameters<typeof cloudOf>[0] }>(
  cloud: Cloud,
  models: Readonly<Record<string, Model>>,
): [string, Model][] {
  return Object.entries(models).filter(([, { pipeline }]) => cloudOf(pipeline) === cloud);
}
