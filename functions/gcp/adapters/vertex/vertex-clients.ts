import { PipelineServiceClient } from "@google-cloud/aiplatform/build/src/v1/pipeline_service_client";
import type { CallOptions, ClientOptions } from "google-gax";
import { grpcLimits } from "../call-limits";
import { PASSING_CODES } from "./vertex-refusal";

/** The client of a region, such as `europe-west4`; pipelines are run, and asked about, at their region's own endpoint. */
export type VertexClients = (location: string) => PipelineServiceClient;

/**
 * One client for each region, made when it is needed. `options` are those of the client, such as the `auth` to share; each of its
 * tries is given up after `tryMs`.
 */
export function vertexClients(options: ClientOptions = {}, tryMs = 15_000): VertexClients {
  const clients = new Map<string, PipelineServiceClient>();
  return (location) => {
    const known = clients.get(location);
    if (known !== undefined) return known;
    const client = new PipelineServiceClient({
      apiEndpoint: `${location}-aiplatform.googleapis.com`,
      ...grpcLimits("google.cloud.aiplatform.v1.PipelineService", tryMs),
      ...options,
    });
    clients.set(location, client);
    return client;
  };
}

/** Three tries, of 15 seconds at most; by itself the client tries once. */
export const VERTEX_RETRIES: CallOptions = {
  retry: {
    retryCodes: [...PASSING_CODES],
    backoffSettings: {
      initialRetryDelayMillis: 200,
      retryDelayMultiplier: 4,
      maxRetryDelayMillis: 2_000,
      initialRpcTimeoutMillis: 15_000,
      rpcTimeoutMultiplier: 1,
      maxRpcTimeoutMillis: 15_000,
      maxRetries: 3,
    },
  },
};
