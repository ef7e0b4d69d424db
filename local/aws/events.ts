import { parseObjectCreated } from "../../functions/aws/messages/s3-event";
import { PoisonMessageError } from "../../functions/core/errors";
import type { ObjectWrite } from "../edition";
import { LANDING } from "../landing";
import type { SeededRandom } from "../world/seeded-random";
import { pipelineArn, type SimulatedRun } from "../world/simulated-run";

/**
 * "Object Created" of S3 as EventBridge puts it into the queue, at `at` (epoch milliseconds).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function objectCreatedEvent(write: ObjectWrite, at: number, random: SeededRandom) {
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
export function announcedKey(body: string): string | undefined {
  try {
    return parseObjectCreated(body).object.key;
  } catch (error) {
    if (error instanceof PoisonMessageError) return undefined;
    throw error;
  }
}

/** Messages that no retry can cure, by what is wrong with them. */
export function hostileMessages(at: number, random: SeededRandom): ReadonlyMap<string, string> {
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
