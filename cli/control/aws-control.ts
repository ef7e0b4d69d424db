import { setTimeout } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { apiLimits } from "../../functions/aws/adapters/call-limits";
import { dynamoCandidateLog } from "../../functions/aws/adapters/dynamodb/candidate-log";
import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoDriftLog } from "../../functions/aws/adapters/dynamodb/drift-log";
import { dynamoModelSettings } from "../../functions/aws/adapters/dynamodb/model-settings";
import { dynamoCoordinatorStore, dynamoPromotionStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { explainedClient } from "../../functions/aws/adapters/explained-client";
import { sqsAnswerQueue, sqsRequestQueue } from "../../functions/aws/adapters/messaging/queues";
import { erasePerson } from "../../functions/core/coordination/erase-person";
import { type LeftOut, LOG_RETENTION_MS } from "../../functions/core/state-layout";
import { physicalName, queueName } from "../../modules/aws/deployment";
import { CommandError } from "../command-error";
import { sqsDeadLetters } from "../redrive/sqs-dead-letters";
import { awsTrouble } from "./aws-trouble";
import { type Control, coordinatorControl } from "./control";
import {
  askedEnvironment,
  askedNamePrefix,
  checkSameEnvironment,
  type DeployedOptions,
  environmentOption,
  named,
  type StateNames,
  sendAllowed,
} from "./deployed-options";

/**
 * `Control` of what is deployed on AWS, under the caller's own identity: it reads the state table, and sends triggers and answers
 * to the request queue, which attests to the coordinator who sent them.
 */
export function awsControl(
  options: DeployedOptions,
  env: NodeJS.ProcessEnv,
  now: () => number,
  wait: (ms: number) => Promise<unknown> = setTimeout,
): Control {
  const { table, queue, names } = awsNames(options, env);
  const { untold } = options;
  const client = { ...apiLimits(), ...(options.region !== undefined && { region: options.region }) };
  const dynamo = explainedClient(new DynamoDBClient(client));
  const sqs = explainedClient(new SQSClient(client));
  const queueUrl = () => urlOfQueue(sqs, named("request queue", queue, "--queue or RETRIGGER_REQUESTS"));
  const settings = dynamoModelSettings(dynamo, table, { now });
  const states = dynamoCoordinatorStore(dynamo, table);
  const promotions = dynamoPromotionStore(dynamo, table);
  const candidatesOf = (leftOut?: LeftOut) => dynamoCandidateLog(dynamo, table, LOG_RETENTION_MS, leftOut);
  const logOf = (leftOut?: LeftOut) => dynamoDecisionLog(dynamo, table, LOG_RETENTION_MS, leftOut);
  return coordinatorControl({
    states,
    decisions: logOf(options.leftOut),
    drifts: dynamoDriftLog(dynamo, table, LOG_RETENTION_MS, options.leftOut),
    promotions,
    candidates: candidatesOf(options.leftOut),
    settings,
    now,
    wait,
    isNotAllowed,
    isAttested: true,
    async trigger(request) {
      await sqsRequestQueue(sqs, await queueUrl()).send(request);
      return [];
    },
    async send(answer) {
      const to = await queueUrl();
      await sendAllowed(to, "sqs:SendMessage", isNotAllowed, () => sqsAnswerQueue(sqs, to).send(answer));
    },
    // Whoever is to be forgotten must not be left in a record that cannot be read.
    async erase(person) {
      const ports = { states, promotions, decisions: logOf(), candidates: candidatesOf(), now };
      return erasePerson(ports, await settings.list(), person);
    },
    deadLetters: async () => {
      const environment = environmentOption(options.environment, table, names);
      return sqsDeadLetters(sqs, { environment, namePrefix: names.namePrefix }, settings, Date.now);
    },
    async troubleOf(error) {
      const region = await dynamo.config.region().catch(() => undefined);
      const account = await dynamo.config.credentials().then(
        ({ accountId }) => accountId,
        () => undefined,
      );
      return awsTrouble(error, { table, queue, region, untold, profile: env.AWS_PROFILE || undefined, account });
    },
    close() {
      dynamo.destroy();
      sqs.destroy();
    },
  });
}

/** How the name of a state table ends. */
const STATE_SUFFIX = "-state";

/** The state table and the request queue, as options, the names of an environment, or variables say. */
function awsNames(
  options: DeployedOptions,
  env: NodeJS.ProcessEnv,
): { readonly table: string; readonly queue: string | undefined; readonly names: StateNames } {
  const asked = askedEnvironment(options, env);
  const names = { namePrefix: askedNamePrefix(options, env), suffix: STATE_SUFFIX };
  const ours = asked === undefined ? undefined : { environment: asked, namePrefix: names.namePrefix };
  const table = options.state || (ours ? physicalName(ours, "state") : env.RETRIGGER_STATE);
  const queue = options.queue || (ours ? queueName(ours, "requests", true) : env.RETRIGGER_REQUESTS);
  const name = named("state table", table, "--state or RETRIGGER_STATE");
  checkSameEnvironment(options.environment, name, names);
  return { table: name, queue, names };
}

/** @throws CommandError that says what to do where the caller may not ask for the address */
async function urlOfQueue(sqs: SQSClient, queue: string): Promise<string> {
  if (/^https?:/.test(queue)) return queue;
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
    return named("request queue", QueueUrl, "--queue or RETRIGGER_REQUESTS");
  } catch (error) {
    if (!isNotAllowed(error)) throw error;
    throw new CommandError(
      `not sent: your identity lacks sqs:GetQueueUrl on ${queue}; allow it, or give the queue's URL with --queue`,
      {
        cause: error,
      },
    );
  }
}

/** `AccessDeniedException`, `AccessDenied` and `KMS.AccessDeniedException`, as the service tells it. */
function isNotAllowed(error: unknown): boolean {
  return error instanceof Error && /AccessDenied/.test(error.name);
}
