import { type Answer, jsonOf, type LoopbackServer, type Received } from "../../aws/adapters/loopback-server";
import { googleError, jsonAnswer, queryOf, startGoogleServer } from "./google-server";
import { answerTimeSeries, type CountedMinute } from "./time-series-answers";

const PARENT = "projects/p/locations/europe-west4";
export const ENDPOINT = `${PARENT}/endpoints/7000`;
export const MODEL = `${PARENT}/models/flights`;
/** Vertex AI names a project by its number. */
const numbered = (name: string) => name.replace(/^projects\/p\//, "projects/4711/");

const MINUTE_MS = 60_000;

/** A deployed model as Vertex AI keeps it. */
export interface KeptDeployedModel {
  id: string;
  model: string;
  modelVersionId: string;
  dedicatedResources?: object;
  automaticResources?: object;
  sharedResources?: string;
  serviceAccount?: string;
}

export interface KeptEndpoint {
  deployedModels: KeptDeployedModel[];
  trafficSplit: Record<string, number>;
  network?: string;
  revision: number;
}

interface Operation {
  readonly id: number;
  readonly type: "DeployModel" | "UndeployModel" | "MutateDeployedModel";
  readonly createdAt: number;
  doneAt: number;
  readonly error?: { readonly code: number; readonly message: string };
  readonly finish: () => void;
  isFinished: boolean;
}

export interface EndpointServerOptions {
  /** Answers instead of Vertex AI, where it is not undefined; `before` counts the requests. */
  readonly refuse?: (request: Received, before: number) => Answer | undefined;
  /** How a stale etag is refused. @default 409 ABORTED */
  readonly stale?: Answer;
  /** Time that a deployment takes. @default 10 minutes */
  readonly deployMs?: number;
  /** Time until requests follow a new split. @default 2 minutes */
  readonly propagationMs?: number;
  /** Operations on a page, whatever is asked for. @default as many as are asked for */
  readonly pageSize?: number;
  /** Requests of a minute. @default 100 */
  readonly requestsPerMinute?: number;
  /** Every n-th request of a deployed model fails; 0 for none. @default 0 */
  readonly failsEvery?: (deployedModel: string) => number;
}

/** An endpoint of Vertex AI on this machine in a time of its own, and Cloud Monitoring, which counts what the models answered. */
export interface EndpointServer extends LoopbackServer {
  /** Undefined once it is deleted; for somebody to change by hand, with the next revision. */
  kept: KeptEndpoint | undefined;
  /** Versions that can be deployed, `…@<number>`, and since when they are registered. */
  readonly versions: Map<string, number>;
  /** Errors that the next deployments end with. */
  readonly failures: { code: number; message: string }[];
  /** True while the project's quota allows no more machines. */
  isOverQuota: boolean;
  /** Changes that came without an etag. */
  readonly blind: readonly Received[];
  now(): number;
  /** Lets time pass, with its requests. */
  advance(ms: number): void;
  /** Requests that are sent at this moment, without being counted: how many each deployed model answers, by its id. */
  serve(requests: number): Record<string, number>;
  /** Changes the endpoint as somebody would in the console. */
  byHand(change: (endpoint: KeptEndpoint) => void): void;
  /** Somebody's change of a deployed model that takes its time. */
  mutate(ms: number): void;
  /** Requests that deployed models answered from a moment on, by their id; `nobody` counts those that no model took. */
  answered(since: number): Record<string, number>;
}

const RESOURCES = { machineSpec: { machineType: "n1-standard-4" }, minReplicaCount: 2, maxReplicaCount: 6 };

/** The one model that serves when a rollout begins; its id is of Vertex AI's own making. */
export const CHAMPION: KeptDeployedModel = {
  id: "7365738345634201600",
  model: numbered(MODEL),
  modelVersionId: "3",
  dedicatedResources: RESOURCES,
  serviceAccount: "serving@p.iam.gserviceaccount.com",
};

const PATH = /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/(?:endpoints|models)\/[^/:?]+)(\/operations)?(?::(\w+))?(?:\?|$)/;

export async function startEndpointServer(start: number, options: EndpointServerOptions = {}): Promise<EndpointServer> {
  const { refuse, stale = googleError(409, "ABORTED", "the etag does not match"), failsEvery = () => 0 } = options;
  const { deployMs = 600_000, propagationMs = 120_000, requestsPerMinute = 100 } = options;
  let now = start;
  let kept: KeptEndpoint | undefined = { deployedModels: [{ ...CHAMPION }], trafficSplit: { [CHAMPION.id]: 100 }, revision: 1 };
  let isOverQuota = false;
  const versions = new Map([
    [`${MODEL}@3`, start - 864e5],
    [`${MODEL}@4`, start - 6e5],
  ]);
  const failures: { code: number; message: string }[] = [];
  const operations: Operation[] = [];
  const blind: Received[] = [];
  const minutes: CountedMinute[] = [];
  const totals = new Map<string, number>();
  /** Splits by the moment from which requests follow them. */
  const effective: { from: number; split: Record<string, number> }[] = [{ from: 0, split: { [CHAMPION.id]: 100 } }];

  /** A project may be named by its number. */
  const registeredAt = (version: string) => versions.get(version.replace(/^projects\/4711\//, "projects/p/"));
  const etagOf = ({ revision }: KeptEndpoint) => `etag-${revision}`;
  const underWay = () => operations.some(({ isFinished }) => !isFinished);

  function resplit(endpoint: KeptEndpoint, split: Record<string, number>) {
    endpoint.trafficSplit = split;
    effective.push({ from: now + propagationMs, split });
  }

  function begin(type: Operation["type"], ms: number, finish: () => void, error?: Operation["error"]): Answer {
    const id = operations.length + 1;
    operations.push({ id, type, createdAt: now, doneAt: now + ms, ...(error && { error }), finish, isFinished: false });
    return jsonAnswer({ name: `${numbered(ENDPOINT)}/operations/${id}` });
  }

  function deploy(endpoint: KeptEndpoint, request: Received): Answer {
    const { deployedModel, trafficSplit } = Object(jsonOf(request));
    const { id, model, ...fields } = deployedModel;
    if (!/^\d{1,10}$/.test(id)) return googleError(400, "INVALID_ARGUMENT", `deployed_model.id ${id} has not 1 to 10 digits`);
    if (trafficSplit !== undefined) return googleError(400, "INVALID_ARGUMENT", "a split here is not what this server expects");
    if (!fields.dedicatedResources && !fields.automaticResources)
      return googleError(400, "INVALID_ARGUMENT", "'dedicated_resources' or 'automatic_resources' is required");
    if (endpoint.deployedModels.some((one) => one.id === id)) return googleError(409, "ALREADY_EXISTS", `${id} exists`);
    if (underWay()) return googleError(400, "FAILED_PRECONDITION", "a model is being deployed to the endpoint");
    if (registeredAt(model) === undefined) return googleError(404, "NOT_FOUND", `${model} is not found`);
    if (isOverQuota) return googleError(429, "RESOURCE_EXHAUSTED", "CustomModelServingCPUsPerProjectPerRegion");
    const failure = failures.shift();
    const [bare = "", modelVersionId = ""] = model.split("@");
    const deployed = { id, model: numbered(bare), modelVersionId, ...fields };
    const finish = () => failure === undefined && endpoint.deployedModels.push(deployed);
    return begin("DeployModel", deployMs, finish, failure);
  }

  function undeploy(endpoint: KeptEndpoint, request: Received): Answer {
    const { deployedModelId } = Object(jsonOf(request));
    if (!endpoint.deployedModels.some(({ id }) => id === deployedModelId)) return googleError(404, "NOT_FOUND", deployedModelId);
    if (endpoint.trafficSplit[deployedModelId]) return googleError(400, "FAILED_PRECONDITION", `${deployedModelId} has traffic`);
    if (underWay()) return googleError(400, "FAILED_PRECONDITION", "another operation is in progress");
    return begin("UndeployModel", MINUTE_MS, () => {
      endpoint.deployedModels = endpoint.deployedModels.filter(({ id }) => id !== deployedModelId);
    });
  }

  function patch(endpoint: KeptEndpoint, request: Received): Answer {
    const { etag, trafficSplit } = Object(jsonOf(request));
    if (queryOf(request).updateMask !== "trafficSplit") return googleError(400, "INVALID_ARGUMENT", "updateMask");
    if (etag === undefined) blind.push(request);
    else if (etag !== etagOf(endpoint)) return stale;
    const percents: number[] = Object.values(Object(trafficSplit));
    const isWhole = percents.every(Number.isInteger) && percents.reduce((sum, one) => sum + one, 0) === 100;
    const isKnown = Object.keys(trafficSplit).every((key) => endpoint.deployedModels.some(({ id }) => id === key));
    if (!isWhole || !isKnown) return googleError(400, "INVALID_ARGUMENT", "traffic_split");
    resplit(endpoint, trafficSplit);
    endpoint.revision++;
    return jsonAnswer(told(endpoint));
  }

  function told({ revision: _revision, ...fields }: KeptEndpoint) {
    return { name: numbered(ENDPOINT), displayName: "flights", ...fields, ...(kept && { etag: etagOf(kept) }) };
  }

  function listOperations(request: Received): Answer {
    const { pageToken = "0", pageSize } = queryOf(request);
    const first = Number(pageToken);
    const end = first + Math.min(Number(pageSize), options.pageSize ?? 100);
    const page = operations.slice(first, end).map(({ id, type, createdAt, error, isFinished }) => ({
      name: `${numbered(ENDPOINT)}/operations/${id}`,
      metadata: {
        "@type": `type.googleapis.com/google.cloud.aiplatform.v1.${type}OperationMetadata`,
        genericMetadata: { createTime: new Date(createdAt).toISOString() },
      },
      ...(isFinished && { done: true, ...(error === undefined ? { response: {} } : { error }) }),
    }));
    return jsonAnswer({ operations: page, ...(end < operations.length && { nextPageToken: String(end) }) });
  }

  function answer(request: Received, before: number): Answer {
    const refused = refuse?.(request, before);
    if (refused !== undefined) return refused;
    if (request.path.startsWith("/v3/")) return answerTimeSeries(request, minutes, now);
    const [, resource = "", isList, verb] = PATH.exec(request.path) ?? [];
    const registered = registeredAt(resource);
    if (registered !== undefined) {
      const versionId = resource.split("@")[1];
      return jsonAnswer({ name: numbered(resource), versionId, versionCreateTime: new Date(registered).toISOString() });
    }
    if (resource !== ENDPOINT || kept === undefined) return googleError(404, "NOT_FOUND", `${resource} is not found`);
    if (isList !== undefined) return listOperations(request);
    if (verb === "deployModel") return deploy(kept, request);
    if (verb === "undeployModel") return undeploy(kept, request);
    return request.method === "PATCH" ? patch(kept, request) : jsonAnswer(told(kept));
  }

  const splitNow = () => effective.findLast(({ from }) => from <= now)?.split ?? {};
  const answererOf = (id: string) => (kept?.deployedModels.some((one) => one.id === id) ? id : "nobody");

  /** Shares the requests of a minute out, so that over time each model gets exactly its part. */
  function serveMinute() {
    for (const [id, percent] of Object.entries(splitNow())) {
      const key = answererOf(id);
      const before = totals.get(key) ?? 0;
      const after = before + (requestsPerMinute * percent) / 100;
      totals.set(key, after);
      const requests = Math.floor(after) - Math.floor(before);
      const every = failsEvery(id);
      const errors = every === 0 ? 0 : Math.floor(after / every) - Math.floor(before / every);
      minutes.push({ at: now, model: key, requests, errors: Math.min(errors, requests) });
    }
  }

  function settle() {
    for (const operation of operations) {
      if (operation.isFinished || operation.doneAt > now) continue;
      operation.isFinished = true;
      operation.finish();
      if (kept !== undefined) kept.revision++;
    }
  }

  const server = await startGoogleServer(answer);
  return {
    ...server,
    versions,
    failures,
    blind,
    get kept() {
      return kept;
    },
    set kept(endpoint) {
      kept = endpoint;
    },
    get isOverQuota() {
      return isOverQuota;
    },
    set isOverQuota(is) {
      isOverQuota = is;
    },
    now: () => now,
    advance(ms) {
      for (const until = now + ms; now < until; now += MINUTE_MS) {
        settle();
        serveMinute();
      }
      settle();
    },
    serve: (requests) =>
      Object.fromEntries(Object.entries(splitNow()).map(([id, percent]) => [answererOf(id), (requests * percent) / 100])),
    byHand(change) {
      if (kept === undefined) throw new Error("there is no endpoint");
      change(kept);
      resplit(kept, kept.trafficSplit);
      kept.revision++;
    },
    mutate: (ms) => begin("MutateDeployedModel", ms, () => {}),
    answered: (since) =>
      Object.fromEntries(
        [...new Set(minutes.map(({ model }) => model))]
          .map((model) => [model, minutes.filter((one) => one.model === model && one.at >= since)] as const)
          .map(([model, counted]) => [model, counted.reduce((sum, { requests }) => sum + requests, 0)])
          .filter(([, requests]) => requests !== 0),
      ),
  };
}
