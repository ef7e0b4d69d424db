// What a traffic order asks of an endpoint of Vertex AI as it is now: pure, so that every look decides anew from what serves.
import type { Survey, TrafficOrder } from "../../../core/promotion/rollout/ports";
import type { Served, Traffic } from "../../../core/promotion/rollout/traffic";
import type { DeployedModel, EndpointOperation, VertexEndpoint } from "./vertex-endpoint";

/** The next change of an endpoint. */
export type EndpointStep =
  /** Deploys `model`, with its version, at 0 %, on such machines as `like` has. */
  | { readonly kind: "deploy"; readonly id: string; readonly model: string; readonly like: DeployedModel; readonly text: string }
  | { readonly kind: "split"; readonly split: Readonly<Record<string, number>>; readonly text: string }
  | { readonly kind: "undeploy"; readonly id: string; readonly text: string };

/** How an endpoint stands to an order, whatever is under way on it; `why` as in `Sighting`. */
export type EndpointPlan =
  | { readonly is: "reached" }
  | { readonly is: "behind"; readonly step: EndpointStep }
  | { readonly is: "changed"; readonly why: string }
  | { readonly is: "lost"; readonly why: string };

const RESTORED_FROM = 2 ** 32;

/**
 * Ids that a rollout's models get when it deploys them: the same at each try, so that none is deployed twice, and of at most the
 * 10 digits that may be chosen. `restored` is the champion's when it was undeployed: Vertex AI's own ids may be longer, and whether
 * one can be given again is not documented.
 * @throws Error when the rollout's id is not 8 hexadecimal digits
 */
export function deployedModelIds(rolloutId: string): { readonly candidate: string; readonly restored: string } {
  if (!/^[0-9a-f]{8}$/.test(rolloutId)) throw new Error(`got the rollout ${rolloutId}; expected 8 hexadecimal digits`);
  // From 1: the key "0" of a traffic split is the model that is just being deployed.
  const candidate = Number.parseInt(rolloutId, 16) + 1;
  return { candidate: String(candidate), restored: String(candidate + RESTORED_FROM) };
}

/** @throws Error for a champion of another cloud */
export function vertexChampion(champion: Served): Extract<Served, { on: "vertex" }> {
  if (champion.on !== "vertex") throw new Error(`got a champion that serves on ${champion.on}; expected one on vertex`);
  return champion;
}

/** What serves on an endpoint before a rollout, and whether there can be one. */
export function surveyOf(endpoint: string, found: VertexEndpoint, operations: readonly EndpointOperation[]): Survey {
  const { network, enablePrivateServiceConnect, privateServiceConnectConfig, deployedModels, trafficSplit } = found;
  const unsupported = (why: string): Survey => ({ is: "unsupported", why: `${endpoint} ${why}` });
  if (network || enablePrivateServiceConnect || privateServiceConnectConfig?.enablePrivateServiceConnect)
    return unsupported("is a private endpoint, of which Vertex AI documents no traffic split; use a public or a dedicated one");
  if (operations.some(({ isDone }) => !isDone)) return { is: "busy", why: `${endpoint} is being changed` };
  if (deployedModels.length === 0)
    return { is: "missing", why: `no model is deployed on ${endpoint}; deploy one with all traffic` };
  const [share, ...others] = sharesOf(trafficSplit);
  if (share === undefined) return unsupported("takes no requests, as its traffic split is empty; give one model 100%");
  if (others.length > 0) return unsupported(`splits its traffic over ${others.length + 1} models; give one of them 100%`);
  const serving = deployedModels.find(({ id }) => id === share[0]);
  if (serving === undefined) return unsupported(`sends its traffic to ${share[0]}, which is not deployed`);
  if (resourcesOf(serving) === undefined)
    return unsupported(`serves ${serving.id} on shared resources, which cannot be copied; give it dedicated or automatic ones`);
  if (serving.model === "" || serving.modelVersionId === "")
    return unsupported(`serves ${serving.id}, which names no model version`);
  const champion = { on: "vertex", deployedModel: serving.id, model: bareModel(serving), version: serving.modelVersionId } as const;
  return { is: "serving", champion };
}

/** @returns undefined where it has none of its own: it stands on a shared pool */
export function resourcesOf({ dedicatedResources, automaticResources }: DeployedModel) {
  if (dedicatedResources !== undefined) return { dedicatedResources };
  return automaticResources && { automaticResources };
}

/**
 * The one step from what an endpoint serves towards an order, which is never a shadow. A way back is planned from any split over
 * the rollout's own two models, one made by hand too, and whatever serves under the candidate's id; a way forward only from what
 * was last seen, and from what is ordered. An order that overrides is planned from every split and takes out what serves in the
 * candidate's place first, and one that repeats sets the split first.
 */
export function planEndpoint(order: TrafficOrder, found: VertexEndpoint): EndpointPlan {
  const { to, rolloutId, candidate: version, repeats = false } = order;
  const { endpoint } = order.settings;
  const { candidate, champion } = ownModels(order, found);
  const wrong = wrongOf(order, found, { candidate, champion });
  if (wrong !== undefined) return { is: "changed", why: wrong };
  // Its place is free once the endpoint serves as on a way back.
  if (to.is !== "champion" && swappedOf(candidate, version) !== undefined)
    return planEndpoint({ ...order, to: { is: "champion" }, repeats: false }, found);
  const like = champion ?? candidate;
  if (like === undefined) return { is: "lost", why: `neither the champion nor the candidate is deployed on ${endpoint} any more` };

  const ids = deployedModelIds(rolloutId);
  const { model, version: number } = vertexChampion(order.champion);
  if (champion === undefined && to.is !== "candidate") {
    const text = `deploy the champion ${model}@${number} again, without requests`;
    return behind({ kind: "deploy", id: ids.restored, model: `${model}@${number}`, like, text });
  }
  if (candidate === undefined && to.is !== "champion")
    return behind({ kind: "deploy", id: ids.candidate, model: version, like, text: `deploy ${version} without requests` });
  const wanted = shareOf(to);
  const split: Record<string, number> = {
    ...(champion !== undefined && wanted < 100 && { [champion.id]: 100 - wanted }),
    ...(candidate !== undefined && wanted > 0 && { [candidate.id]: wanted }),
  };
  if (repeats || !isSplit(found, split)) {
    return behind({ kind: "split", split, text: `give ${wanted}% of the requests to the candidate` });
  }
  const [role, done] = to.is === "champion" ? ["candidate", candidate] : ["champion", to.is === "candidate" ? champion : undefined];
  if (done === undefined) return { is: "reached" };
  return behind({ kind: "undeploy", id: done.id, text: `undeploy the ${role}, ${done.id}` });
}

/** Whether an order takes the candidate out, and no request goes to it any more. */
export function isSafeFor(order: TrafficOrder, { trafficSplit }: VertexEndpoint): boolean {
  return order.to.is === "champion" && !(trafficSplit[deployedModelIds(order.rolloutId).candidate] ?? 0);
}

function isSplit({ trafficSplit }: VertexEndpoint, split: Readonly<Record<string, number>>): boolean {
  const shares = sharesOf(trafficSplit);
  return shares.length === Object.keys(split).length && shares.every(([id, percent]) => split[id] === percent);
}

function behind(step: EndpointStep): EndpointPlan {
  return { is: "behind", step };
}

interface OwnModels {
  readonly candidate: DeployedModel | undefined;
  readonly champion: DeployedModel | undefined;
}

/** An order that overrides takes what serves another version under the champion's recorded id for a stranger's. */
function ownModels({ rolloutId, champion, overrides }: TrafficOrder, found: VertexEndpoint): OwnModels {
  const { deployedModels, trafficSplit } = found;
  const ids = deployedModelIds(rolloutId);
  const { deployedModel, model, version } = vertexChampion(champion);
  const isStrange = (one: DeployedModel) => overrides === true && swappedOf(one, `${model}@${version}`) !== undefined;
  const serving = deployedModels.filter((one) => one.id === ids.restored || (one.id === deployedModel && !isStrange(one)));
  return {
    candidate: deployedModels.find(({ id }) => id === ids.candidate),
    champion: serving.find(({ id }) => trafficSplit[id]) ?? serving[0],
  };
}

/** What somebody else changed; undefined where all is the rollout's own doing. */
function wrongOf(order: TrafficOrder, { trafficSplit }: VertexEndpoint, { candidate, champion }: OwnModels): string | undefined {
  const { settings, rolloutId, from, to, candidate: version, champion: served, abandoned = [], overrides } = order;
  const { endpoint } = settings;
  const { deployedModel, model, version: number } = vertexChampion(served);
  const ids = deployedModelIds(rolloutId);
  const replaced = swappedOf(champion, `${model}@${number}`);
  if (replaced !== undefined) return `${replaced} on ${endpoint}; undeploy it, and the champion is deployed again`;
  if (overrides) return undefined;
  const swapped = to.is === "champion" ? undefined : swappedOf(candidate, version);
  if (swapped !== undefined) return `${swapped} on ${endpoint}`;
  const shares = sharesOf(trafficSplit);
  // A split may name a model of the rollout for a while after it was undeployed.
  const stranger = shares.find(([id]) => id !== deployedModel && id !== ids.restored && id !== ids.candidate);
  if (stranger !== undefined) return `${stranger[1]}% go to ${stranger[0]} on ${endpoint}, which is no model of this rollout`;
  if (to.is === "champion" || (champion === undefined && candidate === undefined)) return undefined;
  if (shares.length === 0) return `no model gets requests on ${endpoint}`;
  const share = trafficSplit[ids.candidate] ?? 0;
  if (candidate === undefined && share > 0) return `${share}% go to the candidate on ${endpoint}, which is not deployed any more`;
  const expected = [...new Set([from, to, ...abandoned].map(shareOf))];
  if (expected.includes(share))
    return champion === undefined && to.is === "split" && from.is !== "candidate"
      ? `the champion is not deployed on ${endpoint} any more`
      : undefined;
  return `${share}% go to the candidate on ${endpoint}; expected ${expected.map((percent) => `${percent}%`).join(" or ")}`;
}

function swappedOf(deployed: DeployedModel | undefined, version: string): string | undefined {
  if (deployed === undefined) return undefined;
  const serves = `${bareModel(deployed)}@${deployed.modelVersionId}`;
  // The project may be told by its number.
  const local = (name: string) => name.replace(/^projects\/[^/]+\//, "");
  return local(serves) === local(version) ? undefined : `${deployed.id} is ${serves} and not ${version}`;
}

function bareModel({ model }: DeployedModel): string {
  return model.replace(/@.*$/, "");
}

/** The models that get requests, with their percentages. */
function sharesOf(split: VertexEndpoint["trafficSplit"]): [id: string, percent: number][] {
  return Object.entries(split).filter(([, percent]) => percent > 0);
}

/** Percent of the requests for the candidate. */
function shareOf(traffic: Traffic): number {
  if (traffic.is === "split") return traffic.percent;
  return traffic.is === "candidate" ? 100 : 0;
}
