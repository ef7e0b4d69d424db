import type { DescribeEndpointConfigOutput } from "@aws-sdk/client-sagemaker";
import { RetryableError } from "../../../core/errors";
import { type EndpointTraffic, type Sighting, type Survey, withoutStep } from "../../../core/promotion/rollout/ports";
import { StepHalted } from "./endpoint-halt";
import { configName, configNamed, type EndpointOrder, endpointOrder } from "./endpoint-order";
import {
  busynessOf,
  deathOf,
  type EndpointStep,
  type EndpointView,
  mixtureOf,
  otherContentOf,
  planOf,
  stepText,
} from "./endpoint-plan";
import { restoreScaling, restoreText, updateBack } from "./endpoint-return";
import type { Scaling } from "./endpoint-scaling";
import { describeConfig, describeEndpoint, type SeenEndpoint } from "./endpoint-state";
import { type EndpointClients, takeStep } from "./endpoint-step";

/**
 * `EndpointTraffic` of SageMaker's real-time endpoints with instances, by `endpoint-plan`: a shadow and the first share are updates
 * of the endpoint, further shares are weights, and the champion's configuration is what a rollback puts back. What it makes has
 * names of the rollout, and stays.
 *
 * A rollback out of a split sets the weights first, so that its candidate gets no requests within seconds, and then updates the
 * endpoint. A champion that scales has the instances then that its last share left it with, so its least number of instances has
 * to carry a rollback. Out of the candidate alone the champion comes back with the instances of its configuration, and the scaling
 * that it had is put back once it serves, unless the process that took it away has ended by then: SageMaker removes no variant
 * that scales, and Application Auto Scaling remembers nothing of one that is gone.
 */
export function sageMakerEndpointTraffic(clients: EndpointClients): EndpointTraffic {
  const { sagemaker } = clients;
  /** How candidates scaled that were removed, by the names of their models. */
  const kept = new Map<string, Scaling>();

  async function viewOf(order: EndpointOrder): Promise<EndpointView | undefined> {
    const endpoint = await describeEndpoint(sagemaker, order.endpoint);
    if (endpoint === undefined) return undefined;
    const config = await describeConfig(sagemaker, endpoint.config).catch((error: unknown) => {
      if (!isKnownByName(order, endpoint, error)) throw error;
    });
    if (config === undefined) return { endpoint };
    const { ProductionVariants: variants = [], ShadowProductionVariants: shadows = [] } = config;
    return { endpoint, variants, shadows };
  }

  /** How the champion is to scale again, now that it serves alone. */
  function scalingToRestore({ to, names }: EndpointOrder, { is }: Sighting): Scaling | undefined {
    return is === "reached" && to.is === "champion" ? kept.get(names.model) : undefined;
  }

  /**
   * Why the update that is to be made failed before. SageMaker tells no time of a failure: it may be of this update where its
   * configuration was made, and the endpoint modified later.
   */
  async function failureOf(order: EndpointOrder, endpoint: SeenEndpoint, next: EndpointStep): Promise<string | undefined> {
    const { failure, modifiedAt } = endpoint;
    if (failure === undefined || next.does === "weights") return undefined;
    if (next.config === "champion") return failure;
    const madeAt = (await describeConfig(sagemaker, configName(order, next.config)))?.CreationTime?.getTime();
    return madeAt !== undefined && modifiedAt !== undefined && modifiedAt > madeAt ? failure : undefined;
  }

  async function take(order: EndpointOrder, packageArn: string, endpoint: SeenEndpoint, next: EndpointStep): Promise<EndpointStep> {
    if (next.does === "weights") return await takeStep(clients, order, packageArn, endpoint, next);
    const { config } = next;
    if (config !== "champion") return await takeStep(clients, order, packageArn, endpoint, { does: "update", config });
    await updateBack(clients, order, endpoint, (scaling) => kept.set(order.names.model, scaling));
    return next;
  }

  return {
    async survey({ endpoint: name }) {
      const endpoint = await describeEndpoint(sagemaker, name);
      if (endpoint === undefined) return { is: "missing", why: `there is no endpoint ${name} in this account and region` };
      const unsupported = deathOf(endpoint) ?? mixtureOf(endpoint);
      if (unsupported !== undefined) return { is: "unsupported", why: unsupported };
      const busy = busynessOf(endpoint);
      if (busy !== undefined) return { is: "busy", why: busy };
      return surveyOf(endpoint, await describeConfig(sagemaker, endpoint.config));
    },

    async look(trafficOrder) {
      const order = endpointOrder(trafficOrder);
      const view = await viewOf(order);
      const { sighting, next } = planOf(order, view);
      const scaling = scalingToRestore(order, sighting);
      if (scaling !== undefined) return { is: "behind", step: restoreText(order, scaling), isSafe: true };
      if (sighting.is !== "behind" || next === undefined || view === undefined) return sighting;
      const failed = await failureOf(order, view.endpoint, next);
      return failed === undefined ? sighting : { ...sighting, failed };
    },

    async step(trafficOrder) {
      const order = endpointOrder(trafficOrder);
      const view = await viewOf(order);
      const { sighting, next } = planOf(order, view);
      const scaling = scalingToRestore(order, sighting);
      if (scaling !== undefined) {
        const result = await restoreScaling(clients, order, scaling);
        kept.delete(order.names.model);
        return result;
      }
      if (next === undefined || view === undefined) return withoutStep(sighting);
      const otherContent = otherContentOf(order, view, next);
      if (otherContent !== undefined) return { is: "refused", why: otherContent };
      try {
        return { is: "taken", did: stepText(order, await take(order, trafficOrder.candidate, view.endpoint, next), true) };
      } catch (error) {
        if (error instanceof StepHalted) return error.result;
        throw error;
      }
    },
  };
}

/**
 * Whether the name of a configuration that could not be described is enough: on the way back from what this rollout made, and from
 * anything where somebody wants it overridden. Of the champion's own it is enough where no later look would tell more.
 */
function isKnownByName(order: EndpointOrder, { config }: SeenEndpoint, error: unknown): boolean {
  if (order.to.is !== "champion") return false;
  const known = configNamed(order, config);
  return known === "champion" ? !(error instanceof RetryableError) : known !== undefined || order.overrides;
}

/** One variant, with a model and instances; each other kind is refused by its name. */
function surveyOf({ name, config: configName, isAsync }: SeenEndpoint, config: DescribeEndpointConfigOutput | undefined): Survey {
  const refuse = (why: string): Survey => ({ is: "unsupported", why: `the endpoint ${name} ${why}` });
  if (config?.KmsKeyId !== undefined) {
    return refuse("is encrypted with a KMS key of your own, which the rollout may not use; promote on it by hand");
  }
  if (config === undefined) return refuse(`serves by the configuration ${configName}, which was deleted; update it to another`);
  const [variant, ...others] = config.ProductionVariants ?? [];
  if (isAsync || config.AsyncInferenceConfig !== undefined) {
    return refuse("is asynchronous, of which SageMaker counts no requests; promote on it by hand");
  }
  if (variant === undefined) return refuse("has no variant; update it to a configuration with one");
  if (variant.ServerlessConfig !== undefined) return refuse("is serverless, which has no shadow; use one with instances");
  if (variant.ModelName === undefined) {
    return refuse("has inference components, among which callers choose and no weight does; use one with a model");
  }
  if (others.length > 0) {
    return refuse(`has ${others.length + 1} production variants; update it to a configuration with one, which is the champion`);
  }
  if ((config.ShadowProductionVariants ?? []).length > 0) {
    return refuse("has a shadow variant already; update it to a configuration without one");
  }
  if (variant.InstanceType === undefined) {
    return refuse("has a pool of instance types; use one with one instance type");
  }
  const champion = { on: "sagemaker", config: configName, variant: variant.VariantName ?? "", model: variant.ModelName } as const;
  return { is: "serving", champion };
}
