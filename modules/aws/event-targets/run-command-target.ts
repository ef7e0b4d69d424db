import type { RuleTarget } from "../../../functions/core/event-rules/event-rule";
import type { AwsDeployment } from "../deployment";
import type { PolicyStatement } from "../policy";
import { type TargetDelivery, transformed } from "./target-delivery";

type RunCommand = Extract<RuleTarget, { type: "run-command" }>;

/** Only AWS names a document so: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html */
const NAME_OF_AWS = /^(?:aws|amazon|amzn)/i;

/** Runs a command document of Systems Manager on the selected instances. */
export function runCommandTarget(deployment: AwsDeployment, target: RunCommand): TargetDelivery {
  const { partition, region, accountId } = deployment;
  const { document, key, values, input } = target;
  const owner = NAME_OF_AWS.test(document) ? "" : accountId;
  const arn = `arn:${partition}:ssm:${region}:${owner}:document/${document}`;
  return {
    attributes: { arn, ...transformed(input), runCommandTargets: [{ key, values: [...values] }] },
    access: {
      by: "role",
      resource: JSON.stringify([document, key, values]),
      statements: [{ Effect: "Allow", Action: "ssm:SendCommand", Resource: arn }, ...instanceStatements(deployment, target)],
    },
  };
}

/** Allows these instances alone, or those with the tag. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html */
function instanceStatements({ partition, region, accountId }: AwsDeployment, { key, values }: RunCommand): PolicyStatement[] {
  const arnOf = (id: string) =>
    id.startsWith("mi-")
      ? `arn:${partition}:ssm:${region}:${accountId}:managed-instance/${id}`
      : `arn:${partition}:ec2:${region}:${accountId}:instance/${id}`;
  if (key === "InstanceIds") return [{ Effect: "Allow", Action: "ssm:SendCommand", Resource: values.map(arnOf) }];
  return [
    {
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: arnOf("*"),
      Condition: { StringEquals: { [`ec2:ResourceTag/${key.slice("tag:".length)}`]: values } },
    },
  ];
}
