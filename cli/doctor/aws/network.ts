import { type NetworkNeeds, networkNeeds } from "../../../config/warnings/network";
import type { Check, Report } from "../finding";
import type { AwsAccount } from "./account";
import type { XmlElement } from "./xml-element";

const PERMISSIONS = ["ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcEndpoints", "ec2:DescribeRouteTables"];

/** Whether the VPC leads functions to what they call. */
export const network: Check<AwsAccount> = {
  asks: "Are the subnets and security groups of one VPC, and does it lead to every service that functions call?",
  permissions: PERMISSIONS,
  async look(account, report) {
    const needs = networkNeeds(account.config);
    const { network: named } = account.aws;
    if (needs === undefined || named === undefined) return;
    let vpc: string | undefined;
    await report.look("subnets", "ec2:DescribeSubnets", async () => {
      vpc = await vpcOf(account, report, named.subnets);
    });
    const known = vpc;
    if (known === undefined) return;
    await Promise.all([
      report.look("security groups", "ec2:DescribeSecurityGroups", () =>
        lookAtGroups(account, report, named.securityGroups, known),
      ),
      report.look(`VPC ${known}`, "ec2:DescribeVpcEndpoints and ec2:DescribeRouteTables", () =>
        lookAtWays(account, report, { needs, subnets: named.subnets, vpc: known }),
      ),
    ]);
  },
};

/** The VPC of the subnets; undefined where some are missing, or are of several. */
async function vpcOf({ calls, region }: AwsAccount, report: Report, subnets: readonly string[]): Promise<string | undefined> {
  const answer = await calls.ec2("DescribeSubnets", { "subnet-id": subnets });
  const found = new Map(answer.items("subnetSet").map((subnet) => [subnet.text("subnetId"), subnet]));
  const missing = subnets.filter((id) => !found.has(id));
  for (const id of missing) {
    const cure = `aws ec2 describe-subnets --region ${region} lists those that do; correct aws.network.subnets`;
    report.problem(`subnet ${id}`, `does not exist in ${region}`, cure);
  }
  const vpcs = new Set([...found.values()].map((subnet) => subnet.text("vpcId")));
  const [vpc, ...others] = vpcs;
  if (others.length > 0) {
    const message = `are of ${[...vpcs].join(" and ")}; expected one VPC, which all functions run in`;
    report.problem("subnets", message, "name subnets of one VPC in aws.network.subnets");
  }
  if (missing.length > 0 || others.length > 0) return undefined;
  if (!vpc) throw new Error("EC2 did not say of which VPC the subnets are");
  const zones = new Set([...found.values()].map((subnet) => subnet.text("availabilityZone")));
  if (zones.size > 1) report.inOrder("subnets", `are of ${vpc}, in ${zones.size} availability zones`);
  else
    report.warning(
      "subnets",
      `are in ${[...zones].join()} alone: when it fails, no function runs`,
      "name subnets of several zones",
    );
  return vpc;
}

const HTTPS = 443;

async function lookAtGroups({ calls, region }: AwsAccount, report: Report, groups: readonly string[], vpc: string): Promise<void> {
  const answer = await calls.ec2("DescribeSecurityGroups", { "group-id": groups });
  const found = new Map(answer.items("securityGroupInfo").map((group) => [group.text("groupId"), group]));
  const wrong = groups.filter((id) => found.get(id)?.text("vpcId") !== vpc);
  for (const id of wrong) {
    const own = found.get(id)?.text("vpcId");
    const message = own === undefined ? `does not exist in ${region}` : `is of ${own}; expected the VPC of the subnets, ${vpc}`;
    const cure = `aws ec2 describe-security-groups --region ${region} --filters Name=vpc-id,Values=${vpc}; correct aws.network.securityGroups`;
    report.problem(`security group ${id}`, message, cure);
  }
  if (wrong.length > 0) return;
  if ([...found.values()].some((group) => group.items("ipPermissionsEgress").some(isForHttps))) {
    report.inOrder("security groups", `are of ${vpc}, and let HTTPS out to somewhere`);
    return;
  }
  const cure = `aws ec2 authorize-security-group-egress --region ${region} --group-id ${groups[0]} --protocol tcp --port ${HTTPS} --cidr 0.0.0.0/0, or to the endpoints alone`;
  report.problem("security groups", "let no HTTPS out, so that functions reach nothing", cure);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
function isForHttps(rule: XmlElement): boolean {
  const protocol = rule.text("ipProtocol");
  if (protocol === "-1") return true;
  return protocol === "tcp" && Number(rule.text("fromPort")) <= HTTPS && HTTPS <= Number(rule.text("toPort"));
}

interface Vpc {
  readonly needs: NetworkNeeds;
  readonly subnets: readonly string[];
  readonly vpc: string;
}

async function lookAtWays({ calls, region }: AwsAccount, report: Report, { needs, subnets, vpc }: Vpc): Promise<void> {
  const ofVpc = { "vpc-id": [vpc] };
  const [endpoints, tables] = await Promise.all([
    calls.ec2("DescribeVpcEndpoints", ofVpc).then((answer) => answer.items("vpcEndpointSet")),
    calls.ec2("DescribeRouteTables", ofVpc).then((answer) => answer.items("routeTableSet")),
  ]);
  const tableOf = new Map(subnets.map((subnet) => [subnet, routeTableOf(tables, subnet)]));
  const closed = subnets.filter((subnet) => !tableOf.get(subnet)?.items("routeSet").some(isWayOut));
  if (needs.hasChats && closed.length > 0) {
    const message = `${closed.join(", ")} have no route to a NAT gateway, and no endpoint leads to a webhook: chats are told nothing`;
    report.problem("webhooks of chats", message, "route 0.0.0.0/0 of the subnets to a NAT gateway in a public subnet");
  }
  let isWanting = false;
  for (const { service, kind } of closed.length === 0 ? [] : needs.endpoints) {
    const own = endpoints.filter((one) => one.text("serviceName").endsWith(`.${region}.${service}`));
    const unreached = closed.filter((subnet) => !own.some((endpoint) => isReached(endpoint, tableOf.get(subnet))));
    if (unreached.length === 0) continue;
    isWanting = true;
    const name = own[0]?.text("serviceName") || `com.amazonaws.${region}.${service}`;
    report.problem(
      `endpoint ${name}`,
      `${lackOf(own, kind, vpc)}, and ${unreached.join(", ")} have no route to a NAT gateway: calls wait until the function times out`,
      cureOf(own, { name, kind, region, vpc }, [
        ...new Set(unreached.map((subnet) => tableOf.get(subnet)?.text("routeTableId") ?? "<route table>")),
      ]),
    );
  }
  if (isWanting || (needs.hasChats && closed.length > 0)) return;
  const ways = closed.length === 0 ? "a route out of each subnet" : `${needs.endpoints.length} endpoints`;
  report.inOrder(
    `VPC ${vpc}`,
    `has ${ways}; whether security groups and policies of endpoints let calls through was not looked at`,
  );
}

/** That of the subnet itself, or the main one of its VPC. */
function routeTableOf(tables: readonly XmlElement[], subnet: string): XmlElement | undefined {
  const associated = (is: (association: XmlElement) => boolean) => tables.find((table) => table.items("associationSet").some(is));
  return associated((one) => one.text("subnetId") === subnet) ?? associated((one) => one.text("main") === "true");
}

/** What may lead to the internet. A gateway of it does not: a function has no public address. */
function isWayOut(route: XmlElement): boolean {
  if (route.text("destinationCidrBlock") !== "0.0.0.0/0" || route.text("state") !== "active") return false;
  const others = ["natGatewayId", "transitGatewayId", "networkInterfaceId", "vpcPeeringConnectionId", "localGatewayId"];
  return others.some((target) => route.text(target) !== "") || route.text("gatewayId").startsWith("vgw-");
}

function isReached(endpoint: XmlElement, table: XmlElement | undefined): boolean {
  if (!isAvailable(endpoint)) return false;
  if (!isGateway(endpoint)) return endpoint.text("privateDnsEnabled") === "true";
  return table !== undefined && endpoint.items("routeTableIdSet").some(({ value }) => value === table.text("routeTableId"));
}

function isAvailable(endpoint: XmlElement): boolean {
  return endpoint.text("state").toLowerCase() === "available";
}

function isGateway(endpoint: XmlElement): boolean {
  return endpoint.text("vpcEndpointType").toLowerCase() === "gateway";
}

function lackOf(endpoints: readonly XmlElement[], kind: string, vpc: string): string {
  const [endpoint] = endpoints;
  if (endpoint === undefined) return `does not exist in ${vpc}`;
  if (!isAvailable(endpoint)) return `is ${endpoint.text("state") || "of no known state"}; expected available`;
  return kind === "gateway" ? "is not in their route tables" : "has no private DNS";
}

interface Wanted {
  readonly name: string;
  readonly kind: "gateway" | "interface";
  readonly region: string;
  readonly vpc: string;
}

function cureOf([endpoint]: readonly XmlElement[], { name, kind, region, vpc }: Wanted, tables: readonly string[]): string {
  if (endpoint === undefined) {
    const of =
      kind === "gateway"
        ? `--vpc-endpoint-type Gateway --route-table-ids ${tables.join(" ")}`
        : "--vpc-endpoint-type Interface --subnet-ids <subnets> --security-group-ids <group> --private-dns-enabled";
    return `aws ec2 create-vpc-endpoint --region ${region} --vpc-id ${vpc} --service-name ${name} ${of}`;
  }
  const id = endpoint.text("vpcEndpointId");
  if (!isAvailable(endpoint)) return `aws ec2 describe-vpc-endpoints --region ${region} --vpc-endpoint-ids ${id}`;
  const change = isGateway(endpoint) ? `--add-route-table-ids ${tables.join(" ")}` : "--private-dns-enabled";
  return `aws ec2 modify-vpc-endpoint --region ${region} --vpc-endpoint-id ${id} ${change}`;
}
