import { setTimeout } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
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
import { sqsDeadLetters } from "../redrive/sqs-dead-letters";
import { type Control, coordinatorControl } from "./control";
import { type DeployedOptions, environmentOption, named, sendAllowed } from "./deployed-options";

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
  const table = named("state table", options.state ?? env.RETRIGGER_STATE, "--state or RETRIGGER_STATE");
  const queue = options.queue ?? env.RETRIGGER_REQUESTS;
  const queueUrl = () => named("request queue", queue, "--queue or RETRIGGER_REQUESTS");
  const dynamo = explainedClient(new DynamoDBClient(apiLimits()));
  const sqs = explainedClient(new SQSClient(apiLimits()));
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
      await sqsRequestQueue(sqs, queueUrl()).send(request);
      return [];
    },
    async send(answer) {
      const to = queueUrl();
      await sendAllowed(to, "sqs:SendMessage", isNotAllowed, () => sqsAnswerQueue(sqs, to).send(answer));
    },
    // Whoever is to be forgotten must not be left in a record that cannot be read.
    async erase(person) {
      const ports = { states, promotions, decisions: logOf(), candidates: candidatesOf(), now };
      return erasePerson(ports, await settings.list(), person);
    },
    deadLetters: async (environment) => sqsDeadLetters(sqs, environmentOption(environment, table, "-state"), settings, Date.now),
    close() {
      dynamo.destroy();
      sqs.destroy();
    },
  });
}

/** `AccessDeniedException`, `AccessDenied` and `KMS.AccessDeniedException`, as the service tells it. */
function isNotAllowed(error: unknown): boolean {
  return error instanceof Error && /AccessDenied/.test(error.name);
}
