import { createHash } from "node:crypto";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { SAGEMAKER_LISTS } from "../../functions/aws/adapters/s3/manifest-store";
import { createBatcher } from "../../functions/aws/handlers/batcher";
import { createCoordinator } from "../../functions/aws/handlers/coordinator";
import { createDriftEvaluator } from "../../functions/aws/handlers/drift-evaluator";
import { createPromoter } from "../../functions/aws/handlers/promoter";
import { createRollout } from "../../functions/aws/handlers/rollout";
import { createSweeper } from "../../functions/aws/handlers/sweeper";
import { parseObjectCreated } from "../../functions/aws/messages/s3-event";
import type { MonitorReader, ReportReader } from "../../functions/core/drift/ports";
import { PoisonMessageError } from "../../functions/core/errors";
import { LANDING, pipelineArn, type SimulatedRun } from "../world/simulated-cloud";
import type { Delivery, QueuedMessage } from "../world/simulated-queue";
import type { SeededRandom } from "../world/time-and-chance";
import type { LocalCloud, ObjectWrite } from "./local-cloud";
import { packageEvent, packageNaming } from "./model-packages";

/** Of the replay, reports come as messages. */
const NO_FILES: ReportReader = { read: async () => undefined };
const refuse = () => Promise.reject(new Error("the replay has no monitors of SageMaker"));
const NO_MONITORS: MonitorReader = { describeJob: refuse, findExecution: refuse };

/** S3 and EventBridge into SQS, Lambda, SageMaker. */
export const awsCloud: LocalCloud = {
  name: "aws",
  manifests: SAGEMAKER_LISTS,
  objectMessage: (write, at, random) => JSON.stringify(objectCreatedEvent(write, at, random)),
  announcedKey,
  hostileMessages,
  requestMessage: (content) => JSON.stringify(content),
  runEndMessage(run, random) {
    const event = pipelineEvent(run, random);
    return { id: event.id, body: JSON.stringify(event) };
  },
  createBatcher: (ports, rejected) => sqsDelivery("landings", createBatcher({ ...ports, rejected })),
  createCoordinator: (ports, rejected) => sqsDelivery("requests.fifo", createCoordinator({ ...ports, rejected })),
  createSweeper,
  versionNaming: packageNaming,
  versionMessage(version, at, random) {
    const event = packageEvent(version, at, random);
    return { id: event.id, body: JSON.stringify(event) };
  },
  createPromoter,
  endpointLayout: "sagemaker",
  createRollout,
  driftMessage: (report) => JSON.stringify(report),
  createDriftEvaluator: (ports, rejected) =>
    sqsDelivery("drift", createDriftEvaluator({ ...ports, rejected, reports: NO_FILES, monitors: NO_MONITORS })),
};

/** Lambda's side of an SQS queue: all messages in one event, answered for one by one. */
function sqsDelivery(queue: string, handler: (event: SQSEvent) => Promise<SQSBatchResponse>): Delivery {
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

/**
 * "Object Created" of S3 as EventBridge puts it into the queue, at `at` (epoch milliseconds).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
function objectCreatedEvent(write: ObjectWrite, at: number, random: SeededRandom) {
  return {
    version: "0",
    id: random.uuid(),
    "detail-type": "Object Created",
    source: "aws.s3",
    account: LANDING.account,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: LANDING.region,
    resources: [`arn:aws:s3:::${LANDING.bucket}`],
    detail: {
      version: "0",
      bucket: { name: LANDING.bucket as string },
      object: { key: write.key, size: write.bytes, etag: write.md5, sequencer: sequencerOf(write) },
      "request-id": random.hex(16).toUpperCase(),
      requester: LANDING.account,
      "source-ip-address": "192.0.2.10",
      reason: "PutObject",
    },
  };
}

/** Key of the object that a message announces; undefined for any other message. */
function announcedKey(body: string): string | undefined {
  try {
    return parseObjectCreated(body).object.key;
  } catch (error) {
    if (error instanceof PoisonMessageError) return undefined;
    throw error;
  }
}

/** Messages that no retry can cure, by what is wrong with them. */
function hostileMessages(at: number, random: SeededRandom): ReadonlyMap<string, string> {
  const fine = objectCreatedEvent({ key: "flights/west/hostile.csv", bytes: 2_048, md5: random.hex(32), number: 10 }, at, random);
  const withObject = (object: object) => JSON.stringify({ ...fine, detail: { ...fine.detail, object } });
  return new Map([
    ["not JSON", "<Event>Object Created</Event>"],
    ["another bucket", JSON.stringify({ ...fine, detail: { ...fine.detail, bucket: { name: "somebody-elses-bucket" } } })],
    ["no key", withObject({ size: 2_048 })],
    ["a key of 1 MB", withObject({ ...fine.detail.object, key: `flights/west/${"a".repeat(1_000_000)}.csv` })],
    ["__proto__ for a body", `{"__proto__":${JSON.stringify(fine)}}`],
  ]);
}

/** It rises with every write of a key: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function sequencerOf({ number }: ObjectWrite): string {
  return number.toString(16).toUpperCase().padStart(18, "0");
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html */
export function pipelineEvent({ pipeline, runId, status, startedAt, endsAt }: SimulatedRun, random: SeededRandom) {
  return {
    version: "0",
    id: random.uuid(),
    "detail-type": "SageMaker Model Building Pipeline Execution Status Change",
    source: "aws.sagemaker",
    account: LANDING.account,
    time: endsAt,
    region: LANDING.region,
    resources: [pipelineArn(pipeline), runId],
    detail: {
      pipelineArn: pipelineArn(pipeline),
      pipelineExecutionArn: runId,
      previousPipelineExecutionStatus: "Executing",
      currentPipelineExecutionStatus: status === "failed" ? "Failed" : "Succeeded",
      executionStartTime: startedAt,
      executionEndTime: endsAt,
    },
  };
}
