import * as z from "zod/mini";
import { type GoogleRest, jsonAnswer } from "../google-rest";

const ENDPOINT_NAME = /^projects\/([a-z0-9:.-]+)\/locations\/([a-z0-9-]+)\/endpoints\/([a-z0-9][a-z0-9_-]{0,62})$/;

/** The parts of an endpoint's address. */
export interface EndpointName {
  readonly project: string;
  readonly location: string;
  readonly id: string;
}

/** @throws Error when it is no endpoint's address */
export function parseEndpointName(endpoint: string): EndpointName {
  const [, project, location, id] = ENDPOINT_NAME.exec(endpoint) ?? [];
  if (project === undefined || location === undefined || id === undefined)
    throw new Error(`got the endpoint ${endpoint}; expected projects/<project>/locations/<location>/endpoints/<id>`);
  return { project, location, id };
}

/** Machines and numbers of replicas; only passed on from one deployed model to another. */
const resourcesSchema = z.record(z.string(), z.unknown());

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints#DeployedModel */
const deployedModelSchema = z.object({
  id: z.string(),
  /** Vertex AI may name the project by its number, and add the version. */
  model: z._default(z.string(), ""),
  modelVersionId: z._default(z.string(), ""),
  dedicatedResources: z.exactOptional(resourcesSchema),
  automaticResources: z.exactOptional(resourcesSchema),
  serviceAccount: z.exactOptional(z.string()),
  enableAccessLogging: z.exactOptional(z.boolean()),
  disableContainerLogging: z.exactOptional(z.boolean()),
  disableExplanations: z.exactOptional(z.boolean()),
});

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints#Endpoint */
const endpointSchema = z.object({
  /** Without it a change would overwrite what somebody else did meanwhile. */
  etag: z.string(),
  deployedModels: z._default(z.array(deployedModelSchema), []),
  trafficSplit: z._default(z.record(z.string(), z.int()), {}),
  network: z.optional(z.string()),
  enablePrivateServiceConnect: z.optional(z.boolean()),
  privateServiceConnectConfig: z.optional(z.object({ enablePrivateServiceConnect: z.optional(z.boolean()) })),
});

export type DeployedModel = z.output<typeof deployedModelSchema>;
export type VertexEndpoint = z.output<typeof endpointSchema>;

/** @param api the address of its region's API, with the version; resolves to undefined when the endpoint is not there */
export async function readEndpoint(rest: GoogleRest, api: string, endpoint: string): Promise<VertexEndpoint | undefined> {
  const what = `reading ${endpoint}`;
  const { status, body } = await rest({ what, method: "GET", url: `${api}/${endpoint}`, answers: [404] });
  return status === 404 ? undefined : jsonAnswer(what, endpointSchema, body);
}

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints.operations#Operation */
const operationSchema = z.object({
  done: z._default(z.boolean(), false),
  error: z.optional(z.object({ code: z._default(z.int(), 0), message: z._default(z.string(), "") })),
  metadata: z.optional(
    z.object({
      "@type": z.optional(z.string()),
      genericMetadata: z.optional(z.object({ createTime: z.optional(z.string()) })),
    }),
  ),
});

const operationsSchema = z.object({
  operations: z._default(z.array(operationSchema), []),
  nextPageToken: z.optional(z.string()),
});

/** A change of an endpoint that takes its time. */
export interface EndpointOperation {
  /** Of which deployed model it is Vertex AI does not tell. */
  readonly kind: "deploy" | "undeploy" | "other";
  readonly isDone: boolean;
  /** Why it failed, with the number of its gRPC status. */
  readonly error?: { readonly code: number; readonly message: string };
  /** Its beginning, epoch milliseconds; 0 where it is not told. */
  readonly createdAt: number;
}

const PAGE_SIZE = 100;
const MAX_PAGES = 20;
const KIND = /\.(Deploy|Undeploy)ModelOperationMetadata$/;

/**
 * The operations of an endpoint, the newest first. Neither a filter nor an order is documented for the list, so all are read; of
 * more than 2000 only some. None where Vertex AI keeps no list (501).
 */
export async function readOperations(rest: GoogleRest, api: string, endpoint: string): Promise<EndpointOperation[]> {
  const what = `listing the operations of ${endpoint}`;
  const found: EndpointOperation[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = new URLSearchParams({ pageSize: String(PAGE_SIZE), ...(pageToken && { pageToken }) });
    const { status, body } = await rest({
      what,
      method: "GET",
      url: `${api}/${endpoint}/operations?${query}`,
      answers: [404, 501],
    });
    if (status === 404 || status === 501) break;
    const { operations, nextPageToken } = jsonAnswer(what, operationsSchema, body);
    found.push(...operations.map(operationOf));
    if (!nextPageToken) break;
    pageToken = nextPageToken;
  }
  return found.sort((a, b) => b.createdAt - a.createdAt);
}

function operationOf({ done, error, metadata }: z.output<typeof operationSchema>): EndpointOperation {
  const kind = KIND.exec(metadata?.["@type"] ?? "")?.[1];
  return {
    kind: kind === "Deploy" ? "deploy" : kind === "Undeploy" ? "undeploy" : "other",
    isDone: done,
    ...(error !== undefined && { error }),
    createdAt: Date.parse(metadata?.genericMetadata?.createTime ?? "") || 0,
  };
}
