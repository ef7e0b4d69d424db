import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { explain } from "../../core/errors";

/** What a command names: a table, a queue or a topic. */
interface CommandInput {
  readonly TableName?: string | undefined;
  readonly RequestItems?: object | undefined;
  readonly TransactItems?: readonly object[] | undefined;
  readonly QueueUrl?: string | undefined;
  readonly QueueName?: string | undefined;
  readonly QueueNamePrefix?: string | undefined;
  readonly TopicArn?: string | undefined;
}

/** What a policy allows for an operation that is not an action of its own. */
const ACTIONS: Readonly<Record<string, string>> = {
  TransactWriteItems: "dynamodb:PutItem and dynamodb:UpdateItem",
  ChangeMessageVisibilityBatch: "sqs:ChangeMessageVisibility",
};

/**
 * The client, whose errors now say which operation failed on which table, queue or topic of which region, and what to do when one
 * is missing or not allowed. The adapters of S3 and SageMaker say it in errors of their own.
 */
export function explainedClient<C extends DynamoDBClient | SQSClient | SNSClient>(client: C): C {
  // The stacks of the clients differ in the types of their commands alone.
  const { middlewareStack } = client as DynamoDBClient;
  middlewareStack.add(
    (next, { clientName = "", commandName = "" }) =>
      async (args) => {
        const input: object = args.input;
        try {
          return await next(args);
        } catch (error) {
          const operation = commandName.replace(/Command$/, "");
          const action = ACTIONS[operation] ?? `${clientName.replace(/Client$/, "").toLowerCase()}:${operation}`;
          const region = await client.config.region().catch(() => "an unknown region");
          explain(error, `${operation} on ${resourceOf(input)} in ${region} failed`, remedyOf(error, action));
          throw error;
        }
      },
    // The outermost, so that what the SDK repeats is explained once.
    { step: "initialize", priority: "high", name: "explained", override: true },
  );
  return client;
}

function resourceOf(input: CommandInput): string {
  const { QueueUrl, QueueName, QueueNamePrefix, TopicArn, TableName, RequestItems } = input;
  if (QueueUrl !== undefined) return `the queue ${QueueUrl}`;
  if (QueueName !== undefined) return `the queue ${QueueName}`;
  if (QueueNamePrefix !== undefined) return `the queues ${QueueNamePrefix}*`;
  if (TopicArn !== undefined) return `the topic ${TopicArn}`;
  return `the table ${TableName ?? tableInTransaction(input) ?? Object.keys(RequestItems ?? {}).join()}`;
}

/** All writes of a transaction are on one table. */
function tableInTransaction({ TransactItems = [] }: CommandInput): string | undefined {
  const actions: { readonly TableName?: string }[] = TransactItems.flatMap((item) => Object.values(item));
  return actions.find(({ TableName }) => TableName !== undefined)?.TableName;
}

function remedyOf(error: unknown, action: string): string | undefined {
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  if (/Region is missing/i.test(message)) return "name the region in AWS_REGION, such as eu-central-1";
  if (/CredentialsProviderError/.test(name)) return "sign in, as with aws sso login, or name a profile in AWS_PROFILE";
  if (/^KMS/i.test(name) || /\bkms:/.test(message)) return "let the caller's role use the KMS key, and see that the key is enabled";
  if (/AccessDenied|AuthorizationError/.test(name)) return `allow ${action} on it to the caller's role`;
  if (!/NotFound|DoesNotExist/.test(name)) return undefined;
  return "see that it exists in this account and region: cdktf deploy creates it, and its outputs name it";
}
