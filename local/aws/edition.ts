import { manifestFile, manifestKeys } from "../../functions/aws/adapters/manifest-file";
import { createBatcher } from "../../functions/aws/batcher";
import { createCoordinator } from "../../functions/aws/coordinator";
import { createDriftEvaluator } from "../../functions/aws/drift-evaluator";
import { createSweeper } from "../../functions/aws/sweeper";
import type { MonitorReader } from "../../functions/core/drift/monitor-reader";
import type { ReportReader } from "../../functions/core/drift/report-reader";
import type { Edition } from "../edition";
import { announcedKey, hostileMessages, objectCreatedEvent } from "./object-events";
import { pipelineEvent } from "./run-events";
import { sqsDelivery } from "./sqs-delivery";

/** Of the replay, reports come as messages. */
const NO_FILES: ReportReader = { read: async () => undefined };
const refuse = () => Promise.reject(new Error("the replay has no monitors of SageMaker"));
const NO_MONITORS: MonitorReader = { describeJob: refuse, findExecution: refuse };

/** S3 and EventBridge into SQS, Lambda, SageMaker. */
export const awsEdition: Edition = {
  cloud: "aws",
  manifests: { scheme: "s3", suffix: ".manifest", textOf: manifestFile, keysOf: (uri, _bucket, text) => manifestKeys(uri, text) },
  objectMessage: (write, at, random) => JSON.stringify(objectCreatedEvent(write, at, random)),
  announcedKey,
  hostileMessages,
  requestMessage: (request) => JSON.stringify(request),
  runEndMessage(run, random) {
    const event = pipelineEvent(run, random);
    return { id: event.id, body: JSON.stringify(event) };
  },
  createBatcher: (ports) => sqsDelivery("landings", createBatcher(ports)),
  createCoordinator: (ports) => sqsDelivery("requests.fifo", createCoordinator(ports)),
  createSweeper,
  driftMessage: (report) => JSON.stringify(report),
  createDriftEvaluator: (ports) =>
    sqsDelivery("drift", createDriftEvaluator({ ...ports, reports: NO_FILES, monitors: NO_MONITORS })),
};
