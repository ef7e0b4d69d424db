import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoDriftLog } from "../../functions/aws/adapters/dynamodb/drift-log";
import { dynamoModelSettings } from "../../functions/aws/adapters/dynamodb/model-settings";
import { dynamoCoordinatorStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { sqsRequestQueue } from "../../functions/aws/adapters/messaging/queues";
import { sqsDeadLetters } from "../redrive/sqs-dead-letters";
import { type Control, coordinatorControl } from "./control";
import { type DeployedOptions, environmentOption, named } from "./deployed-options";

/**
 * `Control` of what is deployed on AWS, under the caller's own identity. Triggers go through the queue; interventions are saved
 * into the state, and the sweeper does within a minute what follows from them.
 */
export function awsControl(options: DeployedOptions, env: NodeJS.ProcessEnv, now: () => number): Control {
  const table = named("state table", options.state ?? env.RETRIGGER_STATE, "--state or RETRIGGER_STATE");
  const queue = options.queue ?? env.RETRIGGER_REQUESTS;
  const dynamo = new DynamoDBClient();
  const sqs = new SQSClient();
  const settings = dynamoModelSettings(dynamo, table, { now });
  return coordinatorControl({
    states: dynamoCoordinatorStore(dynamo, table),
    decisions: dynamoDecisionLog(dynamo, table),
    drifts: dynamoDriftLog(dynamo, table),
    settings,
    now,
    afterChange: async () => {},
    async trigger(request) {
      await sqsRequestQueue(sqs, named("request queue", queue, "--queue or RETRIGGER_REQUESTS")).send(request);
      return [];
    },
    deadLetters: async (environment) => sqsDeadLetters(sqs, environmentOption(environment, table, "-state"), settings, Date.now),
    close() {
      dynamo.destroy();
      sqs.destroy();
    },
  });
}
