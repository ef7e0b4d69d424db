import { PARTITIONS } from "../../../functions/core/state-layout";
import { type AwsDeployment, keyTags, physicalName } from "../deployment";
import { DEPLOYER_ACTIONS, type DeployerScope } from "./deployer-actions";
import { useKey } from "./people-policies";
import type { PolicyStatement } from "./policy";
import { policyDocuments } from "./policy-documents";

export interface DeployerPoliciesProps {
  readonly deployment: Pick<AwsDeployment, "environment" | "namePrefix" | "region" | "accountId" | "partition">;
  /** Types of resources that the deployment has, such as `aws_sqs_queue`. */
  readonly types: ReadonlySet<string>;
  /** Names of the buckets that are created or changed. */
  readonly buckets: readonly string[];
  /** Names of the pipelines that are created. */
  readonly pipelines: readonly string[];
  /** ARNs of the roles that created pipelines and monitoring jobs run as. */
  readonly pipelineRoles: readonly string[];
  /** ARNs of existing topics that queues subscribe to. */
  readonly topics: readonly string[];
  /** ARNs of existing functions that rules may invoke. */
  readonly functions: readonly string[];
  /** Path of roles and policies, which begins and ends with `/`. */
  readonly path: string;
  /** ARN of the permissions boundary of every role. @default - roles may be created without one */
  readonly permissionsBoundary?: string | undefined;
  /** ARN of the key that everything is encrypted with. @default - AWS's own keys */
  readonly kmsKey?: string | undefined;
  /** Whether functions run in a VPC. */
  readonly hasNetwork: boolean;
}

/**
 * The policies of whoever applies and destroys a deployment, each short enough for a managed policy of IAM: what Terraform calls
 * for the types of resources that the deployment has, on its own names.
 * @throws Error for a type of resource that DEPLOYER_ACTIONS does not have
 */
export function deployerPolicies(props: DeployerPoliciesProps): string[] {
  const statements = [...typeStatements(props), ...boundaryStatements(props), ...networkStatements(props), ...keyStatements(props)];
  return policyDocuments(statements, props.deployment.accountId);
}

function typeStatements(props: DeployerPoliciesProps): PolicyStatement[] {
  const byScope = new Map<DeployerScope, Set<string>>();
  for (const type of [...props.types].sort()) {
    for (const [scope, actions] of scopesOf(type)) {
      byScope.set(scope, new Set([...(byScope.get(scope) ?? []), ...actions]));
    }
  }
  const scopes = [...byScope].sort(([a], [b]) => Number(a > b) - Number(a < b));
  return scopes.flatMap(([scope, actions]): PolicyStatement[] => {
    const { resources, condition } = extentOf(scope, props);
    if (resources.length === 0) return [];
    return [{ Effect: "Allow", Action: [...actions].sort(), Resource: resources, ...(condition && { Condition: condition }) }];
  });
}

function scopesOf(type: string): [DeployerScope, readonly string[]][] {
  const known = Object.hasOwn(DEPLOYER_ACTIONS, type) ? DEPLOYER_ACTIONS[type] : undefined;
  if (known === undefined) {
    throw new Error(`nothing is known of what Terraform calls for ${type}; add it to modules/aws/access/deployer-actions.ts`);
  }
  return Object.entries(known) as [DeployerScope, readonly string[]][];
}

/** Resources that actions are allowed on, and under which condition. */
interface Extent {
  readonly resources: readonly string[];
  readonly condition?: PolicyStatement["Condition"];
}

function extentOf(scope: DeployerScope, props: DeployerPoliciesProps): Extent {
  const { deployment, path, permissionsBoundary } = props;
  const { partition, region, accountId } = deployment;
  const own = physicalName(deployment, "*");
  const regional = (service: string, ...names: readonly string[]) => ({
    resources: names.map((name) => `arn:${partition}:${service}:${region}:${accountId}:${name}`),
  });
  const iam = (kind: "role" | "policy") => `arn:${partition}:iam::${accountId}:${kind}${path}${own}`;
  const bounded = permissionsBoundary === undefined ? {} : { StringEquals: { "iam:PermissionsBoundary": permissionsBoundary } };
  const taggedBy = (key: string): PolicyStatement["Condition"] => ({
    StringEquals: Object.fromEntries(Object.entries(keyTags(deployment)).map(([tag, value]) => [`${key}/${tag}`, value])),
  });
  const passedTo = (...services: readonly string[]): PolicyStatement["Condition"] => ({
    StringEquals: { "iam:PassedToService": services.map((service) => `${service}.amazonaws.com`) },
  });
  const extents: Readonly<Record<DeployerScope, () => Extent>> = {
    alarms: () => regional("cloudwatch", `alarm:${own}`),
    anything: () => ({ resources: ["*"] }),
    attachments: () => ({
      resources: [iam("role")],
      condition: { ...bounded, ArnLike: { "iam:PolicyARN": iam("policy") } },
    }),
    buckets: () => ({ resources: props.buckets.map((name) => `arn:${partition}:s3:::${name}`) }),
    buses: () => regional("events", `event-bus/${own}`),
    dashboards: () => ({ resources: [`arn:${partition}:cloudwatch::${accountId}:dashboard/${own}`] }),
    functions: () => regional("lambda", `function:${own}`),
    grantedRoles: () => ({ resources: [iam("role")], ...(permissionsBoundary !== undefined && { condition: bounded }) }),
    invokedFunctions: () => ({ resources: [...regional("lambda", `function:${own}`).resources, ...props.functions] }),
    keys: () => ({ ...regional("kms", "key/*"), condition: taggedBy("aws:ResourceTag") }),
    logGroups: () => regional("logs", `log-group:/aws/lambda/${own}`),
    // A mapping has no name of its own: https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
    mappings: () => ({
      resources: ["*"],
      condition: { ArnLike: { "lambda:FunctionArn": regional("lambda", `function:${own}`).resources } },
    }),
    monitors: () => regional("sagemaker", `data-quality-job-definition/${own}`, `monitoring-schedule/${own}`),
    newKeys: () => ({ resources: ["*"], condition: taggedBy("aws:RequestTag") }),
    passedRoles: () => ({ resources: [iam("role")], condition: passedTo("events", "lambda", "scheduler") }),
    pipelineRoles: () => ({ resources: props.pipelineRoles, condition: passedTo("sagemaker") }),
    pipelines: () => regional("sagemaker", ...new Set(props.pipelines.flatMap(spellings).map((name) => `pipeline/${name}`))),
    policies: () => ({ resources: [iam("policy")] }),
    queues: () => regional("sqs", own),
    roles: () => ({ resources: [iam("role")] }),
    rows: () => ({
      ...regional("dynamodb", `table/${physicalName(deployment, "state")}`),
      condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [PARTITIONS.prices, PARTITIONS.settings] } },
    }),
    rules: () => regional("events", `rule/${own}`, `rule/*/${own}`),
    schedules: () => regional("scheduler", `schedule-group/${own}`, `schedule/*/${own}`),
    subscribedTopics: () => ({ resources: [...regional("sns", own).resources, ...props.topics] }),
    table: () => regional("dynamodb", `table/${physicalName(deployment, "state")}`),
    topics: () => regional("sns", own),
    tunedMappings: () => regional("lambda", "event-source-mapping:*"),
  };
  return extents[scope]();
}

/** SageMaker writes names in lower case in its ARNs, and IAM minds the case. */
function spellings(name: string): string[] {
  return [name, name.toLowerCase()];
}

/**
 * What a deployer may do is within the boundary only as long as it cannot change that: denied whatever the boundary is named, and
 * whatever other policies the deployer has.
 */
function boundaryStatements({ permissionsBoundary }: DeployerPoliciesProps): PolicyStatement[] {
  return permissionsBoundary === undefined ? [] : [{ Effect: "Deny", Action: CHANGES_OF_POLICY, Resource: permissionsBoundary }];
}

const CHANGES_OF_POLICY = [
  "CreatePolicy",
  "CreatePolicyVersion",
  "DeletePolicy",
  "DeletePolicyVersion",
  "SetDefaultPolicyVersion",
].map((action) => `iam:${action}`);

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
function networkStatements({ hasNetwork }: DeployerPoliciesProps): PolicyStatement[] {
  if (!hasNetwork) return [];
  const Action = ["DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"].map(
    (action) => `ec2:${action}`,
  );
  return [{ Effect: "Allow", Action, Resource: "*" }];
}

/**
 * Services that take a key from whoever creates a resource, and use it for them by a grant.
 * https://docs.aws.amazon.com/lambda/latest/dg/security-encryption-at-rest.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const KEY_SERVICES = ["dynamodb", "events", "lambda", "scheduler", "sns", "sqs"];

function keyStatements({ kmsKey, deployment: { region } }: DeployerPoliciesProps): PolicyStatement[] {
  if (kmsKey === undefined) return [];
  const data = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"];
  return [
    { Effect: "Allow", Action: "kms:DescribeKey", Resource: kmsKey },
    {
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: kmsKey,
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
    useKey(
      kmsKey,
      data,
      KEY_SERVICES.map((service) => `${service}.${region}.*`),
    ),
  ];
}
