import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SQSClient } from "@aws-sdk/client-sqs";
import { missedRunFinder } from "../../core/drift/missed-runs";
import { readEnvironment } from "../../core/environment";
import { apiLimits } from "../adapters/call-limits";
import { dynamoDriftHistoryStore } from "../adapters/dynamodb/versioned-store";
import { explainedClient } from "../adapters/explained-client";
import { sqsDriftQueue } from "../adapters/messaging/queues";
import { sageMakerEndpointReader, sageMakerMonitoringSchedules } from "../adapters/sagemaker/monitor-reader";
import { deployedLog } from "./console-log";

/** Finds the missed runs of SageMaker's monitors: loaded where a model names monitoring schedules. */
export function missedRuns() {
  const { state, drift } = readEnvironment(process.env, ["state", "drift"]);
  const sageMaker = new SageMakerClient(apiLimits());
  return missedRunFinder({
    schedules: sageMakerMonitoringSchedules(sageMaker),
    endpoints: sageMakerEndpointReader(sageMaker),
    histories: dynamoDriftHistoryStore(explainedClient(new DynamoDBClient(apiLimits())), state),
    queue: sqsDriftQueue(explainedClient(new SQSClient(apiLimits())), drift),
    log: deployedLog(),
    now: Date.now,
  });
}
