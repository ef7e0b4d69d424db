import type { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import {
  type DeploymentConfig,
  type SageMakerClient,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from "@aws-sdk/client-sagemaker";
import { ensureCandidateModel } from "./candidate-model";
import { ensureConfig, type InitialInstances } from "./endpoint-config";
import { notDone } from "./endpoint-halt";
import { configName, configNamed, type EndpointOrder, expectedVariants, type MadeConfig } from "./endpoint-order";
import { type EndpointStep, stepText } from "./endpoint-plan";
import { handScalingOver, type ScaledVariants, scaledVariants, stopScaling } from "./endpoint-scaling";
import type { SeenEndpoint } from "./endpoint-state";

/** Clients that the traffic of an endpoint is changed with. */
export interface EndpointClients {
  readonly sagemaker: SageMakerClient;
  readonly scaling: ApplicationAutoScalingClient;
}

/**
 * Takes a step of a plan, other than an update back to the champion; resolves to the step that was taken.
 * @throws StepHalted with the result of a step that was not taken; RetryableError when SageMaker cannot answer now, Error when it
 * will not
 */
export async function takeStep(
  clients: EndpointClients,
  order: EndpointOrder,
  packageArn: string,
  endpoint: SeenEndpoint,
  step: ForwardStep,
): Promise<EndpointStep> {
  if (step.does === "weights") {
    await setWeights(clients, order, endpoint, step.percent);
    return step;
  }
  const present = [...endpoint.variants, ...endpoint.shadows].map(({ name }) => name);
  const scaled = await scaledVariants(clients.scaling, order.endpoint, present);
  const config = isByWayOfSplit(order, endpoint, step.config, scaled) ? { split: 100 } : step.config;
  await ensureMade(clients, order, packageArn, endpoint, config, scaled);
  const heir = expectedVariants(order, config).variants.find(([name]) => endpoint.variants.some((one) => one.name === name))?.[0];
  for (const from of removedBy(order, endpoint, config).filter((name) => scaled.has(name))) {
    if (heir === undefined || !isInherited(order, endpoint, from)) await stopScaling(clients.scaling, order.endpoint, from);
    else await handScalingOver(clients.scaling, order.endpoint, { scaled, from, to: heir });
  }
  await updateEndpoint(clients, order, config);
  return { does: "update", config };
}

/** Any step but an update back to the champion, which `endpoint-return` makes. */
export type ForwardStep = Extract<EndpointStep, { does: "weights" }> | { readonly does: "update"; readonly config: MadeConfig };

/**
 * Whether the candidate is to serve alone, and takes the champion's scaling over: they go by a split of 100 % first, in which both
 * stand. Out of what somebody else lets serve there is nothing to take over.
 */
function isByWayOfSplit(order: EndpointOrder, { variants, config }: SeenEndpoint, to: MadeConfig, scaled: ScaledVariants): boolean {
  const { champion, names } = order;
  if (to !== "alone" || configNamed(order, config) === undefined || !scaled.has(champion.variant)) return false;
  return !variants.some(({ name }) => name === names.candidateVariant);
}

/** Whether another variant is to scale as this one: a shadow does not serve, and one of somebody else is none of the rollout's. */
export function isInherited({ champion, names }: EndpointOrder, { shadows }: SeenEndpoint, variant: string): boolean {
  return (variant === champion.variant || variant === names.candidateVariant) && !shadows.some(({ name }) => name === variant);
}

/** @throws as `takeStep` */
export async function updateEndpoint(
  { sagemaker }: EndpointClients,
  order: EndpointOrder,
  config: "champion" | MadeConfig,
): Promise<void> {
  const command = new UpdateEndpointCommand({
    EndpointName: order.endpoint,
    EndpointConfigName: configName(order, config),
    // Variants that stay keep their instances, as autoscaling left them, and get the weights of the configuration.
    RetainAllVariantProperties: true,
    ExcludeRetainedVariantProperties: [{ VariantPropertyType: "DesiredWeight" }],
    ...(config === "native" && { DeploymentConfig: guardrails(order) }),
  });
  const made = config === "champion" ? {} : { made: configName(order, config) };
  await sagemaker.send(command).catch(notDone(stepText(order, { does: "update", config }), made));
}

/** Names of variants, shadows among them, that the endpoint has and the configuration has not. */
export function removedBy(
  order: EndpointOrder,
  { variants, shadows }: SeenEndpoint,
  config: "champion" | MadeConfig,
): readonly string[] {
  const then = expectedVariants(order, config);
  const stays = new Set([...then.variants, ...then.shadows].map(([name]) => name));
  return [...variants, ...shadows].map(({ name }) => name).filter((name) => !stays.has(name));
}

async function ensureMade(
  { sagemaker }: EndpointClients,
  order: EndpointOrder,
  packageArn: string,
  endpoint: SeenEndpoint,
  config: MadeConfig,
  scaled: ScaledVariants,
): Promise<void> {
  const { role } = order.sagemaker;
  await ensureCandidateModel(sagemaker, { name: order.names.model, packageArn, role, championModel: order.champion.model });
  await ensureConfig(sagemaker, order, config, initialInstances(order, endpoint, config, scaled));
}

/**
 * As many for the candidate as the champion has. Where the champion scales, a split begins with what the candidate's next share
 * needs of them.
 */
function initialInstances(
  order: EndpointOrder,
  endpoint: SeenEndpoint,
  config: MadeConfig,
  scaled: ScaledVariants,
): InitialInstances {
  const all = Math.max(1, ...endpoint.variants.map(({ instances = 1 }) => instances));
  const isScaled = scaled.has(order.champion.variant);
  const candidate = isScaled && typeof config === "object" ? Math.ceil((all * percentAfter(order, config.split)) / 100) : all;
  return { champion: all, candidate: Math.max(1, candidate) };
}

function percentAfter({ percents }: EndpointOrder, percent: number): number {
  return percents.find((next) => next > percent) ?? 100;
}

/**
 * Taking the candidate out names weights alone, so that no quota and no lookup stands before it. In any other change variants that
 * scale get the instances that their part needs, the candidate's of the stage after this one: a fleet with little traffic has
 * scaled in, and takes minutes to grow.
 */
async function setWeights(
  { sagemaker, scaling }: EndpointClients,
  order: EndpointOrder,
  endpoint: SeenEndpoint,
  percent: number,
): Promise<void> {
  const { champion, names } = order;
  const [before, candidate] = [champion.variant, names.candidateVariant];
  const scaled: ScaledVariants = percent === 0 ? new Map() : await scaledVariants(scaling, order.endpoint, [before, candidate]);
  const limit = scaled.get(before)?.MaxCapacity;
  const parts = new Map([
    [before, 100 - percent],
    [candidate, percentAfter(order, percent)],
  ]);
  const command = new UpdateEndpointWeightsAndCapacitiesCommand({
    EndpointName: order.endpoint,
    DesiredWeightsAndCapacities: [...parts].map(([VariantName, part]) => {
      const now = endpoint.variants.find(({ name }) => name === VariantName)?.instances;
      const needed = limit === undefined ? undefined : Math.min(limit, Math.ceil((fullFleet(endpoint) * part) / 100));
      const grows = now !== undefined && needed !== undefined && needed > now;
      const DesiredWeight = VariantName === candidate ? percent : 100 - percent;
      return { VariantName, DesiredWeight, ...(grows && { DesiredInstanceCount: needed }) };
    }),
  });
  await sagemaker.send(command).catch(notDone(stepText(order, { does: "weights", percent })));
}

/** Instances that all of the traffic may need, as the variant with most of it has them for its part. */
function fullFleet({ variants }: SeenEndpoint): number {
  const total = variants.reduce((sum, { weight = 0 }) => sum + weight, 0);
  const [busiest] = [...variants].sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0));
  const part = total > 0 ? (busiest?.weight ?? 0) / total : 1;
  return Math.ceil((busiest?.instances ?? 1) / part);
}

/** Longest that SageMaker lets a deployment take, and what it may take besides its waits; seconds. */
const MAX_DEPLOYMENT_SEC = 28_800;
const INSTANCES_SEC = 3_600;

/** SageMaker's own blue/green: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BlueGreenUpdatePolicy.html */
function guardrails({ sagemaker, endpoint }: EndpointOrder): DeploymentConfig {
  if (sagemaker.native === undefined) throw new Error(`the rollout on ${endpoint} is not SageMaker's own`);
  const { shift, waitSec, alarms } = sagemaker.native;
  const size = { Type: "CAPACITY_PERCENT", Value: shift.percent } as const;
  const waits = shift.type === "canary" ? 2 : Math.ceil(100 / shift.percent) + 1;
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: {
        WaitIntervalInSeconds: waitSec,
        ...(shift.type === "canary" ? { Type: "CANARY", CanarySize: size } : { Type: "LINEAR", LinearStepSize: size }),
      },
      TerminationWaitInSeconds: waitSec,
      MaximumExecutionTimeoutInSeconds: Math.min(MAX_DEPLOYMENT_SEC, waits * waitSec + INSTANCES_SEC),
    },
    AutoRollbackConfiguration: { Alarms: alarms.map((AlarmName) => ({ AlarmName })) },
  };
}
