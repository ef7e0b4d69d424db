import type { AwsDeployment } from "../deployment";
import type { PolicyStatement } from "./policy";

/** What Lambda calls by the function's role to run it in a VPC. */
const INTERFACE_ACTIONS = ["ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"] as const;

/**
 * Lets Lambda, by the function's role, make and remove the network interfaces of a function in a VPC, and forbids the function's
 * own code the same. Nothing without a network.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function networkPermissions(deployment: AwsDeployment, functionName: string): PolicyStatement[] {
  const { network, partition, region, accountId } = deployment;
  if (network === undefined) return [];
  const inAccount = (account: string) => `arn:${partition}:ec2:${region}:${account}`;
  return [
    {
      Effect: "Allow",
      Action: "ec2:CreateNetworkInterface",
      Resource: [
        `${inAccount(accountId)}:network-interface/*`,
        // Of any account, as a subnet that is shared with this one belongs to another.
        ...network.subnets.map((id) => `${inAccount("*")}:subnet/${id}`),
        ...network.securityGroups.map((id) => `${inAccount("*")}:security-group/${id}`),
      ],
    },
    // Lambda refuses a role that may delete interfaces only by `network-interface/*`: it wants all ids, of every type.
    { Effect: "Allow", Action: INTERFACE_ACTIONS, Resource: `${inAccount(accountId)}:*/*` },
    // EC2 knows no resource for either.
    { Effect: "Allow", Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], Resource: "*" },
    {
      Effect: "Deny",
      Action: ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", ...INTERFACE_ACTIONS],
      Resource: "*",
      // Calls of the function's code have it, those of Lambda itself do not.
      Condition: {
        ArnEquals: { "lambda:SourceFunctionArn": `arn:${partition}:lambda:${region}:${accountId}:function:${functionName}` },
      },
    },
  ];
}
