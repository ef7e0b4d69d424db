import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { s3ManifestStore } from "../adapters/manifest-store";
import { sqsRequestQueue } from "../adapters/request-queue";

export const manifests = s3ManifestStore(new S3Client({}));

export function requestQueue(url: string) {
  return sqsRequestQueue(new SQSClient({}), url);
}
