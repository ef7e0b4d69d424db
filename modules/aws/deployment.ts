import { createHash } from "node:crypto";
import type { WatchLevel } from "../../functions/core/log/essential-metrics";
import { metricEnvironment, startOfNames } from "../../functions/core/state-layout";

/** What the names of a deployment begin with. */
export interface DeploymentNames {
  readonly environment: string;
  /** 1 to 20 of a-z, 0-9 and -. @default retrigger */
  readonly namePrefix?: string;
}

/** Keys of KMS that are the customer's own, by their ARNs. */
export interface OwnKeys {
  /** Encrypts all that takes a key. @default - AWS's own keys */
  readonly all?: string | undefined;
  /** Those of buckets that have another one, by the bucket. */
  readonly ofBuckets: Readonly<Record<string, string>>;
}

/** The VPC that functions run in. */
interface FunctionNetwork {
  /** Ids of subnets; at least one. */
  readonly subnets: readonly string[];
  /** Ids of security groups; at least one. */
  readonly securityGroups: readonly string[];
}

/** Where the constructs are deployed to: physical names and ARNs are made from it. */
export interface AwsDeployment extends DeploymentNames {
  readonly region: string;
  /** Account number; usually a token. */
  readonly accountId: string;
  /** `aws`, `aws-cn`, `aws-us-gov` or another one of `partitionOf`. */
  readonly partition: string;
  /** @default - AWS's own keys encrypt everything */
  readonly keys?: OwnKeys;
  /** Managed policies that AWS lets a role have, 10 to 20. @default 10 */
  readonly attachedPolicies?: number;
  /** Which metrics the functions write. @default full */
  readonly watch?: WatchLevel;
  /** VPC that every function runs in. @default - none: functions reach AWS over its public endpoints */
  readonly network?: FunctionNetwork | undefined;
  /** Days that the functions' logs are kept, of those that CloudWatch Logs offers. @default 90 */
  readonly logRetentionDays?: number;
  /** Whether X-Ray traces the functions. @default false */
  readonly isTraced?: boolean;
  /** Folder of the project: the functions' sources and the bundles' cache are in it. */
  readonly projectDir: string;
}

/**
 * `<namePrefix>-<environment>-<role>`; what exceeds `maxLength` characters gives way to a hash. The default is the least that a
 * function, a role, a rule, a schedule and a pipeline take.
 */
export function physicalName({ environment, namePrefix }: DeploymentNames, role: string, maxLength = 64): string {
  const name = `${startOfNames(environment, namePrefix)}-${role}`;
  if (name.length <= maxLength) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, maxLength - hash.length - 1)}-${hash}`;
}

/**
 * Tags that a deployment's keys of KMS have, whatever the provider's default tags are: a key has no name that a deployer's policy
 * could tell it by.
 */
export function keyTags({ environment }: DeploymentNames): Record<"application" | "environment", string> {
  return { application: "retrigger", environment };
}

/** The value of the dimension `environment` that the deployment's metrics have in CloudWatch. */
export function metricDimension({ environment, namePrefix }: DeploymentNames): string {
  return metricEnvironment(environment, namePrefix);
}

/** How the role of a configured rule begins in its physical name, which that of no other rule does. */
export const RULE_PREFIX = "rule-";

/** The name of an IAM role: IAM knows no regions, so the region is part of it. */
export function roleName(deployment: AwsDeployment, role: string): string {
  return physicalName(deployment, `${role}-${deployment.region}`);
}

/** The name of a queue, at most 80 characters; a FIFO queue's must end in `.fifo`. */
export function queueName(deployment: DeploymentNames, role: string, fifo: boolean): string {
  return fifo ? `${physicalName(deployment, role, 75)}.fifo` : physicalName(deployment, role, 80);
}

/** What the names of services end with, where that differs. https://docs.aws.amazon.com/general/latest/gr/rande.html */
const DNS_SUFFIXES: Readonly<Record<string, string>> = {
  "aws-cn": "amazonaws.com.cn",
  "aws-eusc": "amazonaws.eu",
  "aws-iso": "c2s.ic.gov",
  "aws-iso-b": "sc2s.sgov.gov",
  "aws-iso-e": "cloud.adc-e.uk",
  "aws-iso-f": "csp.hci.ic.gov",
};

/** What the names of hosts and of most services in a partition end with. */
export function dnsSuffix(partition: string): string {
  return DNS_SUFFIXES[partition] ?? "amazonaws.com";
}
