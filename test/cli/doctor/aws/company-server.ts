// What an account answers that has all that a company asks for: a boundary, keys, a network and webhooks.
import { configSchema, type DeploymentConfig } from "../../../../config/config";
import { awsError, type LoopbackServer } from "../../../aws/adapters/loopback-server";
import { type Arranged, definition, json, startAccount, UNDEPLOYED, xml } from "./account-server";

export const ACCOUNT = "111122223333";
const REGION = "eu-central-1";
export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const BUCKET_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0987dcba-09fe-87dc-65ba-ab0987654321`;
export const FOREIGN_KEY = `arn:aws:kms:${REGION}:999999999999:key/0987dcba-09fe-87dc-65ba-ab0987654321`;
export const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
export const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:slack-AbCdEf`;
export const PARAMETER = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/teams/webhook`;
export const SUBNETS = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"] as const;
export const GROUP = "sg-0123456789abcdef0";
export const VPC = "vpc-0123456789abcdef0";
const TABLE = "rtb-0123456789abcdef0";

/** A configuration with everything that is looked at here. */
export const COMPANY: DeploymentConfig = companyWith({});

/** Another one, with some of it changed. */
export function companyWith(aws: Readonly<Record<string, unknown>>): DeploymentConfig {
  return configSchema.parse({
    environment: "dev",
    aws: {
      region: REGION,
      allowedAccountIds: [ACCOUNT],
      roles: { permissionsBoundary: BOUNDARY },
      kms: { key: KEY },
      network: { subnets: SUBNETS, securityGroups: [GROUP] },
      buckets: { "acme-flights": { kmsKey: BUCKET_KEY } },
      notifications: { email: ["ada@example.com"], slack: { secret: SECRET }, teams: { secret: PARAMETER } },
      ...aws,
    },
    models: { made: { data: { bucket: "acme-flights", prefixes: ["in/"] }, pipeline: { name: "made-training" } } },
  });
}

export const keyIn = (state: string, more: object = {}) =>
  json({ KeyMetadata: { Arn: KEY, KeyState: state, KeyUsage: "ENCRYPT_DECRYPT", KeySpec: "SYMMETRIC_DEFAULT", ...more } });

const ROOT = { Sid: "Root", Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" };
export const EVENTS = {
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: ["kms:Decrypt", "kms:GenerateDataKey"],
  Resource: "*",
};
const OTHERS = {
  Effect: "Allow",
  Principal: { Service: ["sns.amazonaws.com", "cloudwatch.amazonaws.com", `logs.${REGION}.amazonaws.com`] },
  Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
  Resource: "*",
};

/** The policy of a key, as KMS gives it. */
export const keyPolicy = (statements: readonly object[]) =>
  json({ Policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }), PolicyName: "default" });
export const STATEMENTS: readonly object[] = [ROOT, EVENTS, OTHERS];

export const secretIn = (more: object) => json({ ARN: SECRET, VersionIdsToStages: { a: ["AWSCURRENT"] }, ...more });
export const parameterIn = (more: object) =>
  json({ Parameters: [{ Name: "/teams/webhook", Type: "SecureString", KeyId: "alias/aws/ssm", ...more }] });

/** An answer of EC2. */
export const ec2 = (action: string, content: string) =>
  xml(
    `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${content}</${action}Response>`,
  );
/** A refusal of EC2. */
export const ec2Error = (code: string, status = 403) =>
  xml(
    `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>No &lt;way&gt;.</Message></Error></Errors></Response>`,
    status,
  );

export const subnets = (vpcs: Readonly<Record<string, string>>) =>
  ec2(
    "DescribeSubnets",
    `<subnetSet>${Object.entries(vpcs)
      .map(
        ([id, vpc], index) =>
          `<item><subnetId>${id}</subnetId><vpcId>${vpc}</vpcId><availabilityZone>z${index}</availabilityZone></item>`,
      )
      .join("")}</subnetSet>`,
  );
export const group = (vpc: string, egress = "<item><ipProtocol>-1</ipProtocol></item>") =>
  ec2(
    "DescribeSecurityGroups",
    `<securityGroupInfo><item><groupId>${GROUP}</groupId><vpcId>${vpc}</vpcId><ipPermissionsEgress>${egress}</ipPermissionsEgress></item></securityGroupInfo>`,
  );
export const routes = (route: string) =>
  ec2(
    "DescribeRouteTables",
    `<routeTableSet><item><routeTableId>${TABLE}</routeTableId><routeSet><item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state></item>${route}</routeSet><associationSet><item><main>true</main></item></associationSet></item></routeTableSet>`,
  );
export const NAT =
  "<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><natGatewayId>nat-1</natGatewayId><state>active</state></item>";
const endpointItem = (service: string, more: string) =>
  `<item><vpcEndpointId>vpce-${service}</vpcEndpointId><serviceName>com.amazonaws.${REGION}.${service}</serviceName>${more}</item>`;
const GATEWAY = `<vpcEndpointType>Gateway</vpcEndpointType><state>available</state><routeTableIdSet><item>${TABLE}</item></routeTableIdSet>`;
const INTERFACE = "<vpcEndpointType>Interface</vpcEndpointType><state>available</state><privateDnsEnabled>true</privateDnsEnabled>";
/** All endpoints that a deployment without chats and rollouts needs, with some changed. */
export const endpoints = (changed: Readonly<Record<string, string>> = {}) =>
  ec2(
    "DescribeVpcEndpoints",
    `<vpcEndpointSet>${Object.entries({
      dynamodb: GATEWAY,
      s3: GATEWAY,
      sqs: INTERFACE,
      sns: INTERFACE,
      "sagemaker.api": INTERFACE,
      ...changed,
    })
      .map(([service, more]) => (more === "" ? "" : endpointItem(service, more)))
      .join("")}</vpcEndpointSet>`,
  );

export const policyVersion = (document: string) =>
  xml(
    `<GetPolicyVersionResponse><GetPolicyVersionResult><PolicyVersion><Document>${encodeURIComponent(document)}</Document><VersionId>v3</VersionId></PolicyVersion></GetPolicyVersionResult></GetPolicyVersionResponse>`,
  );

/** What IAM says of each action and thing that it is asked about: `denied` is of those, `missing` the keys it has no value of. */
export const simulation =
  (denied: (action: string, resource: string) => boolean = () => false, missing: readonly string[] = []): Arranged =>
  ({ body }) => {
    const form = new URLSearchParams(body.toString("utf8"));
    const list = (name: string) => [...form].flatMap(([key, value]) => (key.startsWith(`${name}.member.`) ? [value] : []));
    const resources = list("ResourceArns");
    const missed = `<MissingContextValues>${missing.map((key) => `<member>${key}</member>`).join("")}</MissingContextValues>`;
    const results = list("ActionNames").map((action) => {
      const decision = (resource: string) => (denied(action, resource) ? "implicitDeny" : "allowed");
      const each = resources.map(
        (resource) =>
          `<member><EvalResourceName>${resource}</EvalResourceName><EvalResourceDecision>${decision(resource)}</EvalResourceDecision>${missed}</member>`,
      );
      const overall = resources.every((resource) => decision(resource) === "allowed") ? "allowed" : "implicitDeny";
      return `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>${resources[0]}</EvalResourceName><EvalDecision>${overall}</EvalDecision>${missed}<ResourceSpecificResults>${each.join("")}</ResourceSpecificResults></member>`;
    });
    return xml(
      `<SimulateCustomPolicyResponse><SimulateCustomPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>${results.join("")}</EvaluationResults></SimulateCustomPolicyResult></SimulateCustomPolicyResponse>`,
    );
  };

/** What an account in order answers. */
const IN_ORDER: Readonly<Record<string, Arranged>> = {
  ...UNDEPLOYED,
  "DescribePipeline:made-training": definition([]),
  GetPolicy: xml(
    "<GetPolicyResponse><GetPolicyResult><Policy><DefaultVersionId>v3</DefaultVersionId></Policy></GetPolicyResult></GetPolicyResponse>",
  ),
  GetPolicyVersion: policyVersion('{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'),
  SimulateCustomPolicy: simulation(),
  DescribeKey: keyIn("Enabled"),
  GetKeyPolicy: keyPolicy(STATEMENTS),
  GetBucketEncryption: xml(
    `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${BUCKET_KEY}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
  ),
  DescribeSecret: secretIn({}),
  DescribeParameters: parameterIn({}),
  DescribeSubnets: subnets({ [SUBNETS[0]]: VPC, [SUBNETS[1]]: VPC }),
  DescribeSecurityGroups: group(VPC),
  DescribeRouteTables: routes(NAT),
  DescribeVpcEndpoints: endpoints(),
};

/** An account on this machine, in order but for what is arranged. */
export function startCompany(arranged: Readonly<Record<string, Arranged>> = {}): Promise<LoopbackServer> {
  return startAccount({ ...IN_ORDER, ...arranged });
}

/** A refusal as KMS, Secrets Manager and Systems Manager write it. */
export const refused = awsError("AccessDeniedException", "User is not authorized to perform it");
