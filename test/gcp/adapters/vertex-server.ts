import protocol from "@google-cloud/aiplatform/build/protos/protos.json";
import { fromValue } from "@google-cloud/aiplatform/build/src/helpers";
import { credentials, Server, status as Status, type sendUnaryData } from "@grpc/grpc-js";
import { GoogleAuth, PassThroughClient } from "google-auth-library";
import { type VertexClients, vertexClients } from "../../../functions/gcp/adapters/vertex/vertex-clients";
import { listenOnLoopback, serviceOf } from "./grpc-service";

/** A field of a message as the server reads it. */
type Fields = Readonly<Record<string, unknown>>;

interface CreateRequest {
  readonly parent: string;
  readonly pipelineJobId: string;
  readonly pipelineJob: Fields & { readonly runtimeConfig: Fields };
}

/** What the fake service does with a call: performs it, refuses it, performs it and loses the answer, or never answers. */
export type Reaction = "perform" | "perform and lose the answer" | "silence" | { readonly code: Status; readonly message: string };

export interface VertexServer {
  readonly port: number;
  readonly clients: VertexClients;
  readonly created: readonly CreateRequest[];
  /** Names of the jobs that were asked for. */
  readonly asked: readonly string[];
  /** Jobs by their full name. */
  readonly jobs: Map<string, Fields>;
  stop(): Promise<void>;
}

/**
 * Vertex AI's pipeline service on this machine, over gRPC and the service's own protocol. `react` is asked once for each
 * CreatePipelineJob, `reactToGet` for each GetPipelineJob, with the number of those before it; clients give a try up after `tryMs`.
 */
export async function startVertexServer(
  react: (before: number) => Reaction = () => "perform",
  reactToGet: (before: number, name: string) => Reaction = () => "perform",
  tryMs?: number,
): Promise<VertexServer> {
  const created: CreateRequest[] = [];
  const asked: string[] = [];
  const jobs = new Map<string, Fields>();
  const server = new Server();
  server.addService(serviceOf(protocol, "google.cloud.aiplatform.v1.PipelineService"), {
    CreatePipelineJob: ({ request }: { request: CreateRequest }, answer: sendUnaryData<Fields>) => {
      created.push(request);
      const reaction = react(created.length - 1);
      const name = `${request.parent}/pipelineJobs/${request.pipelineJobId}`;
      if (reaction === "silence") return;
      if (typeof reaction === "object") return answer({ code: reaction.code, details: reaction.message });
      if (jobs.has(name)) return answer({ code: Status.ALREADY_EXISTS, details: "exists" });
      jobs.set(name, { ...request.pipelineJob, state: "PIPELINE_STATE_PENDING" });
      if (reaction === "perform") return answer(null, { name: name.replace(/^projects\/[^/]+/, "projects/123456789") });
      answer({ code: Status.UNAVAILABLE, details: "the answer was lost" });
    },
    GetPipelineJob: ({ request: { name } }: { request: { name: string } }, answer: sendUnaryData<Fields>) => {
      asked.push(name);
      const reaction = reactToGet(asked.length - 1, name);
      if (reaction === "silence") return;
      if (typeof reaction === "object") return answer({ code: reaction.code, details: reaction.message });
      const job = jobs.get(name);
      if (job === undefined) return answer({ code: Status.NOT_FOUND, details: "no such job" });
      answer(null, { name, ...job });
    },
  });
  const port = await listenOnLoopback(server);
  const opened = new Set<ReturnType<VertexClients>>();
  const auth = new GoogleAuth({ authClient: new PassThroughClient() });
  const clients = vertexClients({ apiEndpoint: "127.0.0.1", port, sslCreds: credentials.createInsecure(), auth }, tryMs);
  return {
    port,
    clients: (location) => {
      const client = clients(location);
      opened.add(client);
      return client;
    },
    created,
    asked,
    jobs,
    async stop() {
      for (const client of opened) await client.close();
      server.forceShutdown();
    },
  };
}

/** A struct as the server read it, as plain JSON. */
export function plain(structValue: unknown): unknown {
  return fromValue({ kind: "structValue", structValue } as Parameters<typeof fromValue>[0]);
}
