import {
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  type DescribeEndpointConfigOutput,
  type ProductionVariant,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { isPartOf, notDone, StepHalted } from "./endpoint-halt";
import { configName, type EndpointOrder, expectedVariants, type MadeConfig } from "./endpoint-order";
import { describeConfig, type VariantModel } from "./endpoint-state";

/** Instances that the variants of a configuration begin with; those of a variant that serves already stay as they are. */
export interface InitialInstances {
  readonly champion: number;
  readonly candidate: number;
}

/**
 * Makes a configuration of a rollout, where it is not there yet: the champion's with everything that it has, such as its capture,
 * keys, instance type and time-outs, and other variants. It is never changed, and nothing that a rollout made is deleted: it costs
 * nothing, and what is in use must not be.
 * @throws StepHalted where the champion's configuration is gone, another has the name, or the new one cannot be seen yet, or
 * SageMaker refuses it; as `describeConfig`
 */
export async function ensureConfig(
  client: SageMakerClient,
  order: EndpointOrder,
  config: MadeConfig,
  instances: InitialInstances,
): Promise<void> {
  const base = await describeConfig(client, order.champion.config);
  if (base === undefined) {
    const why = `the champion's configuration ${order.champion.config} was deleted, so that it could not be put back`;
    throw new StepHalted("refused", `${why}; nothing is changed: create it again`);
  }
  const wanted = configOf(order, config, base, instances);
  const found = await describeConfig(client, configName(order, config));
  if (found === undefined) {
    await client
      .send(new CreateEndpointConfigCommand(wanted))
      .catch(notDone(`make the configuration ${configName(order, config)}`, { made: order.names.model }));
    if ((await describeConfig(client, configName(order, config))) !== undefined) return;
    throw new StepHalted("busy", `the configuration ${configName(order, config)} was made, and cannot be seen yet`);
  }
  if (isPartOf(withoutInstances(wanted), found)) return;
  throw new StepHalted("refused", `the configuration ${configName(order, config)} is there already, with other content; delete it`);
}

function configOf(
  order: EndpointOrder,
  config: MadeConfig,
  base: DescribeEndpointConfigOutput,
  instances: InitialInstances,
): CreateEndpointConfigCommandInput {
  const { EndpointConfigArn: _arn, CreationTime: _time, ProductionVariants, ShadowProductionVariants: _shadows, ...kept } = base;
  const template = ProductionVariants?.[0];
  if (template === undefined) throw new StepHalted("refused", `the configuration ${order.champion.config} has no variant`);
  const variantOf = ([VariantName, ModelName]: VariantModel): ProductionVariant => {
    const isCandidate = VariantName === order.names.candidateVariant;
    const weights = typeof config === "string" ? [1, 1] : [100 - config.split, config.split];
    return {
      ...template,
      VariantName,
      ModelName,
      InitialInstanceCount: isCandidate ? instances.candidate : instances.champion,
      InitialVariantWeight: weights[isCandidate ? 1 : 0],
    };
  };
  const { variants, shadows } = expectedVariants(order, config);
  return {
    ...kept,
    EndpointConfigName: configName(order, config),
    ProductionVariants: variants.map(variantOf),
    ...(shadows.length > 0 && { ShadowProductionVariants: shadows.map(variantOf) }),
  };
}

/** Made again after a crash, it would begin with as many as there are now. */
function withoutInstances(wanted: CreateEndpointConfigCommandInput): object {
  const without = (variants: readonly ProductionVariant[] | undefined) =>
    variants?.map(({ InitialInstanceCount: _count, ...variant }) => variant);
  return {
    ...wanted,
    ProductionVariants: without(wanted.ProductionVariants),
    ShadowProductionVariants: without(wanted.ShadowProductionVariants),
  };
}
