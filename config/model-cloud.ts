/** A model lives on one cloud: SageMaker knows a pipeline by name, Vertex AI by template. */
export type Cloud = "aws" | "gcp";

export const CLOUD_NAMES: Readonly<Record<Cloud, string>> = { aws: "AWS", gcp: "Google Cloud" };

/** The cloud of a model with this pipeline; undefined when its fields name none, or both. */
export function cloudOf({ name, template }: { readonly name?: unknown; readonly template?: unknown }): Cloud | undefined {
  if (name !== undefined && template !== undefined) return undefined;
  return name !== undefined ? "aws" : template !== undefined ? "gcp" : undefined;
}

/** The models of a checked configuration that live on a cloud, by name. */
export function modelsOn<Model extends { readonly pipeline: Parameters<typeof cloudOf>[0] }>(
  cloud: Cloud,
  models: Readonly<Record<string, Model>>,
): [string, Model][] {
  return Object.entries(models).filter(([, { pipeline }]) => cloudOf(pipeline) === cloud);
}
