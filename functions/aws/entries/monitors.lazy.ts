import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../../core/environment";
import { dynamoDriftHistoryStore } from "../adapters/drift-history-store";
import { sqsDriftQueue } from "../adapters/drift-queue";
import { sageMakerEndpointReader } from "../adapters/endpoint-reader";
import { sageMakerMonitoringReconciler } from "../adapters/monitoring-reconciler";
import { deployedReport } from "./deployed-report";

/** The monitors on SageMaker: loaded where a model names monitoring schedules. */
export function monitors() {
  const { state, drift } = readEnvironment(process.env, ["state", "drift"]);
  const sageMaker = new SageMakerClient({});
  return sageMakerMonitoringReconciler(sageMaker, {
    endpoints: sageMakerEndpointReader(sageMaker),
    histories: dynamoDriftHistoryStore(new DynamoDBClient({}), state),
    queue: sqsDriftQueue(new SQSClient({}), drift),
    report: deployedReport(),
    now: Date.now,
  });
}
