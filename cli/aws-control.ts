import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { dynamoCoordinatorStore } from "../functions/aws/adapters/coordinator-store";
import { dynamoDecisionLog } from "../functions/aws/adapters/decision-log";
import { dynamoModelSettings } from "../functions/aws/adapters/model-settings";
import { sqsRequestQueue } from "../functions/aws/adapters/request-queue";
import { CommandError } from "./command-error";
import type { Control } from "./control";
import { coordinatorControl } from "./coordinator-control";

const SETTINGS_AGE_MS = 60_000;
/** The command only reads the log; what its interventions decide is recorded by the sweeper, with the deployed retention. */
const RETENTION_MS = 365 * 24 * 3_600_000;

export interface AwsControlOptions {
  /** Name of the state table; else RETRIGGER_STATE. */
  readonly table?: string | undefined;
  /** URL of the request queue; else RETRIGGER_REQUESTS. */
  readonly queue?: string | undefined;
}

/**
 * `Control` of what is deployed on AWS, under the caller's own identity. Triggers go through the queue; interventions are saved
 * into the state, and the sweeper does within a minute what follows from them.
 */
export function awsControl(options: AwsControlOptions, env: NodeJS.ProcessEnv, now: () => number): Control {
  const table = named("state table", options.table ?? env.RETRIGGER_STATE, "--table or RETRIGGER_STATE");
  const queue = options.queue ?? env.RETRIGGER_REQUESTS;
  const dynamo = new DynamoDBClient();
  const sqs = new SQSClient();
  return coordinatorControl({
    states: dynamoCoordinatorStore(dynamo, table),
    log: dynamoDecisionLog(dynamo, table, RETENTION_MS),
    settings: dynamoModelSettings(dynamo, table, { maxAgeMs: SETTINGS_AGE_MS, now }),
    now,
    afterChange: async () => {},
    async trigger(request) {
      await sqsRequestQueue(sqs, named("request queue", queue, "--queue or RETRIGGER_REQUESTS")).send(request);
      return [];
    },
    close() {
      dynamo.destroy();
      sqs.destroy();
    },
  });
}

function named(what: string, name: string | undefined, where: string): string {
  if (name) return name;
  throw new CommandError(`name the ${what} with ${where}; the outputs of cdktf deploy tell it`);
}
