import type { Answer } from "../../../aws/adapters/loopback-server";
import { xml } from "./account-server";
import { ec2, ec2Error, endpoints, GROUP, group, NAT, routes, SUBNETS, subnets, VPC } from "./company-server";
import { type Broken, describeCompany, type Provoked, type Refused } from "./describe-company";

const page: Answer = { status: 200, body: "<!DOCTYPE html><html><body>Sign in</body></html>", type: "text/html" };

const PROVOKED: readonly Provoked[] = [
  [
    "a subnet that is not there",
    { DescribeSubnets: subnets({ [SUBNETS[0]]: VPC }) },
    "problem",
    `subnet ${SUBNETS[1]}`,
    /does not exist in eu-central-1/,
    /aws\.network\.subnets/,
  ],
  [
    "subnets of two VPCs",
    { DescribeSubnets: subnets({ [SUBNETS[0]]: VPC, [SUBNETS[1]]: "vpc-2" }) },
    "problem",
    "subnets",
    /are of vpc-0123456789abcdef0 and vpc-2; expected one VPC/,
    /one VPC/,
  ],
  [
    "a security group that is not there",
    { DescribeSecurityGroups: ec2("DescribeSecurityGroups", "<securityGroupInfo/>") },
    "problem",
    `security group ${GROUP}`,
    /does not exist/,
    /describe-security-groups/,
  ],
  [
    "a security group of another VPC",
    { DescribeSecurityGroups: group("vpc-2") },
    "problem",
    `security group ${GROUP}`,
    /is of vpc-2; expected the VPC of the subnets/,
    /securityGroups/,
  ],
  [
    "a security group that lets nothing out",
    {
      DescribeSecurityGroups: group(VPC, "<item><ipProtocol>tcp</ipProtocol><fromPort>5432</fromPort><toPort>5432</toPort></item>"),
    },
    "problem",
    "security groups",
    /let no HTTPS out/,
    /authorize-security-group-egress/,
  ],
  [
    "chats without a way to the internet",
    { DescribeRouteTables: routes(""), DescribeVpcEndpoints: endpoints({ secretsmanager: INTERFACE(), ssm: INTERFACE() }) },
    "problem",
    "webhooks of chats",
    /have no route to a NAT gateway/,
    /0\.0\.0\.0\/0/,
  ],
  [
    "a VPC without an endpoint",
    { DescribeRouteTables: routes(NAT.replace("active", "blackhole")), DescribeVpcEndpoints: endpoints({ sqs: "" }) },
    "problem",
    "endpoint com.amazonaws.eu-central-1.sqs",
    /does not exist in vpc-.*calls wait until the function times out/,
    /^aws ec2 create-vpc-endpoint .*--service-name com\.amazonaws\.eu-central-1\.sqs --vpc-endpoint-type Interface/,
    { notifications: {} },
  ],
  [
    "an endpoint without private DNS, and a gateway of the internet",
    {
      DescribeRouteTables: routes(NAT.replace("<natGatewayId>nat-1</natGatewayId>", "<gatewayId>igw-1</gatewayId>")),
      DescribeVpcEndpoints: endpoints({ sns: INTERFACE("available", false) }),
    },
    "problem",
    "endpoint com.amazonaws.eu-central-1.sns",
    /has no private DNS/,
    /modify-vpc-endpoint .*--private-dns-enabled/,
    { notifications: {} },
  ],
  [
    "a gateway endpoint that is not in the route table",
    {
      DescribeRouteTables: routes(""),
      DescribeVpcEndpoints: endpoints({
        dynamodb:
          "<vpcEndpointType>Gateway</vpcEndpointType><state>available</state><routeTableIdSet><item>rtb-9</item></routeTableIdSet>",
      }),
    },
    "problem",
    "endpoint com.amazonaws.eu-central-1.dynamodb",
    /is not in their route tables/,
    /--add-route-table-ids rtb-0123456789abcdef0$/,
    { notifications: {} },
  ],
  [
    "an endpoint that waits for somebody",
    { DescribeRouteTables: routes(""), DescribeVpcEndpoints: endpoints({ sqs: INTERFACE("pendingAcceptance") }) },
    "problem",
    "endpoint com.amazonaws.eu-central-1.sqs",
    /is pendingAcceptance; expected available/,
    /describe-vpc-endpoints/,
    { notifications: {} },
  ],
];

const REFUSED: readonly Refused[] = [
  ["DescribeSubnets", ec2Error("UnauthorizedOperation"), "subnets", "ec2:DescribeSubnets"],
  ["DescribeSecurityGroups", ec2Error("UnauthorizedOperation"), "security groups", "ec2:DescribeSecurityGroups"],
  ["DescribeRouteTables", ec2Error("UnauthorizedOperation"), `VPC ${VPC}`, "ec2:DescribeVpcEndpoints and ec2:DescribeRouteTables"],
];

const BROKEN: readonly Broken[] = [
  ["DescribeSubnets", page],
  ["DescribeSubnets", xml("<DescribeSubnetsResponse><subnetSet>")],
  ["DescribeSubnets", ec2("DescribeSubnets", "<nextToken>more</nextToken>")],
  ["DescribeVpcEndpoints", xml("<!DOCTYPE a [<!ENTITY b 'c'>]><DescribeVpcEndpointsResponse/>")],
];

describeCompany("a network", { provoked: PROVOKED, refused: REFUSED, broken: BROKEN });

// Helpers

function INTERFACE(state = "available", isPrivate = true): string {
  return `<vpcEndpointType>Interface</vpcEndpointType><state>${state}</state><privateDnsEnabled>${isPrivate}</privateDnsEnabled>`;
}
