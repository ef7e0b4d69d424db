import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import type { ChatName } from "../../../functions/core/notices/chats/chat";
import { TELLING_TIMEOUT_SEC } from "../../../functions/core/notices/chats/telling";
import type { NoticeKind } from "../../../functions/core/notices/message";
import { type MessagePages, messageVariables } from "../../message-variables";
import type { PolicyStatement } from "../access/policy";
import type { DecisionTopic } from "../decision-topic";
import { type AwsDeployment, dnsSuffix, physicalName } from "../deployment";
import { GuardedQueue } from "../queues/guarded-queue";
import type { StateStore } from "../state-store";
import { HandlerFunction } from "./handler-function";

/** A chat may keep a message waiting for a minute, which must not hold up another. */
const BATCH_SIZE = 1;
/** The least that Lambda allows: a webhook of Slack takes about one message a second. */
const MAXIMUM_CONCURRENCY = 2;

/** A chat that is told. */
export interface ToldChat {
  readonly name: ChatName;
  /** ARN of the secret of Secrets Manager, or of the parameter of Systems Manager, that holds the address of its webhook. */
  readonly secret: string;
  /** ARN of the key that the secret is encrypted with. @default - AWS's own */
  readonly kmsKey?: string;
  readonly about: readonly NoticeKind[];
}

export interface MessengerProps {
  readonly deployment: AwsDeployment;
  readonly state: StateStore;
  /** One at least. */
  readonly chats: readonly ToldChat[];
  readonly decisions: DecisionTopic;
  /** What the messages of alarms name. */
  readonly pages: MessagePages;
}

/** Tells chats what the topics bring: one queue, one function, nothing at rest. */
export class Messenger extends Construct {
  /** Both topics send to it. */
  readonly queue: GuardedQueue;
  /** Whether a chat is told of alarms, so that the topic of operators must send to the queue. */
  readonly hearsAlarms: boolean;

  constructor(scope: Construct, id: string, { deployment, state, chats, decisions, pages }: MessengerProps) {
    super(scope, id);
    const about = new Set(chats.flatMap((chat) => chat.about));
    this.hearsAlarms = about.has("alarms");
    const hearsNotices = [...about].some((kind) => kind !== "alarms");
    this.queue = new GuardedQueue(this, "queue", {
      deployment,
      role: "messages",
      consumerTimeoutSec: TELLING_TIMEOUT_SEC,
      senders: [
        {
          service: "sns.amazonaws.com",
          // The topic of operators is made after the alarms that publish to it, which watch this queue.
          sourceArns: [...(hearsNotices ? [decisions.arn] : []), ...(this.hearsAlarms ? [operationsTopicArn(deployment)] : [])],
        },
      ],
    });
    if (hearsNotices) subscribeQueue(this, "notices", decisions.arn, this.queue);
    new HandlerFunction(this, "function", {
      deployment,
      role: "messenger",
      description: "Tells chats of decisions, drift, promotions and alarms",
      models: [],
      statementsOf: () => [state.replace("tellings"), ...secretStatements(deployment, chats)],
      environment: {
        [ENVIRONMENT.state]: state.tableName,
        ...messageVariables(pages),
        ...Object.fromEntries(
          chats.map(({ name, secret, about }) => [ENVIRONMENT[name], JSON.stringify({ secret, about: [...about] })]),
        ),
      },
      timeoutSec: TELLING_TIMEOUT_SEC,
      source: { queue: this.queue, batchSize: BATCH_SIZE, maximumConcurrency: MAXIMUM_CONCURRENCY },
    });
  }
}

/** Name of the topic that tells operators of alarms. */
export const OPERATIONS_TOPIC = "operations";

function operationsTopicArn(deployment: AwsDeployment): string {
  const { partition, region, accountId } = deployment;
  return `arn:${partition}:sns:${region}:${accountId}:${physicalName(deployment, OPERATIONS_TOPIC)}`;
}

/** Has a topic send to a queue, with who published, to which topic, and the attributes. */
export function subscribeQueue(scope: Construct, id: string, topicArn: string, queue: GuardedQueue): void {
  new SnsTopicSubscription(scope, id, {
    topicArn,
    protocol: "sqs",
    endpoint: queue.arn,
    // Without the policy of the queue, what the topic sends meanwhile is lost.
    dependsOn: [queue.policy],
  });
}

/** Lets the function read each secret, and use its key for that alone. */
function secretStatements({ region, partition }: AwsDeployment, chats: readonly ToldChat[]): PolicyStatement[] {
  const ofService = (service: string) => [
    ...new Set(chats.map(({ secret }) => secret).filter((arn) => arn.split(":")[2] === service)),
  ];
  const [secrets, parameters] = [ofService("secretsmanager"), ofService("ssm")];
  const keys = [...new Set(chats.flatMap(({ kmsKey }) => kmsKey ?? []))];
  return [
    ...(secrets.length === 0
      ? []
      : [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArns(secrets) } as const]),
    ...(parameters.length === 0 ? [] : [{ Effect: "Allow", Action: "ssm:GetParameter", Resource: parameters } as const]),
    ...(keys.length === 0
      ? []
      : [
          {
            Effect: "Allow",
            Action: "kms:Decrypt",
            Resource: keys,
            Condition: {
              StringLike: {
                "kms:ViaService": ["secretsmanager", "ssm"].map((service) => `${service}.${region}.${dnsSuffix(partition)}*`),
              },
            },
          } as const,
        ]),
  ];
}

/**
 * A secret's ARN ends in a hyphen and six characters at random, which people may leave out.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
function secretArns(secrets: readonly string[]): string[] {
  return secrets.flatMap((arn) => [arn, `${arn}-??????`]);
}
