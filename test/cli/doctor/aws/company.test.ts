import { awsClients } from "../../../../cli/doctor/aws/account";
import { examineAws } from "../../../../cli/doctor/aws/examine-aws";
import { plannedStack } from "../../../../cli/doctor/aws/planned-stack";
import { type Finding, type Level, Pace } from "../../../../cli/doctor/finding";
import type { PlannedStack } from "../../../../cli/plan/synthesise";
import type { DeploymentConfig } from "../../../../config/config";
import { type Answer, awsError, CLIENT, type LoopbackServer } from "../../../aws/adapters/loopback-server";
import { type Arranged, encrypting, formError, json, NOW, xml } from "./account-server";
import {
  ACCOUNT,
  BOUNDARY,
  BUCKET_KEY,
  COMPANY,
  companyWith,
  EVENTS,
  ec2,
  ec2Error,
  endpoints,
  FOREIGN_KEY,
  GROUP,
  group,
  KEY,
  keyIn,
  keyPolicy,
  NAT,
  PARAMETER,
  parameterIn,
  policyVersion,
  refused,
  routes,
  SECRET,
  STATEMENTS,
  SUBNETS,
  secretIn,
  simulation,
  startCompany,
  subnets,
  VPC,
} from "./company-server";

/** Of these checks alone. */
const CHECKS = ["credentials", "boundary", "keys", "bucket-keys", "network", "webhooks"];

const withoutEvents = STATEMENTS.filter((statement) => statement !== EVENTS);
const conditioned = (condition: object) => keyPolicy([...withoutEvents, { ...EVENTS, Condition: condition }]);
const [ROOT_STATEMENT] = STATEMENTS;
const notFound = awsError("NotFoundException", "it does not exist");

/** What is arranged, what is found, of what kind, and what cures it. */
const PROVOKED: readonly (readonly [
  what: string,
  arranged: Record<string, Arranged>,
  level: Level,
  about: string,
  message: RegExp,
  cure: RegExp,
  aws?: Record<string, unknown>,
])[] = [
  [
    "an account that is not allowed",
    {},
    "problem",
    "credentials",
    /account 111122223333; expected one of aws\.allowedAccountIds, 444455556666/,
    /AWS_PROFILE/,
    { allowedAccountIds: ["444455556666"] },
  ],
  [
    "a boundary that is not there",
    { GetPolicy: formError("NoSuchEntity", "Policy was not found.", 404) },
    "problem",
    `boundary ${BOUNDARY}`,
    /does not exist, so no role can be created/,
    /permissionsBoundary/,
  ],
  [
    "a boundary of another account",
    {},
    "problem",
    "boundary arn:aws:iam::999999999999:policy/b",
    /is of the account 999999999999; expected one of 111122223333/,
    /permissionsBoundary/,
    { roles: { permissionsBoundary: "arn:aws:iam::999999999999:policy/b" } },
  ],
  [
    "a boundary that forbids an action",
    { SimulateCustomPolicy: simulation((action) => action === "sagemaker:StartPipelineExecution") },
    "problem",
    "role retrigger-dev-coordinator-eu-central-1",
    /forbids sagemaker:StartPipelineExecution, such as on arn:aws:sagemaker:eu-central-1:111122223333:pipeline\/made-training/,
    /allow the actions of sagemaker in arn:aws:iam::111122223333:policy\/boundary/,
  ],
  [
    "a boundary that forbids a thing",
    { SimulateCustomPolicy: simulation((_, resource) => resource === KEY) },
    "problem",
    "role retrigger-dev-batcher-eu-central-1",
    /forbids kms:Decrypt.*, such as on arn:aws:kms/,
    /allow the actions of kms/,
  ],
  [
    "a boundary with a condition on what is not known",
    { SimulateCustomPolicy: simulation((action) => action === "sns:Publish", ["aws:PrincipalTag/team"]) },
    "warning",
    "role retrigger-dev-coordinator-eu-central-1",
    /^not known: whether .* allows sns:Publish, as it depends on aws:PrincipalTag\/team/,
    /compare the condition/,
  ],
  [
    "a key that is not there",
    { [`DescribeKey:${KEY}`]: notFound },
    "problem",
    `key ${KEY}`,
    /does not exist/,
    /correct aws\.kms\.key/,
  ],
  [
    "a key that will be deleted",
    { [`DescribeKey:${KEY}`]: keyIn("PendingDeletion", { DeletionDate: 1.7e9 }) },
    "problem",
    `key ${KEY}`,
    /is PendingDeletion/,
    /aws kms cancel-key-deletion --region eu-central-1 --key-id arn/,
  ],
  [
    "a key that is disabled",
    { [`DescribeKey:${KEY}`]: keyIn("Disabled") },
    "problem",
    `key ${KEY}`,
    /is Disabled/,
    /aws kms enable-key/,
  ],
  [
    "a key whose material is missing",
    { [`DescribeKey:${KEY}`]: keyIn("PendingImport") },
    "problem",
    `key ${KEY}`,
    /is PendingImport; expected Enabled/,
    /describe-key/,
  ],
  [
    "a key that signs",
    { [`DescribeKey:${BUCKET_KEY}`]: keyIn("Enabled", { KeyUsage: "SIGN_VERIFY", KeySpec: "RSA_2048" }) },
    "problem",
    `key ${BUCKET_KEY}`,
    /is RSA_2048, for SIGN_VERIFY; expected SYMMETRIC_DEFAULT/,
    /symmetric key in aws\.buckets\.acme-flights\.kmsKey/,
  ],
  [
    "the key of everything in another account",
    {},
    "problem",
    `key ${FOREIGN_KEY}`,
    /is of the account 999999999999; expected one of 111122223333/,
    /aws\.kms\.key/,
    { allowedAccountIds: [], kms: { key: FOREIGN_KEY } },
  ],
  [
    "a key of a bucket's owner, whose policy nobody sees",
    { [`DescribeKey:${FOREIGN_KEY}`]: keyIn("Enabled"), GetBucketEncryption: encryptedWith(FOREIGN_KEY) },
    "warning",
    `key ${FOREIGN_KEY}`,
    /^not known: what its policy says/,
    /ask its owner/,
    { buckets: { "acme-flights": { kmsKey: FOREIGN_KEY } } },
  ],
  [
    "a key that does not let EventBridge in",
    { [`GetKeyPolicy:${KEY}`]: keyPolicy(withoutEvents) },
    "problem",
    `key ${KEY}`,
    /does not allow kms:Decrypt, kms:GenerateDataKey to events\.amazonaws\.com/,
    /retrigger key-policy/,
  ],
  [
    "a condition that makes messages vanish",
    { [`GetKeyPolicy:${KEY}`]: conditioned({ StringEquals: { "aws:SourceAccount": ACCOUNT } }) },
    "problem",
    `key ${KEY}`,
    /to events\.amazonaws\.com with a condition on aws:sourceaccount alone.*its messages vanish/,
    /remove the condition/,
  ],
  [
    "another condition than is known",
    { [`GetKeyPolicy:${KEY}`]: conditioned({ StringEquals: { "kms:ViaService": "sqs.eu-central-1.amazonaws.com" } }) },
    "warning",
    `key ${KEY}`,
    /^not known: its policy allows .* with a condition on kms:viaservice/,
    /key-policy/,
  ],
  [
    "a policy that denies",
    { [`GetKeyPolicy:${KEY}`]: keyPolicy([...STATEMENTS, { ...EVENTS, Effect: "Deny", Action: "kms:Decrypt" }]) },
    "problem",
    `key ${KEY}`,
    /denies kms:Decrypt to events\.amazonaws\.com/,
    /take that out/,
  ],
  [
    "a policy that names roles alone",
    {
      [`GetKeyPolicy:${BUCKET_KEY}`]: keyPolicy([
        { ...ROOT_STATEMENT, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/retrigger-dev-batcher-eu-central-1` } },
      ]),
    },
    "warning",
    `key ${BUCKET_KEY}`,
    /^not known: .* to some of the account by name alone/,
    /see that all roles/,
  ],
  [
    "a policy that lets the account in for nothing",
    { [`GetKeyPolicy:${BUCKET_KEY}`]: keyPolicy([{ ...ROOT_STATEMENT, Action: ["kms:Describe*", "kms:PutKeyPolicy"] }]) },
    "problem",
    `key ${BUCKET_KEY}`,
    /does not allow kms:Decrypt.* to arn:aws:iam::111122223333:root/,
    /docs\/enterprise\.md/,
  ],
  [
    "a bucket with a key that is not named",
    { GetBucketEncryption: encryptedWith(BUCKET_KEY) },
    "problem",
    "encryption of acme-flights",
    /which the configuration does not name, so that no role may read/,
    new RegExp(`^set aws\\.buckets\\.acme-flights\\.kmsKey: ${BUCKET_KEY}, and apply$`),
    { kms: undefined, buckets: {} },
  ],
  [
    "a bucket with another key",
    { GetBucketEncryption: encryptedWith(FOREIGN_KEY) },
    "problem",
    "encryption of acme-flights",
    /is with arn:aws:kms:eu-central-1:999999999999.*; the configuration names/,
    /^set aws\.buckets/,
  ],
  [
    "a bucket with a key that is an alias of nothing",
    { GetBucketEncryption: encryptedWith("alias/gone"), "DescribeKey:alias/gone": notFound },
    "problem",
    "encryption of acme-flights",
    /alias\/gone, which does not exist/,
    /get-bucket-encryption/,
  ],
  [
    "a bucket without the key that is named",
    { GetBucketEncryption: encrypting("<SSEAlgorithm>AES256</SSEAlgorithm>") },
    "warning",
    "encryption of acme-flights",
    /is AES256, while aws\.buckets\.acme-flights\.kmsKey names a key/,
    /default encryption/,
  ],
  [
    "another account's bucket with the key of AWS there",
    { GetBucketEncryption: encrypting("<SSEAlgorithm>aws:kms</SSEAlgorithm>") },
    "problem",
    "encryption of acme-flights",
    /AWS's own key of the account 999999999999/,
    /owner/,
    { buckets: { "acme-flights": { account: "999999999999" } } },
  ],
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
  [
    "a secret that is not there",
    { DescribeSecret: awsError("ResourceNotFoundException", "Secrets Manager can't find it.") },
    "problem",
    "webhook of slack",
    /its secret does not exist/,
    /aws\.notifications\.slack\.secret/,
  ],
  [
    "a secret that will be deleted",
    { DescribeSecret: secretIn({ DeletedDate: 1.7e9 }) },
    "problem",
    "webhook of slack",
    /is scheduled for deletion/,
    /restore-secret/,
  ],
  [
    "a secret without a value",
    { DescribeSecret: secretIn({ VersionIdsToStages: {} }) },
    "problem",
    "webhook of slack",
    /has no value/,
    /put-secret-value/,
  ],
  [
    "a secret with a key that the function may not use",
    { DescribeSecret: secretIn({ KmsKeyId: BUCKET_KEY }) },
    "problem",
    "webhook of slack",
    /which the function may not use/,
    /^set aws\.notifications\.slack\.kmsKey: arn/,
  ],
  [
    "a secret of another region",
    {},
    "problem",
    "webhook of slack",
    /is in us-east-1; expected eu-central-1/,
    /slack\.secret/,
    { notifications: { slack: { secret: SECRET.replace("eu-central-1", "us-east-1") } } },
  ],
  [
    "a secret of another account without a key",
    {},
    "problem",
    "webhook of slack",
    /AWS's own key does not let another account in/,
    /slack\.kmsKey/,
    { notifications: { slack: { secret: SECRET.replace(ACCOUNT, "999999999999") } } },
  ],
  [
    "a parameter of another account",
    {},
    "problem",
    "webhook of teams",
    /is a parameter of the account 999999999999/,
    /teams\.secret/,
    { notifications: { teams: { secret: PARAMETER.replace(ACCOUNT, "999999999999") } } },
  ],
  [
    "a parameter that is not there",
    { DescribeParameters: json({ Parameters: [] }) },
    "problem",
    "webhook of teams",
    /does not exist/,
    /put-parameter/,
  ],
  [
    "a parameter that is not encrypted",
    { DescribeParameters: parameterIn({ Type: "String" }) },
    "warning",
    "webhook of teams",
    /is a String/,
    /SecureString/,
  ],
  [
    "a parameter with a key that is an alias of another",
    { DescribeParameters: parameterIn({ KeyId: "alias/own" }), "DescribeKey:alias/own": keyIn("Enabled", { Arn: BUCKET_KEY }) },
    "problem",
    "webhook of teams",
    /is encrypted with arn.*0987dcba/,
    /teams\.kmsKey/,
  ],
];

/** What is refused, what could not be looked at then, and the permission that it takes. */
const REFUSED: readonly (readonly [action: string, answer: Answer, about: string, permission: string])[] = [
  ["GetPolicy", formError("AccessDenied", "no"), `boundary ${BOUNDARY}`, "iam:GetPolicy and iam:GetPolicyVersion"],
  ["GetPolicyVersion", formError("AccessDenied", "no"), `boundary ${BOUNDARY}`, "iam:GetPolicy and iam:GetPolicyVersion"],
  ["SimulateCustomPolicy", formError("AccessDenied", "no"), `boundary ${BOUNDARY}`, "iam:SimulateCustomPolicy"],
  [`DescribeKey:${KEY}`, refused, `key ${KEY}`, "kms:DescribeKey"],
  [`GetKeyPolicy:${KEY}`, refused, `key ${KEY}`, "kms:GetKeyPolicy"],
  [
    "GetBucketEncryption",
    xml("<Error><Code>AccessDenied</Code><Message>no</Message></Error>", 403),
    "encryption of acme-flights",
    "s3:GetEncryptionConfiguration",
  ],
  ["DescribeSubnets", ec2Error("UnauthorizedOperation"), "subnets", "ec2:DescribeSubnets"],
  ["DescribeSecurityGroups", ec2Error("UnauthorizedOperation"), "security groups", "ec2:DescribeSecurityGroups"],
  ["DescribeRouteTables", ec2Error("UnauthorizedOperation"), `VPC ${VPC}`, "ec2:DescribeVpcEndpoints and ec2:DescribeRouteTables"],
  ["DescribeSecret", refused, "webhook of slack", "secretsmanager:DescribeSecret"],
  ["DescribeParameters", refused, "webhook of teams", "ssm:DescribeParameters"],
];

const page: Answer = { status: 200, body: "<!DOCTYPE html><html><body>Sign in</body></html>", type: "text/html" };

describe("examineAws, of what a company asks for", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  async function found(arranged: Readonly<Record<string, Arranged>>, config: DeploymentConfig = COMPANY): Promise<Finding[]> {
    server = await startCompany(arranged);
    const clients = awsClients({ ...CLIENT, endpoint: server.endpoint });
    const { findings } = await examineAws(
      config,
      new Pace(NOW + 120_000, () => NOW),
      async () => plannedFor(config),
      clients,
      () => NOW,
    );
    return findings.filter(({ check }) => CHECKS.includes(check));
  }

  it("should find nothing wrong with an account in order, and have looked at everything", async () => {
    const findings = await found({});

    expect(findings.filter(({ level }) => level !== "in-order")).toEqual([]);
    expect(new Set(findings.map(({ check }) => check))).toEqual(new Set(CHECKS));
  });

  it("should sign what it asks for, for the service that it asks, and read no secret", async () => {
    await found({});

    const asked = (server?.received ?? []).map(({ headers }) => ({
      target: String(headers["x-amz-target"] ?? ""),
      scope: /Credential=test\/\d{8}\/([^,]+)/.exec(String(headers.authorization))?.[1],
    }));
    expect(asked).toContainEqual({ target: "TrentService.DescribeKey", scope: "eu-central-1/kms/aws4_request" });
    expect(asked).toContainEqual({ target: "secretsmanager.DescribeSecret", scope: "eu-central-1/secretsmanager/aws4_request" });
    expect(asked).toContainEqual({ target: "AmazonSSM.DescribeParameters", scope: "eu-central-1/ssm/aws4_request" });
    expect(asked).toContainEqual({ target: "", scope: "eu-central-1/ec2/aws4_request" });
    expect(asked.filter(({ target }) => /GetSecretValue|GetParameter\b/.test(target))).toEqual([]);
  });

  it("should ask for none of it where none is configured", async () => {
    const none = { allowedAccountIds: [], roles: {}, kms: undefined, network: undefined, buckets: {}, notifications: {} };

    const findings = await found({ GetBucketEncryption: encrypting("<SSEAlgorithm>AES256</SSEAlgorithm>") }, companyWith(none));

    expect(findings.map(({ level, check }) => `${level} ${check}`)).toEqual(["in-order credentials", "in-order bucket-keys"]);
  });

  it.each(PROVOKED.map((one) => ({ what: one[0], one })))("should find $what", async ({ one }) => {
    const [, arranged, level, about, message, cure, aws] = one;
    const findings = await found(arranged, aws === undefined ? COMPANY : companyWith(aws));

    expect(findings.filter((one) => one.level === level)).toContainEqual(
      expect.objectContaining({ about, message: expect.stringMatching(message), cure: expect.stringMatching(cure) }),
    );
    // what is found is not in order, too
    expect(findings.filter((one) => one.about === about && one.level === "in-order")).toEqual([]);
  });

  it.each(REFUSED)("should say that it could not look where %s is refused", async (action, answer, about, permission) => {
    const findings = await found({ [action]: answer });

    const unseen = findings.filter(({ level }) => level === "not-looked-at");
    const cure = `allow ${permission} to your identity; docs/doctor.md has the whole policy`;
    expect(unseen).toContainEqual(expect.objectContaining({ about, cure, message: expect.stringContaining("not allowed") }));
    expect(findings.filter((one) => one.about === about && one.level === "in-order")).toEqual([]);
    expect(findings.filter(({ level }) => level === "problem")).toEqual([]);
  });

  it.each([
    [`DescribeKey:${KEY}`, json({})],
    [`DescribeKey:${KEY}`, page],
    [`DescribeKey:${KEY}`, "hang up" as const],
    [`GetKeyPolicy:${KEY}`, json({ Policy: "{" })],
    [`GetKeyPolicy:${KEY}`, json({ Policy: JSON.stringify({ Statement: [{ Effect: "Maybe", Action: "kms:*" }] }) })],
    [`GetKeyPolicy:${KEY}`, json({ Policy: null })],
    ["GetPolicyVersion", policyVersion("[]")],
    ["GetPolicyVersion", xml("<GetPolicyVersionResponse/>")],
    ["SimulateCustomPolicy", xml("<SimulateCustomPolicyResponse/>")],
    [
      "SimulateCustomPolicy",
      xml(
        "<SimulateCustomPolicyResponse><SimulateCustomPolicyResult><EvaluationResults/></SimulateCustomPolicyResult></SimulateCustomPolicyResponse>",
      ),
    ],
    ["DescribeSubnets", page],
    ["DescribeSubnets", xml("<DescribeSubnetsResponse><subnetSet>")],
    ["DescribeSubnets", ec2("DescribeSubnets", "<nextToken>more</nextToken>")],
    ["DescribeVpcEndpoints", xml("<!DOCTYPE a [<!ENTITY b 'c'>]><DescribeVpcEndpointsResponse/>")],
    ["DescribeSecret", json([])],
    ["DescribeParameters", json({ Parameters: "none" })],
    ["GetBucketEncryption", xml("")],
  ] as const)("should not take a broken answer to %s for a good one", async (action, answer) => {
    const findings = await found({ [action]: answer });

    expect(new Set(findings.map(({ level }) => level))).toEqual(new Set(["in-order", "not-looked-at"]));
  });

  it("should wait for a service that is busy", async () => {
    let calls = 0;
    const busy = () => (++calls < 3 ? awsError("ThrottlingException", "Rate exceeded") : keyIn("Enabled"));

    const findings = await found({ [`DescribeKey:${KEY}`]: busy });

    expect(findings.filter(({ level }) => level !== "in-order")).toEqual([]);
    expect(calls).toBe(3);
  });

  it("should not take a bucket that is not of the account for one that it may look at", async () => {
    const foreign = companyWith({ buckets: { "acme-flights": { account: "999999999999", kmsKey: BUCKET_KEY } } });
    server = await startCompany({ "HeadBucket:acme-flights": { status: 403, body: "" } });
    const clients = awsClients({ ...CLIENT, endpoint: server.endpoint });

    const { findings } = await examineAws(
      foreign,
      new Pace(NOW + 120_000, () => NOW),
      async () => plannedFor(foreign),
      clients,
      () => NOW,
    );

    const heads = server.received.filter(({ method }) => method === "HEAD");
    expect(heads.map(({ headers }) => headers["x-amz-expected-bucket-owner"])).toEqual(["999999999999"]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        level: "not-looked-at",
        about: "bucket acme-flights",
        message: expect.stringContaining("not of the account 999999999999"),
      }),
    );
  });
});

// Helpers

/** Synthesised once for each configuration, which takes a second. */
const PLANNED = new Map<string, PlannedStack>();

function plannedFor(config: DeploymentConfig): PlannedStack {
  const key = JSON.stringify(config);
  const planned = PLANNED.get(key) ?? plannedStack(config, ".");
  PLANNED.set(key, planned);
  return planned;
}

function INTERFACE(state = "available", isPrivate = true): string {
  return `<vpcEndpointType>Interface</vpcEndpointType><state>${state}</state><privateDnsEnabled>${isPrivate}</privateDnsEnabled>`;
}

function encryptedWith(key: string): Answer {
  return encrypting(`<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${key}</KMSMasterKeyID>`);
}
