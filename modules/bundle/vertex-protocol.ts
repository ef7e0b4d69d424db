// Google's clients carry the protocol of every service of a product, and parse all of it when one is made: for Vertex AI that is
// 550 ms and 110 MB for a service that needs a twentieth.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROTOCOL_FILE } from "./bundle-source";

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

/** A namespace, message, enum, service or field, as protobufjs writes it into JSON. */
interface ProtoNode {
  readonly fields?: Readonly<Record<string, { readonly type: string; readonly keyType?: string }>>;
  readonly methods?: Readonly<Record<string, { readonly requestType: string; readonly responseType: string }>>;
  readonly nested?: Readonly<Record<string, ProtoNode>>;
  readonly [other: string]: unknown;
}

/**
 * The protocol without what the services and messages named by `roots` (full names) do not refer to, as JSON text; the same for
 * the same protocol.
 * @throws Error when a root is not in it
 */
export function trimmedProtos(protos: unknown, roots: readonly string[]): string {
  const root = protos as ProtoNode;
  const known = new Map<string, ProtoNode>();
  collect(root, "", known);
  const kept = new Set<string>();
  const waiting = [...roots];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (kept.has(name)) continue;
    const node = known.get(name);
    if (node === undefined) throw new Error(`the protocol has no ${name}; name what the package's version has`);
    kept.add(name);
    for (const type of typesOf(node)) waiting.push(...resolved(type, name, known));
    const parent = parentOf(name);
    if (isType(known.get(parent))) waiting.push(parent);
  }
  return JSON.stringify(pruned(root, "", kept));
}

function collect(node: ProtoNode, name: string, known: Map<string, ProtoNode>): void {
  known.set(name, node);
  for (const [key, child] of Object.entries(node.nested ?? {})) collect(child, qualified(name, key), known);
}

function typesOf({ fields = {}, methods = {} }: ProtoNode): string[] {
  return [
    ...Object.values(fields).map(({ type }) => type),
    ...Object.values(methods).flatMap(({ requestType, responseType }) => [requestType, responseType]),
  ];
}

/** The full name of a type that a message refers to, by the innermost scope that knows it; none for a number or a text. */
function resolved(type: string, from: string, known: ReadonlyMap<string, ProtoNode>): string[] {
  for (let scope = from; ; scope = parentOf(scope)) {
    const name = qualified(scope, type);
    if (isType(known.get(name))) return [name];
    if (scope === "") return [];
  }
}

function pruned(node: ProtoNode, name: string, kept: ReadonlySet<string>): ProtoNode {
  const { nested = {}, ...own } = node;
  const children = Object.entries(nested)
    .filter(([key]) => [...kept].some((one) => `${one}.`.startsWith(`${qualified(name, key)}.`)))
    .map(([key, child]) => [key, pruned(child, qualified(name, key), kept)] as const);
  return children.length === 0 ? own : { ...own, nested: Object.fromEntries(children) };
}

function isType(node: ProtoNode | undefined): boolean {
  return node !== undefined && ("fields" in node || "values" in node || "methods" in node);
}

function parentOf(name: string): string {
  return name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : "";
}

function qualified(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}
