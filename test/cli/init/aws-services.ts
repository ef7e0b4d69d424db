import { type Answer, awsError, type LoopbackServer, type Received, startLoopbackServer } from "../../aws/adapters/loopback-server";
import { s3Error } from "../../aws/adapters/s3-server";

/** What a small AWS holds. */
export interface SmallAws {
  /** Definitions by pipeline. */
  readonly pipelines?: Readonly<Record<string, object>>;
  /** Answers of DescribeEndpoint by endpoint. */
  readonly endpoints?: Readonly<Record<string, object>>;
  /** The XML within NotificationConfiguration by bucket. */
  readonly buckets?: Readonly<Record<string, string>>;
  /** Answers instead, by operation, such as `ListPipelines`. */
  readonly refuse?: Readonly<Record<string, Answer>>;
}

const PAGE = 100;

/** STS, SageMaker and S3 on one address, in their three protocols. */
export function startAws(aws: SmallAws): Promise<LoopbackServer> {
  return startLoopbackServer((request) => {
    const operation = operationOf(request);
    return aws.refuse?.[operation] ?? answerOf(operation, request, aws);
  });
}

/** What the SDKs read from the environment to reach it. */
export function awsEnvironment(server: Pick<LoopbackServer, "endpoint">): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "eu-central-1",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

/** A refusal of STS. https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
export function stsError(status: number, code: string): Answer {
  const body = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>refused</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
  return { status, body, type: "text/xml" };
}

function operationOf({ method, path, headers, body }: Received): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.replace(/^SageMaker\./, "");
  if (method === "POST") return new URLSearchParams(body.toString()).get("Action") ?? "";
  return path.includes("notification") ? "GetBucketNotificationConfiguration" : "ListBuckets";
}

function answerOf(operation: string, request: Received, { pipelines = {}, endpoints = {}, buckets = {} }: SmallAws): Answer {
  switch (operation) {
    case "GetCallerIdentity":
      return {
        status: 200,
        type: "text/xml",
        body: '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ada</Arn><UserId>A</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
      };
    case "ListPipelines":
      return page(
        request,
        "PipelineSummaries",
        Object.keys(pipelines).map((PipelineName) => ({ PipelineName })),
      );
    case "ListEndpoints":
      return page(
        request,
        "Endpoints",
        Object.keys(endpoints).map((EndpointName) => ({ EndpointName })),
      );
    case "DescribePipeline": {
      const { PipelineName } = JSON.parse(request.body.toString());
      const definition = pipelines[PipelineName];
      if (definition === undefined) return awsError("ResourceNotFound", `Pipeline ${PipelineName} does not exist`);
      return json({ PipelineName, PipelineDefinition: JSON.stringify(definition) });
    }
    case "DescribeEndpoint":
      return json({ EndpointStatus: "InService", ...endpoints[JSON.parse(request.body.toString()).EndpointName] });
    case "ListBuckets": {
      const names = Object.keys(buckets).map((name) => `<Bucket><Name>${name}</Name></Bucket>`);
      return xml(`<ListAllMyBucketsResult><Buckets>${names.join("")}</Buckets></ListAllMyBucketsResult>`);
    }
    default: {
      const [, bucket = ""] = /^\/([^/?]+)/.exec(request.path) ?? [];
      const configuration = buckets[bucket];
      if (configuration === undefined) return s3Error(404, "NoSuchBucket");
      return xml(
        `<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${configuration}</NotificationConfiguration>`,
      );
    }
  }
}

function page(request: Received, key: string, items: readonly object[]): Answer {
  const start = Number(JSON.parse(request.body.toString()).NextToken ?? 0);
  const end = start + PAGE;
  return json({ [key]: items.slice(start, end), ...(end < items.length && { NextToken: String(end) }) });
}

function json(body: object): Answer {
  return { status: 200, body: JSON.stringify(body) };
}

function xml(body: string): Answer {
  return { status: 200, body, type: "application/xml" };
}
