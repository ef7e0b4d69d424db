import type { DescribeEndpointConfigOutput } from "@aws-sdk/client-sagemaker";
import type { EndpointTraffic, Sighting, StepResult, Survey } from "../../../core/promotion/rollout/ports";
import { StepHalted } from "./endpoint-halt";
import { configName, type EndpointOrder, endpointOrder } from "./endpoint-order";
import { busynessOf, deathOf, type EndpointStep, type EndpointView, planOf, stepText } from "./endpoint-plan";
import { describeConfig, describeEndpoint, type SeenEndpoint } from "./endpoint-state";
import { type EndpointClients, takeStep } from "./endpoint-step";

/**
 * `EndpointTraffic` of SageMaker's real-time endpoints with instances, by `endpoint-plan`: a shadow and the first share are updates
 * of the endpoint, further shares are weights, and the champion's configuration is what a rollback puts back. What it makes has
 * names of the rollout, and stays.
 *
 * A rollback out of a split sets the weights first, so that its candidate gets no requests within seconds, and then updates the
 * endpoint. A champion that scales has the instances then that its last share left it with, so its least number of instances has
 * to carry a rollback.
 */
export function sageMakerEndpointTraffic(clients: EndpointClients): EndpointTraffic {
  const { sagemaker } = clients;

  async function viewOf(endpointName: string): Promise<EndpointView | undefined> {
    const endpoint = await describeEndpoint(sagemaker, endpointName);
    if (endpoint === undefined) return undefined;
    const config = await describeConfig(sagemaker, endpoint.config);
    if (config === undefined) return { endpoint };
    const { ProductionVariants: variants = [], ShadowProductionVariants: shadows = [] } = config;
    return { endpoint, variants, shadows };
  }

  /** What became of the update that is to be made, where it was tried before: its configuration is there then. */
  async function failureOf(order: EndpointOrder, { failure }: SeenEndpoint, next: EndpointStep): Promise<string | undefined> {
    if (failure === undefined || next.does === "weights") return undefined;
    if (next.config === "champion") return failure;
    return (await describeConfig(sagemaker, configName(order, next.config))) === undefined ? undefined : failure;
  }

  return {
    async survey({ endpoint: name }) {
      const endpoint = await describeEndpoint(sagemaker, name);
      if (endpoint === undefined) return { is: "missing", why: `there is no endpoint ${name} in this account and region` };
      const why = deathOf(endpoint) ?? busynessOf(endpoint);
      if (why !== undefined) return { is: deathOf(endpoint) === undefined ? "busy" : "unsupported", why };
      return surveyOf(endpoint, await describeConfig(sagemaker, endpoint.config));
    },

    async look(trafficOrder) {
      const order = endpointOrder(trafficOrder);
      const view = await viewOf(order.endpoint);
      const { sighting, next } = planOf(order, view);
      if (sighting.is !== "behind" || next === undefined || view === undefined) return sighting;
      const failed = await failureOf(order, view.endpoint, next);
      return failed === undefined ? sighting : { ...sighting, failed };
    },

    async step(trafficOrder) {
      const order = endpointOrder(trafficOrder);
      const view = await viewOf(order.endpoint);
      const { sighting, next } = planOf(order, view);
      if (next === undefined || view === undefined) return withoutStep(order, sighting);
      try {
        const taken = await takeStep(clients, order, trafficOrder.candidate, view.endpoint, next);
        return { is: "taken", did: stepText(order, taken, true) };
      } catch (error) {
        if (error instanceof StepHalted) return error.result;
        throw error;
      }
    },
  };
}

function withoutStep({ endpoint }: EndpointOrder, sighting: Sighting): StepResult {
  switch (sighting.is) {
    case "busy":
      return { is: "busy", why: sighting.why };
    case "changed":
    case "lost":
      return { is: "refused", why: sighting.why };
    default:
      return { is: "taken", did: `left the endpoint ${endpoint} as it is` };
  }
}

/** One variant, with a model and instances; each other kind is refused by its name. */
function surveyOf({ name, config: configName, isAsync }: SeenEndpoint, config: DescribeEndpointConfigOutput | undefined): Survey {
  const refuse = (why: string): Survey => ({ is: "unsupported", why: `the endpoint ${name} ${why}` });
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
