import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../../core/environment";
import { dynamoDriftHistoryStore } from "../adapters/dynamodb/versioned-store";
import { sqsDriftQueue } from "../adapters/messaging/queues";
import { sageMakerEndpointReader } from "../adapters/sagemaker/monitor-reader";
import { sageMakerMonitoringReconciler } from "../adapters/sagemaker/monitoring-reconciler";
import { deployedLog } from "./deployed-log";

/** The monitors on SageMaker: loaded where a model names monitoring schedules. */
export function monitors() {
  const { state, drift } = readEnvironment(process.env, ["state", "drift"]);
  const sageMaker = new SageMakerClient({});
  return sageMakerMonitoringReconciler(sageMaker, {
    endpoints: sageMakerEndpointReader(sageMaker),
    histories: dynamoDriftHistoryStore(new DynamoDBClient({}), state),
    queue: sqsDriftQueue(new SQSClient({}), drift),
    log: deployedLog(),
    now: Date.now,
  });
}
