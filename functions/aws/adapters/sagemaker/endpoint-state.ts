import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  type DescribeEndpointConfigOutput,
  type DescribeEndpointOutput,
  type EndpointStatus,
  type ProductionVariant,
  type ProductionVariantSummary,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { harmlessLine } from "../../../core/plain-text";
import { isMissing, refusedToTell } from "./sagemaker-refusal";

/** A variant as it serves now. */
export interface SeenVariant {
  readonly name: string;
  /** What its part of the requests is computed from now; absent while SageMaker does not tell. */
  readonly weight?: number;
  readonly desiredWeight?: number;
  /** Instances that it has now. */
  readonly instances?: number;
}

/** An endpoint as SageMaker describes it. */
export interface SeenEndpoint {
  readonly name: string;
  readonly status: EndpointStatus;
  /** Name of its configuration. */
  readonly config: string;
  readonly variants: readonly SeenVariant[];
  readonly shadows: readonly SeenVariant[];
  readonly isAsync: boolean;
  /** Name of the configuration that it is being updated to. */
  readonly pendingConfig?: string;
  /** When it was last modified, epoch milliseconds. */
  readonly modifiedAt?: number;
  /** Why an update of it failed, perhaps long ago, in one line. */
  readonly failure?: string;
}

/** Longest reason that is told of, in characters. */
const MAX_REASON = 300;

/**
 * An endpoint as it is now; undefined where there is none.
 * @throws RetryableError when SageMaker cannot answer now, Error when it will not
 */
export async function describeEndpoint(client: SageMakerClient, name: string): Promise<SeenEndpoint | undefined> {
  const looked = client.send(new DescribeEndpointCommand({ EndpointName: name }));
  const found = await whereThere(looked, `the endpoint ${name}`);
  return found && seenEndpoint(name, found);
}

/** As `describeEndpoint`, of an endpoint configuration. */
export async function describeConfig(client: SageMakerClient, name: string): Promise<DescribeEndpointConfigOutput | undefined> {
  const looked = client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name }));
  const found = await whereThere(looked, `the endpoint configuration ${name}`);
  if (found === undefined) return undefined;
  const { $metadata: _call, ...config } = found;
  return config;
}

/**
 * What a look at `what` found; undefined where it is not there.
 * @throws as `describeEndpoint`
 */
export async function whereThere<T>(looked: Promise<T>, what: string): Promise<T | undefined> {
  try {
    return await looked;
  } catch (error) {
    return isMissing(error) ? undefined : refusedToTell(what)(error);
  }
}

/** Name of a variant, and of its model; empty where it has none, as with inference components. */
export type VariantModel = readonly [variant: string, model: string];

/** What a configuration lets serve. */
export function variantModels(variants: readonly ProductionVariant[] | undefined): readonly VariantModel[] {
  return (variants ?? []).map(({ VariantName = "", ModelName = "" }) => [VariantName, ModelName]);
}

function seenEndpoint(name: string, found: DescribeEndpointOutput): SeenEndpoint {
  const { EndpointStatus, FailureReason, LastModifiedTime, PendingDeploymentSummary: pending } = found;
  if (EndpointStatus === undefined) throw new Error(`SageMaker gave no status for the endpoint ${name}`);
  return {
    name,
    status: EndpointStatus,
    config: found.EndpointConfigName ?? "",
    variants: (found.ProductionVariants ?? []).map(seenVariant),
    shadows: (found.ShadowProductionVariants ?? []).map(seenVariant),
    isAsync: found.AsyncInferenceConfig !== undefined,
    ...(pending !== undefined && { pendingConfig: pending.EndpointConfigName ?? "" }),
    ...(LastModifiedTime !== undefined && { modifiedAt: LastModifiedTime.getTime() }),
    ...(FailureReason !== undefined && FailureReason !== "" && { failure: harmlessLine(FailureReason, MAX_REASON) }),
  };
}

function seenVariant({ VariantName, CurrentWeight, DesiredWeight, CurrentInstanceCount }: ProductionVariantSummary): SeenVariant {
  return {
    name: VariantName ?? "",
    ...(CurrentWeight !== undefined && { weight: CurrentWeight }),
    ...(DesiredWeight !== undefined && { desiredWeight: DesiredWeight }),
    ...(CurrentInstanceCount !== undefined && { instances: CurrentInstanceCount }),
  };
}
