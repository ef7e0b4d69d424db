import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { AwsDeployment } from "./deployment";
import { type PolicyStatement, policyDocument } from "./policy";

const USE: PolicyStatement["Action"] = ["kms:GenerateDataKey*", "kms:Decrypt"];

export interface TopicKeyProps {
  readonly deployment: AwsDeployment;
}

/** A key for topics that EventBridge publishes to, as it may not use AWS's own key. https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
export class TopicKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { deployment }: TopicKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, "Resource", {
      description: `Encrypts what Retrigger tells people, in ${deployment.environment}`,
      enableKeyRotation: true,
      policy: policyDocument(keyStatements(deployment)),
    });
    this.arn = key.arn;
  }
}

/** In the policy of a key, its resource is the key itself. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html */
function keyStatements({ partition, region, accountId }: AwsDeployment): PolicyStatement[] {
  return [
    { Effect: "Allow", Principal: { AWS: `arn:${partition}:iam::${accountId}:root` }, Action: "kms:*", Resource: "*" },
    // EventBridge brings neither account nor rule on its way to an encrypted topic.
    { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: USE, Resource: "*" },
    {
      // As in the policy of AWS's own key: whoever in the account may publish.
      Effect: "Allow",
      Principal: "*",
      Action: USE,
      Resource: "*",
      Condition: {
        StringEquals: { "kms:CallerAccount": accountId },
        StringLike: { "kms:ViaService": `sns.${region}.amazonaws.com*` },
      },
    },
  ];
}
