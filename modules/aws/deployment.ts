import { createHash } from "node:crypto";
import type { WatchLevel } from "../../functions/core/log/essential-metrics";

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
export interface AwsDeployment {
  readonly environment: string;
  readonly region: string;
  /** Account number; usually a token. */
  readonly accountId: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  /** @default - AWS's own keys encrypt everything */
  readonly keys?: OwnKeys;
  /** Managed policies that AWS lets a role have, 10 to 20. @default 10 */
  readonly attachedPolicies?: number;
  /** Which metrics the functions write. @default full */
  readonly watch?: WatchLevel;
  /** VPC that every function runs in. @default - none: functions reach AWS over its public endpoints */
  readonly network?: FunctionNetwork | undefined;
  /** Folder of the project: the functions' sources and the bundles' cache are in it. */
  readonly projectDir: string;
}

/** `retrigger-<environment>-<role>`; what exceeds `maxLength` characters gives way to a hash. */
export function physicalName({ environment }: Pick<AwsDeployment, "environment">, role: string, maxLength = 64): string {
  const name = `retrigger-${environment}-${role}`;
  if (name.length <= maxLength) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, maxLength - hash.length - 1)}-${hash}`;
}

/** How the role of a configured rule begins in its physical name, which that of no other rule does. */
export const RULE_PREFIX = "rule-";

/** The name of an IAM role: IAM knows no regions, so the region is part of it. */
export function roleName(deployment: AwsDeployment, role: string): string {
  return physicalName(deployment, `${role}-${deployment.region}`);
}

/** The name of a queue, at most 80 characters; a FIFO queue's must end in `.fifo`. */
export function queueName(deployment: Pick<AwsDeployment, "environment">, role: string, fifo: boolean): string {
  return fifo ? `${physicalName(deployment, role, 75)}.fifo` : physicalName(deployment, role, 80);
}
