// What nobody can see in a configuration: whether the VPC leads functions to what they call.
import { AWS_ENDPOINTS, type AwsEndpoint } from "../../operations/aws-endpoints";
import type { DeploymentConfig } from "../config";
import type { Warning } from "../errors";
import { modelsOn } from "../model-cloud";

/** What functions in a VPC call. */
export interface NetworkNeeds {
  readonly endpoints: readonly AwsEndpoint[];
  /** Whether they call webhooks of chats, which are on the internet. */
  readonly hasChats: boolean;
}

/** What the network of a configuration must lead to; undefined where no function runs in a VPC. */
export function networkNeeds({ aws, models }: Pick<DeploymentConfig, "aws" | "models">): NetworkNeeds | undefined {
  const coordinated = modelsOn("aws", models).filter(([, { data }]) => data !== undefined);
  if (aws?.network === undefined || coordinated.length === 0) return undefined;
  const { slack, teams } = aws.notifications;
  const webhookSecrets = [slack, teams].flatMap((chat) => (chat === undefined ? [] : [chat.secret]));
  const hasRollouts = coordinated.some(([, { promotion }]) => promotion?.rollout !== undefined);
  const endpoints = AWS_ENDPOINTS.filter(({ isNeeded }) => isNeeded({ hasRollouts, webhookSecrets }));
  return { endpoints, hasChats: webhookSecrets.length > 0 };
}

/**
 * What a VPC must have for its functions, which only its owner can look at: one reminder where functions run in a VPC, and none
 * where there are no functions.
 */
export function networkReminders(config: DeploymentConfig): Warning[] {
  const needs = networkNeeds(config);
  if (needs === undefined) return [];
  const { endpoints, hasChats } = needs;
  const chats = hasChats ? ", and for the webhooks of chats, which no endpoint leads to, a NAT gateway" : "";
  const message = `functions in a VPC reach nothing but what it leads them to; it needs endpoints for ${namesOf(endpoints, "gateway")} (gateway) and ${namesOf(endpoints, "interface")} (interface), or a NAT gateway${chats}: docs/network.md`;
  return [{ path: ["aws", "network"], message }];
}

function namesOf(endpoints: readonly AwsEndpoint[], kind: AwsEndpoint["kind"]): string {
  return endpoints.flatMap((endpoint) => (endpoint.kind === kind ? [endpoint.service] : [])).join(", ");
}
