// What people may do: they call AWS under identities of their own, which no resource of the deployment gives them.
import { type AwsDeployment, physicalName, queueName } from "../deployment";
import { type PolicyStatement, policyDocument } from "./policy";

export interface PeoplePoliciesProps {
  readonly deployment: Pick<AwsDeployment, "environment" | "namePrefix" | "region" | "accountId" | "partition">;
  /** ARN of the key that queues and the table are encrypted with. @default - AWS's own keys, which need no permission */
  readonly kmsKey?: string | undefined;
}

/** The policy of a person who answers: to send to the request queue, and nothing else. */
export function approverPolicy(props: PeoplePoliciesProps): string {
  return policyDocument(approverStatements(props));
}

export interface OperatorPolicyProps extends PeoplePoliciesProps {
  /** Names of the queues that dead letters are sent again to. */
  readonly queues: readonly string[];
  /** Names of the dead-letter queues. */
  readonly deadLetterQueues: readonly string[];
}

/**
 * The policy of a person who operates a deployment by `npx retrigger`: what an approver may, to read the state, to redrive dead
 * letters, and to look at logs, alarms and dashboards. It writes no state, so it cannot erase a person.
 */
export function operatorPolicy(props: OperatorPolicyProps): string {
  const { deployment, kmsKey, queues, deadLetterQueues } = props;
  const { partition, region, accountId } = deployment;
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const statements: PolicyStatement[] = [
    ...approverStatements(props),
    {
      Effect: "Allow",
      Action: ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"],
      Resource: arn("dynamodb", `table/${physicalName(deployment, "state")}`),
    },
    {
      Effect: "Allow",
      Action: ["sqs:GetQueueAttributes", "sqs:ListDeadLetterSourceQueues"],
      Resource: arn("sqs", physicalName(deployment, "*")),
    },
    { Effect: "Allow", Action: "sqs:SendMessage", Resource: queues.map((name) => arn("sqs", name)) },
    {
      Effect: "Allow",
      Action: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"],
      Resource: deadLetterPatterns(deployment, deadLetterQueues).map((name) => arn("sqs", name)),
    },
    {
      Effect: "Allow",
      Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery"],
      Resource: arn("logs", `log-group:/aws/lambda/${physicalName(deployment, "*")}`),
    },
    {
      Effect: "Allow",
      Action: "cloudwatch:GetDashboard",
      Resource: `arn:${partition}:cloudwatch::${accountId}:dashboard/${physicalName(deployment, "*")}`,
    },
    { Effect: "Allow", Action: UNBOUND_ACTIONS, Resource: "*" },
    ...(kmsKey === undefined ? [] : [useKey(kmsKey, ["kms:Decrypt"], [`dynamodb.${region}.*`])]),
  ];
  return policyDocument(statements.filter(({ Resource }) => Resource?.length !== 0));
}

/**
 * Lists and queries that no resource can narrow, or that CloudWatch gives for all alarms or none.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const UNBOUND_ACTIONS: readonly string[] = [
  "cloudwatch:DescribeAlarmHistory",
  "cloudwatch:DescribeAlarms",
  "cloudwatch:GetMetricData",
  "cloudwatch:ListDashboards",
  "cloudwatch:ListMetrics",
  "logs:DescribeLogGroups",
  "logs:GetQueryResults",
  "logs:StopQuery",
  "sqs:ListQueues",
];

function approverStatements({ deployment, kmsKey }: PeoplePoliciesProps): PolicyStatement[] {
  const { partition, region, accountId } = deployment;
  const queue = `arn:${partition}:sqs:${region}:${accountId}:${queueName(deployment, "requests", true)}`;
  const send: PolicyStatement = { Effect: "Allow", Action: ["sqs:GetQueueUrl", "sqs:SendMessage"], Resource: queue };
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
  const key = kmsKey === undefined ? [] : [useKey(kmsKey, ["kms:Decrypt", "kms:GenerateDataKey"], [`sqs.${region}.*`])];
  return [send, ...key];
}

/** Lets a key be used through these services alone; `*` at a service's end stands for the domain of the partition. */
export function useKey(key: string, actions: readonly string[], services: readonly string[]): PolicyStatement {
  return { Effect: "Allow", Action: actions, Resource: key, Condition: { StringLike: { "kms:ViaService": services } } };
}

/** Patterns of the dead-letter queues; a name that was too long to keep its end stands for itself. */
function deadLetterPatterns(deployment: PeoplePoliciesProps["deployment"], names: readonly string[]): string[] {
  const patterns = ["*-dlq", "*-dlq.fifo"].map((end) => physicalName(deployment, end));
  return [...patterns, ...names.filter((name) => !/-dlq(?:\.fifo)?$/.test(name))];
}
