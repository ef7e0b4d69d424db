// The key `promotion.registry`: where the trainings of a model register what they made, which each cloud names in its own way.
import * as z from "zod";
import { quotedValue } from "../errors";
import { CLOUDS, type Cloud, type OneCloudKey } from "../model-cloud";
import type { VertexRuns } from "./pipeline";

const MODEL_OF_VERTEX =
  /^projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/locations\/[a-z]+-[a-z]+\d{1,2}\/models\/[a-z0-9][a-z0-9_-]{0,62}$/;

const REGISTRY = new RegExp(`^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$|^[a-z0-9][a-z0-9_-]{0,62}$|${MODEL_OF_VERTEX.source}`);

const EXPECTATIONS: Readonly<Record<Cloud, string>> = {
  aws: "the name of a model package group, not its ARN: 1 to 63 of A-Z, a-z, 0-9 and -",
  gcp: 'a Vertex AI model: its ID in quotes, such as "1234567890", or projects/<project>/locations/<region>/models/<id>',
};

/** A key alone does not know which cloud its model lives on, so both are told. */
function expectation({ input }: { readonly input?: unknown }): string {
  const isArn = typeof input === "string" && input.startsWith("arn:aws");
  const clouds: readonly Cloud[] = isArn ? ["aws", "gcp"] : ["gcp", "aws"];
  return `expected on ${clouds.map((cloud) => `${CLOUDS[cloud].name} ${EXPECTATIONS[cloud]}`).join("; on ")}`;
}

/** A model package group of SageMaker, or a model of Vertex AI. */
export const registrySchema = z.string({ error: expectation }).regex(REGISTRY, { error: expectation });

/** A registry of one cloud alone. */
export const REGISTRY_CLOUD_KEY: OneCloudKey = {
  path: ["promotion", "registry"],
  cloudOf: registryCloud,
  message: (registry, { on }) =>
    `got ${quotedValue(registry)} for a pipeline on ${CLOUDS[on].name}; expected ${EXPECTATIONS[on]}; correct it`,
};

/**
 * Undefined for what is no registry at all. Names of Vertex AI have no capitals, and those of SageMaker neither _ nor /, nor - at
 * the end; many suit both.
 */
function registryCloud(registry: unknown): Cloud | undefined {
  if (typeof registry !== "string" || !REGISTRY.test(registry)) return undefined;
  if (/[A-Z]/.test(registry)) return "aws";
  return /[_/]|-$/.test(registry) ? "gcp" : undefined;
}

/** A model of Vertex AI by its full name. */
export function vertexModelName(registry: string, { project, location }: Pick<VertexRuns, "project" | "location">): string {
  return registry.includes("/") ? registry : `projects/${project}/locations/${location}/models/${registry}`;
}
