import { RetryableError } from "../../../core/errors";
import type { StepResult } from "../../../core/promotion/rollout/ports";
import { StepHalted } from "./endpoint-halt";
import type { EndpointOrder } from "./endpoint-order";
import { giveScaling, type Scaling, scaledVariants, scalingOf, stopScaling } from "./endpoint-scaling";
import type { SeenEndpoint } from "./endpoint-state";
import { type EndpointClients, isInherited, removedBy, updateEndpoint } from "./endpoint-step";

/**
 * Updates an endpoint back to the champion's configuration. Nothing is made for it and no package is needed, and an Application
 * Auto Scaling that does not answer is passed over: what goes may be what harms.
 * @param keep is given how the candidate scaled where the champion is not there yet to take it over
 * @throws as `takeStep`
 */
export async function updateBack(
  clients: EndpointClients,
  order: EndpointOrder,
  endpoint: SeenEndpoint,
  keep: (scaling: Scaling) => void,
): Promise<void> {
  const { scaling: client } = clients;
  const { variant: champion } = order.champion;
  const removed = removedBy(order, endpoint, "champion");
  const scaled =
    removed.length === 0 ? new Map() : await ifPossible(scaledVariants(client, order.endpoint, [...removed, champion]));
  for (const variant of removed) {
    const limits = scaled?.get(variant);
    if (scaled !== undefined && limits === undefined) continue;
    if (limits !== undefined && isInherited(order, endpoint, variant)) {
      const found = await ifPossible(scalingOf(client, order.endpoint, variant, limits));
      const scaling = found ?? { variant, limits, policies: [] };
      const isThere = endpoint.variants.some(({ name }) => name === champion);
      const heir = { to: champion, hasLimits: scaled?.has(champion) ?? false };
      if (isThere) await ifPossible(giveScaling(client, order.endpoint, scaling, heir));
      else keep(scaling);
    }
    await ifPossible(stopScaling(client, order.endpoint, variant));
  }
  await updateEndpoint(clients, order, "champion");
}

/** What is next where the champion serves again and does not scale yet. */
export function restoreText({ endpoint, champion }: EndpointOrder, { variant }: Scaling): string {
  return `let the variant ${champion.variant} of the endpoint ${endpoint} scale as ${variant} did`;
}

/**
 * Lets the champion scale as the candidate did that was removed. Where Application Auto Scaling will not, the rollback is done all
 * the same, and what it did tells so.
 * @throws RetryableError when it cannot answer now
 */
export async function restoreScaling(
  { scaling: client }: EndpointClients,
  order: EndpointOrder,
  scaling: Scaling,
): Promise<StepResult> {
  const { variant: to } = order.champion;
  try {
    const scaled = await scaledVariants(client, order.endpoint, [to]);
    await giveScaling(client, order.endpoint, scaling, { to, hasLimits: scaled.has(to) });
    return { is: "taken", did: restoreText(order, scaling) };
  } catch (error) {
    if (!(error instanceof StepHalted)) throw error;
    return { is: "taken", did: `could not ${restoreText(order, scaling)}: ${error.result.why}; register it by hand` };
  }
}

/** Undefined where it could not be done. */
async function ifPossible<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StepHalted || error instanceof RetryableError) return undefined;
    throw error;
  }
}
