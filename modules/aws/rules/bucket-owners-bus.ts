import { CloudwatchEventBus } from "@cdktf/provider-aws/lib/cloudwatch-event-bus";
import { CloudwatchEventBusPolicy } from "@cdktf/provider-aws/lib/cloudwatch-event-bus-policy";
import { Construct } from "constructs";
import { ownValue } from "../../../functions/core/json-path";
import { policyDocument } from "../access/policy";
import { type AwsDeployment, physicalName } from "../deployment";

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
    this.name = physicalName(deployment, "bucket-owners");
    const bus = new CloudwatchEventBus(this, "Resource", {
      name: this.name,
      description: "New objects in buckets of other accounts",
    });
    this.arn = bus.arn;
    this.busName = bus.name;
    const accounts = [...new Set(Object.values(owners))].sort();
    // Neither `source` nor `account` of an event can be forged, and rules ask for both: EventBridge takes no event of a source
    // `aws.` but from AWS, and names the account itself.
    const policy = policyDocument(
      accounts.map((account) => ({
        Sid: `PutEvents${account}`,
        Effect: "Allow",
        Principal: { AWS: `arn:${deployment.partition}:iam::${account}:root` },
        Action: "events:PutEvents",
        Resource: bus.arn,
      })),
    );
    new CloudwatchEventBusPolicy(this, "policy", { eventBusName: bus.name, policy });
  }

  /** Number of the account that owns a bucket; undefined for a bucket of this one. */
  ownerOf(bucket: string): string | undefined {
    return ownValue(this.owners, bucket);
  }
}
