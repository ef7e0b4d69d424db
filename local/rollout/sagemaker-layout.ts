import type { TrafficOrder } from "../../functions/core/promotion/rollout/ports";
import type { Served, Traffic } from "../../functions/core/promotion/rollout/traffic";
import { type EndpointLayout, type Fleet, fleetText, isSteady, type NextChange, ownPercents, servesAlike } from "./endpoint-state";

/** UpdateEndpoint makes a new fleet; weights are set in seconds. Milliseconds. */
const UPDATE_MS = 600_000;
const WEIGHTS_MS = 20_000;

/**
 * Variants of an endpoint configuration: weights of a configuration can be set, another set of variants is another configuration. A
 * shadow and a share of the traffic cannot be on one.
 */
export const sageMakerLayout: EndpointLayout = {
  deployMs: UPDATE_MS,
  candidateOf: (rolloutId) => `v-${rolloutId}`,
  championOf: (champion) => sageMakerServed(champion).variant,
  survey({ config, variants }) {
    const [only, ...others] = variants;
    if (only === undefined || others.length > 0) {
      return { is: "unsupported", why: `the endpoint has ${variants.length} variants; expected one` };
    }
    return { is: "serving", champion: { on: "sagemaker", config, variant: only.name, model: only.source } };
  },
  standing(fleet, order) {
    const target = fleetOf(order, order.to);
    const { overrides, repeats } = order;
    if (fleet.config === target.config && servesAlike(fleet, target) && repeats !== true) return { is: "reached" };
    if (overrides !== true && !isOurs(fleet, order)) {
      return { is: "changed", why: `somebody changed the endpoint: configuration ${fleet.config}, ${fleetText(fleet)}` };
    }
    return { is: "behind", next: nextChange(fleet, order, target) };
  },
};

function nextChange(fleet: Fleet, order: TrafficOrder, target: Fleet): NextChange {
  const split = configOf(order, "split");
  const isServed = percentOf(fleet, order) > 0;
  if (order.to.is === "champion" && fleet.config === split && isServed) return weights(fleetOf(order, { is: "split", percent: 0 }));
  if (order.to.is === "split" && fleet.config === split) return weights(target);
  return { did: `updates the endpoint to ${target.config}`, to: target, takesMs: UPDATE_MS, spreadMs: 0 };
}

function weights(to: Fleet): NextChange {
  return { did: `sets the weights: ${fleetText(to)}`, to, takesMs: WEIGHTS_MS, spreadMs: 0 };
}

function fleetOf(order: TrafficOrder, traffic: Traffic): Fleet {
  const { config, variant, model } = sageMakerServed(order.champion);
  const champion = { name: variant, source: model };
  const candidate = { name: sageMakerLayout.candidateOf(order.rolloutId), source: order.candidate };
  switch (traffic.is) {
    case "champion":
      return { config, variants: [{ ...champion, percent: 100 }] };
    case "shadow":
      return {
        config: configOf(order, "shadow"),
        variants: [
          { ...champion, percent: 100 },
          { ...candidate, percent: 0, isShadow: true },
        ],
      };
    case "split":
      return {
        config: configOf(order, "split"),
        variants: [
          { ...champion, percent: 100 - traffic.percent },
          { ...candidate, percent: traffic.percent },
        ],
      };
    case "candidate":
      return { config: configOf(order, "alone"), variants: [{ ...candidate, percent: 100 }] };
  }
}

/** As before, as ordered, or something on the way: any configuration of the rollout, with weights that it sets. */
function isOurs(fleet: Fleet, order: TrafficOrder): boolean {
  const before = fleetOf(order, order.from);
  if (fleet.config === before.config && servesAlike(fleet, before)) return true;
  if (isSteady(order)) return false;
  if (fleet.config === sageMakerServed(order.champion).config) return order.from.is === "champion" || order.to.is === "champion";
  const isOfRollout = ["shadow", "split", "alone"].some((name) => fleet.config === configOf(order, name));
  return isOfRollout && (fleet.config !== configOf(order, "split") || ownPercents(order).includes(percentOf(fleet, order)));
}

function percentOf({ variants }: Fleet, { rolloutId }: TrafficOrder): number {
  return variants.find(({ name }) => name === sageMakerLayout.candidateOf(rolloutId))?.percent ?? 0;
}

function configOf({ settings, rolloutId }: TrafficOrder, name: string): string {
  return `${settings.sagemaker?.namePrefix ?? "rt-00000000"}-${rolloutId}-${name}`;
}

function sageMakerServed(served: Served): Extract<Served, { readonly on: "sagemaker" }> {
  if (served.on !== "sagemaker") throw new Error(`got a champion on ${served.on}; expected one on sagemaker`);
  return served;
}
