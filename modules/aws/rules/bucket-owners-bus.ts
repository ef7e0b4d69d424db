import { CloudwatchEventBus } from "@cdktf/provider-aws/lib/cloudwatch-event-bus";
import { CloudwatchEventBusPolicy } from "@cdktf/provider-aws/lib/cloudwatch-event-bus-policy";
import { Construct } from "constructs";
import { ownValue } from "../../../functions/core/json-path";
import { lengthInAws, policyDocument } from "../access/policy";
import { type AwsDeployment, physicalName } from "../deployment";

/**
 * Characters of the policy of an event bus, unless AWS has raised the quota.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export const MAX_BUS_POLICY_CHARACTERS = 10_240;

/** What the name of the bus ends with. */
const BUS = "bucket-owners";

export interface BucketOwnersBusProps {
  readonly deployment: AwsDeployment;
  /** By the name of a bucket of another account, that account's number; at least one. */
  readonly owners: Readonly<Record<string, string>>;
}

/**
 * The event bus that the owners of buckets of other accounts send the events of these buckets to, since S3 tells of an object on
 * the default bus of its bucket's owner alone. These accounts may put events, nobody else.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 */
export class BucketOwnersBus extends Construct {
  /** As text. */
  readonly name: string;
  readonly arn: string;
  /** The name, by which Terraform knows that the bus must be there first. */
  readonly busName: string;
  private readonly owners: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { deployment, owners }: BucketOwnersBusProps) {
    super(scope, id);
    this.owners = owners;
    this.name = physicalName(deployment, BUS);
    const bus = new CloudwatchEventBus(this, "Resource", {
      name: this.name,
      description: "New objects in buckets of other accounts",
    });
    this.arn = bus.arn;
    this.busName = bus.name;
    // Neither `source` nor `account` of an event can be forged, and rules ask for both: EventBridge takes no event of a source
    // `aws.` but from AWS, and names the account itself.
    const policy = busPolicy(deployment, bus.arn, accountsOf(owners));
    new CloudwatchEventBusPolicy(this, "policy", { eventBusName: bus.name, policy });
  }

  /** What EventBridge would refuse of it; nothing as a rule. */
  static problems({ deployment, owners }: BucketOwnersBusProps): string[] {
    const count = accountsOf(owners).length;
    const most = Math.floor(
      (MAX_BUS_POLICY_CHARACTERS - sizeFor(deployment, 0)) / (sizeFor(deployment, 2) - sizeFor(deployment, 1)),
    );
    if (count <= most) return [];
    return [
      `got buckets of ${count} other accounts; expected at most ${most}, as the policy of an event bus holds ${MAX_BUS_POLICY_CHARACTERS} characters; divide the models among environments, so that each has buckets of fewer accounts`,
    ];
  }

  /** Number of the account that owns a bucket; undefined for a bucket of this one. */
  ownerOf(bucket: string): string | undefined {
    return ownValue(this.owners, bucket);
  }
}

function accountsOf(owners: BucketOwnersBusProps["owners"]): string[] {
  return [...new Set(Object.values(owners))].sort();
}

function busPolicy({ partition }: AwsDeployment, busArn: string, accounts: readonly string[]): string {
  return policyDocument([
    {
      Sid: "PutEvents",
      Effect: "Allow",
      Principal: { AWS: accounts.map((account) => `arn:${partition}:iam::${account}:root`) },
      Action: "events:PutEvents",
      Resource: busArn,
    },
  ]);
}

/** Characters of the policy for as many accounts. */
function sizeFor(deployment: AwsDeployment, accounts: number): number {
  const { partition, region, accountId } = deployment;
  const arn = `arn:${partition}:events:${region}:${accountId}:event-bus/${physicalName(deployment, BUS)}`;
  return lengthInAws(busPolicy(deployment, arn, Array(accounts).fill("0".repeat(12))), accountId);
}
