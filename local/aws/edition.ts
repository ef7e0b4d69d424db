import { manifestFile, manifestKeys } from "../../functions/aws/adapters/manifest-file";
import { createBatcher } from "../../functions/aws/batcher";
import { createCoordinator } from "../../functions/aws/coordinator";
import { createSweeper } from "../../functions/aws/sweeper";
import type { Edition } from "../edition";
import { hostileMessages, objectCreatedEvent } from "./object-events";
import { pipelineEvent } from "./run-events";
import { sqsDelivery } from "./sqs-delivery";

/** S3 and EventBridge into SQS, Lambda, SageMaker. */
export const awsEdition: Edition = {
  cloud: "aws",
  manifests: { scheme: "s3", suffix: ".manifest", textOf: manifestFile, keysOf: (uri, _bucket, text) => manifestKeys(uri, text) },
  objectMessage: (write, at, random) => JSON.stringify(objectCreatedEvent(write, at, random)),
  hostileMessages,
  requestMessage: (request) => JSON.stringify(request),
  runEndMessage(run, random) {
    const event = pipelineEvent(run, random);
    return { id: event.id, body: JSON.stringify(event) };
  },
  createBatcher: (ports) => sqsDelivery("landings", createBatcher(ports)),
  createCoordinator: (ports) => sqsDelivery("requests.fifo", createCoordinator(ports)),
  createSweeper,
};
