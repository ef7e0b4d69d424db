import {
  type ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  ObjectNotFoundException,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
  type ScalingPolicy,
} from "@aws-sdk/client-application-auto-scaling";
import { RetryableError } from "../../../core/errors";
import { StepHalted } from "./endpoint-halt";
import { PASSING_CODES } from "./sagemaker-refusal";

const SERVICE = { ServiceNamespace: "sagemaker", ScalableDimension: "sagemaker:variant:DesiredInstanceCount" } as const;

/** Of ResourceIds: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
const resourceId = (endpoint: string, variant: string) => `endpoint/${endpoint}/variant/${variant}`;

/** Autoscaling's targets of these variants, by the variant; one that is not scaled has none. */
export type ScaledVariants = ReadonlyMap<string, ScalableTarget>;

/**
 * What scales of an endpoint's variants.
 * @throws RetryableError when Application Auto Scaling cannot answer now, StepHalted when it will not
 */
export async function scaledVariants(
  client: ApplicationAutoScalingClient,
  endpoint: string,
  variants: readonly string[],
): Promise<ScaledVariants> {
  const ResourceIds = variants.map((variant) => resourceId(endpoint, variant));
  const look = new DescribeScalableTargetsCommand({ ...SERVICE, ResourceIds });
  const { ScalableTargets = [] } = await client.send(look).catch(halt("describe what scales the endpoint"));
  return new Map(
    variants.flatMap((variant) => {
      const target = ScalableTargets.find(({ ResourceId }) => ResourceId === resourceId(endpoint, variant));
      return target === undefined ? [] : [[variant, target] as const];
    }),
  );
}

/** How a variant scales: within which limits, and by which policies that track a target. */
export interface Scaling {
  readonly variant: string;
  readonly limits: ScalableTarget;
  readonly policies: readonly ScalingPolicy[];
}

/**
 * How a variant scales that has this target.
 * @throws as `scaledVariants`
 */
export async function scalingOf(
  client: ApplicationAutoScalingClient,
  endpoint: string,
  variant: string,
  limits: ScalableTarget,
): Promise<Scaling> {
  return { variant, limits, policies: await trackingPolicies(client, endpoint, variant) };
}

/**
 * Lets a variant that stays scale as the one that goes does, and then that one no longer: SageMaker refuses to remove a variant
 * that scales. In this order, so that nothing is lost where it ends half-way: done again, it goes on.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html
 * @throws as `scaledVariants`
 */
export async function handScalingOver(
  client: ApplicationAutoScalingClient,
  endpoint: string,
  { scaled, from, to }: { readonly scaled: ScaledVariants; readonly from: string; readonly to: string },
): Promise<void> {
  const limits = scaled.get(from);
  if (limits === undefined) return;
  await giveScaling(client, endpoint, await scalingOf(client, endpoint, from, limits), { to, hasLimits: scaled.has(to) });
  await stopScaling(client, endpoint, from);
}

/**
 * Lets a variant scale as another one does, or did. Copied are the limits, unless it has its own, what is suspended, and the
 * policies that track a target; step policies, which have alarms of their own, and scheduled actions are not.
 * @throws as `scaledVariants`
 */
export async function giveScaling(
  client: ApplicationAutoScalingClient,
  endpoint: string,
  { variant: from, limits, policies }: Scaling,
  { to, hasLimits }: { readonly to: string; readonly hasLimits: boolean },
): Promise<void> {
  const { MinCapacity, MaxCapacity, SuspendedState } = limits;
  const target = { ...SERVICE, ResourceId: resourceId(endpoint, to) };
  if (!hasLimits) {
    const suspended = SuspendedState === undefined ? {} : { SuspendedState };
    await client
      .send(new RegisterScalableTargetCommand({ ...target, MinCapacity, MaxCapacity, ...suspended }))
      .catch(halt(`let the variant ${to} scale as ${from} does`));
  }
  for (const { PolicyName, PolicyType, TargetTrackingScalingPolicyConfiguration: configuration } of policies) {
    const policy = { PolicyName, PolicyType, TargetTrackingScalingPolicyConfiguration: retargeted(configuration, from, to) };
    await client
      .send(new PutScalingPolicyCommand({ ...target, ...policy }))
      .catch(halt(`give the variant ${to} the scaling policy ${PolicyName}`));
  }
}

/** @throws as `scaledVariants` */
export async function stopScaling(client: ApplicationAutoScalingClient, endpoint: string, variant: string): Promise<void> {
  const command = new DeregisterScalableTargetCommand({ ...SERVICE, ResourceId: resourceId(endpoint, variant) });
  try {
    await client.send(command);
  } catch (error) {
    if (!(error instanceof ObjectNotFoundException)) halt(`stop the scaling of the variant ${variant}`)(error);
  }
}

async function trackingPolicies(client: ApplicationAutoScalingClient, endpoint: string, variant: string): Promise<ScalingPolicy[]> {
  const found: ScalingPolicy[] = [];
  let NextToken: string | undefined;
  do {
    const command = new DescribeScalingPoliciesCommand({
      ...SERVICE,
      ResourceId: resourceId(endpoint, variant),
      ...(NextToken !== undefined && { NextToken }),
    });
    const page = await client.send(command).catch(halt(`describe the scaling policies of the variant ${variant}`));
    found.push(...(page.ScalingPolicies ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found.filter(({ PolicyType }) => PolicyType === "TargetTrackingScaling");
}

/** The same, with the metrics of the other variant. */
function retargeted<T>(configuration: T, from: string, to: string): T {
  if (typeof configuration !== "object" || configuration === null) return configuration;
  return JSON.parse(JSON.stringify(configuration), (_, value) =>
    value?.Name === "VariantName" && value?.Value === from ? { ...value, Value: to } : value,
  );
}

/** Refusals of it that time cures, besides SageMaker's. */
const PASSING: ReadonlySet<string> = new Set([...PASSING_CODES, "ConcurrentUpdateException", "InternalServiceException"]);

function halt(what: string): (error: unknown) => never {
  return (error) => {
    const isClientFault = error instanceof Error && "$fault" in error && error.$fault === "client";
    if (!isClientFault || PASSING.has(error.name)) {
      throw new RetryableError(`Application Auto Scaling could not ${what}; it can be tried again later`, { cause: error });
    }
    const why = `Application Auto Scaling did not ${what} (${error.name}: ${error.message})`;
    throw new StepHalted("refused", `${why}; see what it says, and whether the function's role may do it`);
  };
}
