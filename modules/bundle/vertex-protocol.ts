import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROTOCOL_FILE } from "./bundle-source";
import { trimmedProtos } from "./trimmed-protos";

const PROTOCOL = "node_modules/@google-cloud/aiplatform/build/protos/protos.json";

/** The one client whose needs are known; another one would find its messages missing when it is used. */
const CLIENT = "node_modules/@google-cloud/aiplatform/build/src/v1/pipeline_service_client.js";

/** What that client looks up when it is made, and all that follows from it. */
export const PROTOCOL_ROOTS = [
  "google.cloud.aiplatform.v1.PipelineService",
  "google.cloud.aiplatform.v1.BatchCancelPipelineJobsOperationMetadata",
  "google.cloud.aiplatform.v1.BatchCancelPipelineJobsResponse",
  "google.cloud.aiplatform.v1.BatchDeletePipelineJobsResponse",
  "google.cloud.aiplatform.v1.DeleteOperationMetadata",
  "google.protobuf.Empty",
];

/**
 * The trimmed protocol of Vertex AI, for a bundle whose sources `readers` load it; no file when there are none.
 * @throws Error when another client than that of pipelines is one of them
 */
export function protocolFiles(projectDir: string, readers: readonly string[]): Record<string, string> {
  if (readers.length === 0) return {};
  const others = readers.filter((reader) => !reader.endsWith(CLIENT));
  if (others.length > 0) {
    const remedy = `import the client by its own file, and add what it looks up to the roots in modules/bundle/vertex-protocol.ts`;
    throw new Error(
      `got a function that imports ${others.join(", ")}; Vertex AI's protocol is trimmed for ${CLIENT} alone: ${remedy}`,
    );
  }
  const protocol: unknown = JSON.parse(readFileSync(join(projectDir, PROTOCOL), "utf8"));
  return { [PROTOCOL_FILE]: trimmedProtos(protocol, PROTOCOL_ROOTS) };
}
