// What a monitor of captured requests may see and write, and nothing else of these buckets.
import { driftFolder } from "../../../functions/core/drift/report-identity";
import { capturePrefix, objectUri } from "../../../functions/core/object-uri";
import type { CapturedModel } from "../../captured-models";
import type { AwsDeployment } from "../deployment";
import { sageMakerArns } from "./arns";
import type { PolicyStatement } from "./policy";

/** Lets a function read the models' captures, keep their reports and baselines, and look at the endpoints that they name. */
export function captureStatements(deployment: AwsDeployment, models: readonly CapturedModel[]): PolicyStatement[] {
  const bucketArn = (bucket: string) => `arn:${deployment.partition}:s3:::${bucket}`;
  const captures = models.map(({ capture }) => capturePrefix(capture.location));
  const files = models.flatMap(({ settings, capture }) => [
    { bucket: settings.data.bucket, key: `${driftFolder(settings)}*` },
    objectUri(capture.baseline),
  ]);
  const fileBuckets = new Set(files.map(({ bucket }) => bucket));
  const captureBuckets = new Set(captures.map(({ bucket }) => bucket).filter((bucket) => !fileBuckets.has(bucket)));
  const endpoints = models.flatMap(({ capture: { endpoint } }) => endpoint ?? []);
  return [
    {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: distinct(captures.map(({ bucket, key }) => `${bucketArn(bucket)}/${key}*`)),
    },
    ...[...captureBuckets].map(
      (bucket): PolicyStatement => ({
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: bucketArn(bucket),
        Condition: {
          StringLike: { "s3:prefix": distinct(captures.filter((one) => one.bucket === bucket).map(({ key }) => `${key}*`)) },
        },
      }),
    ),
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: distinct(files.map(({ bucket, key }) => `${bucketArn(bucket)}/${key}`)),
    },
    // Without it, S3 answers 403 for a baseline that is not there yet, which looks like a fault; a request for one object has no
    // prefix that could be a condition. It reveals names, no content.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    { Effect: "Allow", Action: "s3:ListBucket", Resource: [...fileBuckets].map(bucketArn) },
    ...(endpoints.length === 0
      ? []
      : [
          {
            Effect: "Allow",
            Action: "sagemaker:DescribeEndpoint",
            Resource: sageMakerArns(deployment, "endpoint", endpoints),
          } as const,
        ]),
  ];
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
