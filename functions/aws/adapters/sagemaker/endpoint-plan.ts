import type { EndpointStatus, ProductionVariant } from "@aws-sdk/client-sagemaker";
import type { Sighting } from "../../../core/promotion/rollout/ports";
import { type Traffic, trafficText } from "../../../core/promotion/rollout/traffic";
import { configName, configNamed, type EndpointOrder, expectedVariants, type MadeConfig } from "./endpoint-order";
import { type SeenEndpoint, type SeenVariant, type VariantModel, variantModels } from "./endpoint-state";

/** What to do next: set the candidate's share by weights, or update the endpoint to a configuration. */
export type EndpointStep =
  | { readonly does: "weights"; readonly percent: number }
  | { readonly does: "update"; readonly config: "champion" | MadeConfig };

/** How an endpoint serves, as a rollout knows it; `share` is the candidate's, 0 to 1, as weights give it now. */
type Layout =
  | { readonly is: "champion" }
  | { readonly is: "shadow" }
  | { readonly is: "split"; readonly share: number }
  | { readonly is: "candidate" }
  | { readonly is: "foreign"; readonly found: string };

/** What was seen of an endpoint and of its configuration; `variants` is absent where that configuration is gone. */
export interface EndpointView {
  readonly endpoint: SeenEndpoint;
  readonly variants?: readonly ProductionVariant[];
  readonly shadows?: readonly ProductionVariant[];
}

/** Statuses in which an endpoint cannot be updated and answers nobody. `Failed` lets it only be deleted. */
const DEAD: Readonly<Partial<Record<EndpointStatus, string>>> = {
  Failed: "it failed, and can only be deleted and made again",
  OutOfService: "it is out of service",
  Deleting: "it is being deleted",
};

/** Why an endpoint cannot serve any more; undefined where it can. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
export function deathOf({ name, status, failure }: SeenEndpoint): string | undefined {
  const death = DEAD[status];
  return death && `the endpoint ${name} cannot serve: ${death}${failure === undefined ? "" : ` (${failure})`}`;
}

/**
 * Why nobody knows which models of an endpoint answer: it is in service with a mixture of two configurations. Undefined where it is
 * not. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
 */
export function mixtureOf({ name, status, failure }: SeenEndpoint): string | undefined {
  if (status !== "UpdateRollbackFailed") return undefined;
  const why = failure === undefined ? "" : ` (${failure})`;
  return `the endpoint ${name} serves a mixture of two configurations: an update failed, and so did its rollback${why}`;
}

/** Why an endpoint takes no update now; undefined where it does. */
export function busynessOf({ name, status, pendingConfig }: SeenEndpoint): string | undefined {
  if ((status === "InService" || status === "UpdateRollbackFailed") && pendingConfig === undefined) return undefined;
  const to = pendingConfig === undefined || pendingConfig === "" ? "" : `, to the configuration ${pendingConfig}`;
  return `the endpoint ${name} is being changed (${status}${to})`;
}

/** How an endpoint stands to an order, and what is to be done next where it is behind. Pure; `failed` is left to the caller. */
export function planOf(
  order: EndpointOrder,
  view: EndpointView | undefined,
): { readonly sighting: Sighting; readonly next?: EndpointStep } {
  if (view === undefined) return { sighting: { is: "lost", why: `there is no endpoint ${order.endpoint}` } };
  const { endpoint } = view;
  const death = deathOf(endpoint);
  if (death !== undefined) return { sighting: { is: "lost", why: death } };
  const busy = busynessOf(endpoint);
  if (busy !== undefined) return { sighting: { is: "busy", why: busy, isSafe: isSafeMeanwhile(order, endpoint) } };
  const mixture = mixtureOf(endpoint);
  if (mixture !== undefined) return planOfMixture(order, mixture);
  const layout = layoutOf(order, view);
  if (!isOfOrder(order, layout)) return { sighting: { is: "changed", why: changeText(order, layout) } };
  const { to, repeats } = order;
  if (matches(to, layout) && !(repeats && to.is === "split")) return { sighting: { is: "reached" } };
  const next = stepToward(order, layout);
  return { sighting: { is: "behind", step: stepText(order, next), isSafe: isSafe(order, layout) }, next };
}

/** Out of a mixture the way back is an update, whatever the weights are; nothing goes on from it unless somebody wants it to. */
function planOfMixture(order: EndpointOrder, mixture: string): ReturnType<typeof planOf> {
  if (order.to.is !== "champion" && !order.overrides) return { sighting: { is: "changed", why: mixture } };
  const next = stepToward(order, { is: "foreign", found: mixture });
  return { sighting: { is: "behind", step: stepText(order, next), isSafe: false }, next };
}

/**
 * Why an update would change nothing: the endpoint has the configuration of that name already, and somebody made it again with
 * other content. Undefined where that is not so.
 */
export function otherContentOf(
  order: EndpointOrder,
  { endpoint, variants, shadows }: EndpointView,
  step: EndpointStep,
): string | undefined {
  if (step.does === "weights" || variants === undefined || endpoint.config !== configName(order, step.config)) return undefined;
  const found = { variants: variantModels(variants), shadows: variantModels(shadows) };
  if (isSame(expectedVariants(order, step.config), found)) return undefined;
  return `the configuration ${endpoint.config} has other content; make it as it was: it was made again with ${modelsText(found)}`;
}

/** `update the endpoint flights to the configuration rt-…-shadow`, or `updated …`. */
export function stepText(order: EndpointOrder, step: EndpointStep, isDone = false): string {
  if (step.does === "weights") {
    return `set the weights of the endpoint ${order.endpoint} to ${100 - step.percent} and ${step.percent}`;
  }
  return `update${isDone ? "d" : ""} the endpoint ${order.endpoint} to the configuration ${configName(order, step.config)}`;
}

/** The candidate's part of the requests, 0 to 1; undefined where the weights do not tell. */
function candidateShare({ champion, names }: EndpointOrder, { variants }: SeenEndpoint): number | undefined {
  const weightOf = (name: string) => variants.find((variant) => variant.name === name)?.weight;
  const [before, candidate] = [weightOf(champion.variant), weightOf(names.candidateVariant)];
  if (before === undefined || candidate === undefined) return undefined;
  return before + candidate > 0 ? candidate / (before + candidate) : undefined;
}

function layoutOf(order: EndpointOrder, { endpoint, variants, shadows }: EndpointView): Layout {
  const known = configNamed(order, endpoint.config);
  if (variants === undefined) {
    // Taking the candidate out needs no more than the names of what serves.
    const found = `its configuration ${endpoint.config} was deleted, or cannot be looked at`;
    return known === undefined || order.to.is !== "champion" ? { is: "foreign", found } : namedLayout(order, endpoint, known);
  }
  const found = { variants: variantModels(variants), shadows: variantModels(shadows) };
  if (known === undefined || !isSame(expectedVariants(order, known), found)) {
    return { is: "foreign", found: `its configuration is ${endpoint.config}, of ${modelsText(found)}` };
  }
  return namedLayout(order, endpoint, known);
}

function namedLayout(order: EndpointOrder, endpoint: SeenEndpoint, known: "champion" | MadeConfig): Layout {
  switch (known) {
    case "champion":
    case "shadow":
      return { is: known };
    case "alone":
    case "native":
      return { is: "candidate" };
    default: {
      const share = candidateShare(order, endpoint);
      if (share !== undefined) return { is: "split", share };
      // The way out sets the weights, whatever they are.
      if (order.to.is === "champion") return { is: "split", share: 1 };
      return { is: "foreign", found: "its weights give nobody a share" };
    }
  }
}

function modelsText({ variants, shadows }: ReturnType<typeof expectedVariants>): string {
  return [...variants, ...shadows].map(([variant, model]) => `${variant} with the model ${model}`).join(" and ");
}

/** In any order of the variants. */
function isSame(expected: object, found: object): boolean {
  const sorted = (side: object) => JSON.stringify(Object.values(side).map((variants: VariantModel[]) => [...variants].sort()));
  return sorted(expected) === sorted(found);
}

/** Weights are single-precision numbers. */
const SHARE_TOLERANCE = 1e-6;

function matches(traffic: Traffic, layout: Layout): boolean {
  if (traffic.is !== "split") return traffic.is === layout.is;
  return layout.is === "split" && Math.abs(layout.share - traffic.percent / 100) < SHARE_TOLERANCE;
}

/**
 * True for what this very order starts from, passes and ends at. One that takes the candidate out takes it out of everything that
 * the rollout made, at whatever weights: a rollback is not held up by somebody who moved them first. One that overrides starts from
 * whatever there is.
 */
function isOfOrder({ from, to, abandoned, overrides }: EndpointOrder, layout: Layout): boolean {
  if (overrides) return true;
  if (layout.is === "foreign") return false;
  if (to.is === "champion" || [from, to, ...abandoned].some((traffic) => matches(traffic, layout))) return true;
  return to.is === "candidate" && matches({ is: "split", percent: 100 }, layout);
}

function stepToward({ to, sagemaker }: EndpointOrder, layout: Layout): EndpointStep {
  switch (to.is) {
    case "champion":
      // One call that takes seconds, before one that takes minutes.
      return layout.is === "split" && layout.share > 0 ? { does: "weights", percent: 0 } : { does: "update", config: "champion" };
    case "shadow":
      return { does: "update", config: "shadow" };
    case "split":
      return layout.is === "split" ? { does: "weights", percent: to.percent } : { does: "update", config: { split: to.percent } };
    case "candidate":
      return { does: "update", config: sagemaker.native === undefined ? "alone" : "native" };
  }
}

/** Answers of a shadow reach nobody. */
function isSafe({ to }: EndpointOrder, layout: Layout): boolean {
  return to.is === "champion" && (layout.is === "shadow" || (layout.is === "split" && layout.share === 0));
}

/**
 * Whether the candidate gets no requests while the endpoint is being changed: neither by its weights, now or as wanted, nor by a
 * configuration that comes. Under SageMaker's own blue/green the variant is the same, so nothing tells.
 */
function isSafeMeanwhile(order: EndpointOrder, { variants, config, pendingConfig = config }: SeenEndpoint): boolean {
  if (order.to.is !== "champion" || order.sagemaker.native !== undefined) return false;
  const [now, then] = [configNamed(order, config), configNamed(order, pendingConfig)];
  const keepsOut = (layout: typeof now) => layout === "champion" || layout === "shadow";
  // Before its variants are told, a split is one that may begin with any share.
  const isSplit = typeof now === "object" && variants.some(({ name }) => name === order.names.candidateVariant);
  const isMeant = (keepsOut(now) || isSplit) && (keepsOut(then) || (isSplit && pendingConfig === config));
  return isMeant && variants.every((variant) => variant.name === order.champion.variant || isUnused(variant));
}

function isUnused({ weight = 1, desiredWeight = weight }: SeenVariant): boolean {
  return weight === 0 && desiredWeight === 0;
}

function changeText({ from, to, endpoint }: EndpointOrder, layout: Layout): string {
  const found =
    layout.is === "foreign"
      ? layout.found
      : `it serves ${layout.is === "split" ? `${percentText(layout.share)}% to the candidate` : trafficText({ is: layout.is })}`;
  const expected = [...new Set([trafficText(from), trafficText(to)])].join(", or ");
  return `the endpoint ${endpoint} was changed: ${found}; expected ${expected}`;
}

/** With at most two decimals. */
function percentText(share: number): string {
  return String(Math.round(share * 10_000) / 100);
}
