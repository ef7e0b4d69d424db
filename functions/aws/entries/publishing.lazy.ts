import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { PublishPorts } from "../../core/batching/publish-batches";
import { readEnvironment } from "../../core/environment";
import { s3ManifestStore } from "../adapters/manifest-store";
import { sqsRequestQueue } from "../adapters/request-queue";

const { requests: queueUrl } = readEnvironment(process.env, ["requests"]);

/** The deployed adapters that only publishing needs. */
export const publishing: Pick<PublishPorts, "manifests" | "requests"> = {
  manifests: s3ManifestStore(new S3Client({})),
  requests: sqsRequestQueue(new SQSClient({}), queueUrl),
};
