import type { TrafficOrder } from "../../functions/core/promotion/rollout/ports";
import type { Served } from "../../functions/core/promotion/rollout/traffic";
import {
  type EndpointLayout,
  type Fleet,
  fleetText,
  isSteady,
  type NextChange,
  ownPercents,
  servesAlike,
  type Variant,
} from "./endpoint-state";

/** Deploying a model makes its machines; undeploying one is quicker. A split is set at once, and spreads. Milliseconds. */
const DEPLOY_MS = 600_000;
const UNDEPLOY_MS = 120_000;
const SPREAD_MS = 60_000;

/** Deployed models of an endpoint with its traffic split, whole percent: there is no shadow. */
export const vertexLayout: EndpointLayout = {
  deployMs: DEPLOY_MS,
  // Ids of deployed models are up to ten digits.
  candidateOf: (rolloutId) => String(Number.parseInt(rolloutId, 16)),
  championOf: (champion) => vertexServed(champion).deployedModel,
  survey({ variants }) {
    const [only, ...others] = variants;
    if (only === undefined || others.length > 0) {
      return { is: "unsupported", why: `the endpoint has ${variants.length} deployed models; expected one` };
    }
    const [model = only.source, version = "1"] = only.source.split("@");
    return { is: "serving", champion: { on: "vertex", deployedModel: only.name, model, version } };
  },
  standing(fleet, order) {
    if (order.to.is === "shadow") return { is: "refused", why: "Vertex AI has no shadow" };
    const target = targetOf(fleet, order);
    const { overrides, repeats } = order;
    if (servesAlike(fleet, target) && repeats !== true) return { is: "reached" };
    if (overrides !== true && !isOurs(fleet, order)) {
      return { is: "changed", why: `somebody changed the endpoint: ${fleetText(fleet)}` };
    }
    return { is: "behind", next: nextChange(fleet, target) };
  },
};

function nextChange(fleet: Fleet, target: Fleet): NextChange {
  const missing = target.variants.find(({ name }) => !fleet.variants.some((one) => one.name === name));
  if (missing !== undefined) {
    const variants = [...fleet.variants, { ...missing, percent: fleet.variants.length === 0 ? 100 : 0 }];
    return { did: `deploys ${missing.source}`, to: after(fleet, variants), takesMs: DEPLOY_MS, spreadMs: 0 };
  }
  const split = after(
    fleet,
    fleet.variants.map((one) => ({ ...one, percent: percentIn(target, one.name) })),
  );
  const removed = fleet.variants.find(({ name }) => !target.variants.some((one) => one.name === name));
  // What is split so already is split so again where nothing else is left to do.
  if (removed === undefined || !servesAlike(fleet, split)) {
    return { did: `sets the split: ${fleetText(split)}`, to: split, takesMs: 0, spreadMs: SPREAD_MS };
  }
  const left = fleet.variants.filter(({ name }) => name !== removed.name);
  return { did: `undeploys ${removed.source}`, to: after(fleet, left), takesMs: UNDEPLOY_MS, spreadMs: 0 };
}

function targetOf(fleet: Fleet, order: TrafficOrder): Fleet {
  const [champion, candidate] = variantsOf(order);
  switch (order.to.is) {
    case "champion":
    case "shadow":
      return { ...fleet, variants: [champion] };
    case "candidate":
      return { ...fleet, variants: [candidate] };
    case "split": {
      const { percent } = order.to;
      const variants = [
        { ...champion, percent: 100 - percent },
        { ...candidate, percent },
      ];
      return { ...fleet, variants };
    }
  }
}

function variantsOf({ champion, candidate, rolloutId }: TrafficOrder): readonly [Variant, Variant] {
  const { deployedModel, model, version } = vertexServed(champion);
  return [
    { name: deployedModel, source: `${model}@${version}`, percent: 100 },
    { name: vertexLayout.candidateOf(rolloutId), source: candidate, percent: 100 },
  ];
}

/** As before, as ordered, or something on the way: the two models, with a split that the rollout sets. */
function isOurs(fleet: Fleet, order: TrafficOrder): boolean {
  if (servesAlike(fleet, targetOf(fleet, { ...order, to: order.from }))) return true;
  const [champion, candidate] = variantsOf(order);
  const isKnown = fleet.variants.every(({ name }) => name === champion.name || name === candidate.name);
  if (isSteady(order) || !isKnown || fleet.variants.length === 0) return false;
  return ownPercents(order).includes(percentIn(fleet, candidate.name));
}

function percentIn({ variants }: Fleet, name: string): number {
  return variants.find((one) => one.name === name)?.percent ?? 0;
}

/** Each change has an etag of its own. */
function after({ config }: Fleet, variants: readonly Variant[]): Fleet {
  return { config: String(Number(config) + 1), variants };
}

function vertexServed(served: Served): Extract<Served, { readonly on: "vertex" }> {
  if (served.on !== "vertex") throw new Error(`got a champion on ${served.on}; expected one on vertex`);
  return served;
}
