import { createHash } from "node:crypto";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { manifestFile, manifestKeys } from "../../functions/aws/adapters/s3/manifest-store";
import { createBatcher } from "../../functions/aws/handlers/batcher";
import { createCoordinator } from "../../functions/aws/handlers/coordinator";
import { createDriftEvaluator } from "../../functions/aws/handlers/drift-evaluator";
import { createSweeper } from "../../functions/aws/handlers/sweeper";
import type { MonitorReader, ReportReader } from "../../functions/core/drift/ports";
import type { Delivery, Edition } from "../edition";
import { LANDING } from "../landing";
import type { QueuedMessage } from "../world/queued-message";
import { announcedKey, hostileMessages, objectCreatedEvent, pipelineEvent } from "./events";

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

/** Lambda's side of an SQS queue: all messages in one event, answered for one by one. */
export function sqsDelivery(queue: string, handler: (event: SQSEvent) => Promise<SQSBatchResponse>): Delivery {
  return async (messages) => {
    const { batchItemFailures } = await handler({ Records: messages.map((message) => recordOf(message, queue)) });
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function recordOf(message: QueuedMessage, queue: string): SQSEvent["Records"][number] {
  return {
    messageId: message.id,
    receiptHandle: `${message.id}/${message.receives}`,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      SenderId: LANDING.account,
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
      ...(message.group !== undefined && {
        MessageGroupId: message.group,
        SequenceNumber: String(message.sequence).padStart(20, "0"),
      }),
    },
    messageAttributes: {},
    md5OfBody: createHash("md5").update(message.body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:${LANDING.region}:${LANDING.account}:${queue}`,
    awsRegion: LANDING.region,
  };
}
