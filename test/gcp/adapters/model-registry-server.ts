import { type Answer, jsonOf, type LoopbackServer, type Received } from "../../aws/adapters/loopback-server";
import { googleError, jsonAnswer, queryOf, startGoogleServer } from "./google-server";

const PARENT = "projects/p/locations/europe-west4";
export const modelName = (id: string) => `${PARENT}/models/${id}`;
export const runName = (run: string) => `${PARENT}/pipelineJobs/${run}`;
/** Vertex AI names a project by its number. */
const numbered = (name: string) => name.replace(/^projects\/p\//, "projects/4711/");

/** A version as Vertex AI keeps it; `revision` makes its etag. */
interface KeptVersion {
  versionId: string;
  versionCreateTime: string;
  versionAliases: string[];
  versionDescription?: string;
  labels: Record<string, string>;
  artifactUri?: string;
  pipelineJob?: string;
  revision: number;
}

/** The model registry of Vertex AI on this machine, with its etags, aliases and refusals, and the runs that it names. */
export interface ModelRegistryServer extends LoopbackServer {
  /** The versions of each model, by `projects/p/locations/europe-west4/models/<id>`, in the order of their upload. */
  readonly models: Map<string, KeptVersion[]>;
  /** By their name. */
  readonly runs: Map<string, object>;
  /** Uploads the next version; resolves to its address. */
  readonly upload: (model: string, registeredAt: number, fields?: Partial<KeptVersion>) => string;
  /** A version, for somebody to change. @throws Error when it is not there */
  readonly version: (name: string) => KeptVersion;
}

export interface ModelRegistryOptions {
  /** Answers instead of the registry, where it is not undefined; `before` counts the requests. */
  readonly refuse?: (request: Received, before: number) => Answer | undefined;
  /** Versions on a page, whatever is asked for. @default as many as are asked for */
  readonly pageSize?: number;
}

const PATH = /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/(models|pipelineJobs)\/[^@:?]+)(?:@([^:?]+))?(?::(\w+))?/;

export async function startModelRegistryServer(options: ModelRegistryOptions = {}): Promise<ModelRegistryServer> {
  const { refuse, pageSize = 100 } = options;
  const models = new Map<string, KeptVersion[]>();
  const runs = new Map<string, object>();
  const server = await startGoogleServer((request, before) => {
    const refused = refuse?.(request, before);
    if (refused !== undefined) return refused;
    const [, resource = "", kind, version, verb] = PATH.exec(request.path) ?? [];
    const missing = googleError(404, "NOT_FOUND", `${resource} is not found`);
    if (kind === "pipelineJobs")
      return runs.has(resource) ? jsonAnswer({ name: numbered(resource), ...runs.get(resource) }) : missing;
    const versions = models.get(resource);
    if (versions === undefined) return missing;
    if (verb === "listVersions") return listed(resource, versions, request, pageSize);
    const found = versions.find(({ versionId, versionAliases }) => versionId === version || versionAliases.includes(version ?? ""));
    if (found === undefined) return missing;
    if (verb === "mergeVersionAliases") return merged(resource, versions, found, request);
    return request.method === "PATCH" ? patched(resource, found, request) : jsonAnswer(told(numbered(resource), found));
  });
  return {
    ...server,
    models,
    runs,
    upload(model, registeredAt, fields = {}) {
      const versions = models.get(model) ?? [];
      models.set(model, versions);
      const versionId = String(versions.length + 1);
      const versionAliases = versions.length === 0 ? ["default"] : [];
      const versionCreateTime = new Date(registeredAt).toISOString();
      versions.push({ versionId, versionCreateTime, versionAliases, labels: {}, revision: 1, ...fields });
      return `${model}@${versionId}`;
    },
    version(name) {
      const [model = "", number] = name.split("@");
      const found = models.get(model)?.find(({ versionId }) => versionId === number);
      if (found === undefined) throw new Error(`there is no version ${name}`);
      return found;
    },
  };
}

/** Fields that are empty are left out. */
function told(name: string, { revision, labels, versionAliases, ...fields }: KeptVersion) {
  return {
    name,
    ...fields,
    etag: `"${fields.versionId}-${revision}"`,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(versionAliases.length > 0 && { versionAliases }),
  };
}

function listed(model: string, versions: readonly KeptVersion[], request: Received, pageSize: number): Answer {
  const { pageToken = "0", pageSize: wanted } = queryOf(request);
  const start = Number(pageToken);
  const end = start + Math.min(pageSize, Number(wanted));
  // In no order that is documented.
  const page = versions.toReversed().slice(start, end);
  const models = page.map((one) => told(`${numbered(model)}@${one.versionId}`, one));
  return jsonAnswer({ ...(page.length > 0 && { models }), ...(end < versions.length && { nextPageToken: String(end) }) });
}

const LABEL = /^[\p{Ll}\p{N}_-]{0,63}$/u;

function patched(model: string, found: KeptVersion, request: Received): Answer {
  const { etag, labels, versionDescription } = Object(jsonOf(request));
  if (queryOf(request).updateMask !== "labels,versionDescription") return googleError(400, "INVALID_ARGUMENT", "updateMask");
  if (etag !== undefined && etag !== told("", found).etag) return googleError(409, "ABORTED", "the etag does not match");
  const broken = Object.entries(Object(labels))
    .flat()
    .find((text) => !LABEL.test(String(text)));
  if (broken !== undefined) return googleError(400, "INVALID_ARGUMENT", `label ${broken}`);
  Object.assign(found, { labels, versionDescription, revision: found.revision + 1 });
  return jsonAnswer(told(numbered(model), found));
}

/** An alias is of one version: another one that has it loses it. */
function merged(model: string, versions: readonly KeptVersion[], found: KeptVersion, request: Received): Answer {
  const changes: readonly string[] = Object(jsonOf(request)).versionAliases;
  const [removed, added] = [
    changes.filter((one) => one.startsWith("-")).map((one) => one.slice(1)),
    changes.filter((one) => !one.startsWith("-")),
  ];
  for (const one of versions) one.versionAliases = one.versionAliases.filter((alias) => !added.includes(alias));
  found.versionAliases = [...found.versionAliases.filter((alias) => !removed.includes(alias)), ...added];
  found.revision++;
  return jsonAnswer(told(numbered(model), found));
}
