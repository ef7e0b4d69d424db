import { GetBucketNotificationConfigurationCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribePipelineCommand,
  ListEndpointsCommand,
  ListPipelinesCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import * as z from "zod/mini";
import { readTextFile } from "../../config/yaml-file";
import { apiLimits } from "../../functions/aws/adapters/call-limits";
import { messageOf } from "../../functions/core/log/log";
import { harmlessLine } from "../../functions/core/plain-text";
import { type Account, type EndpointFacts, type Listed, type Look, listPages, type PipelineFacts } from "./account";

/** Longest wait for an answer, and tries: a person waits for the whole of it. */
const LIMITS = apiLimits({ answerMs: 4_000, silenceMs: 4_000, maxAttempts: 2 });

/** Longest wait for credentials and the first answer, in ms: a process or a role that gives them may take seconds. */
const FIRST_ANSWER_MS = 8_000;

/** Of a reason that AWS gives, in characters. */
const MAX_REASON = 200;

/** What tells an instance of EC2 by its own files. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html */
const INSTANCE_SIGNS: readonly (readonly [file: string, sign: RegExp])[] = [
  ["/sys/devices/virtual/dmi/id/sys_vendor", /amazon/i],
  ["/sys/hypervisor/uuid", /^ec2/i],
];

/** Elsewhere than on an instance its metadata service is not asked: it would take seconds to be told nothing. */
function askInstanceOnlyWhereItIs(): void {
  if (process.platform !== "linux") return;
  const isInstance = INSTANCE_SIGNS.some(([file, sign]) => {
    const read = readTextFile(file);
    return read.isRead && sign.test(read.text);
  });
  if (!isInstance) process.env.AWS_EC2_METADATA_DISABLED ??= "true";
}

/** The region that the environment or the profile names; undefined without one. */
export async function awsRegion(): Promise<string | undefined> {
  const sts = new STSClient({});
  try {
    return await sts.config.region();
  } catch {
    return undefined;
  } finally {
    sts.destroy();
  }
}

/** The account of the credentials that the SDK finds, looked at in one region. */
export async function openAwsAccount(region: string): Promise<Look<Account>> {
  askInstanceOnlyWhereItIs();
  const sts = new STSClient({ region, ...LIMITS });
  const identity = await look("sts:GetCallerIdentity", async () => {
    const { Account: owner = "", Arn: caller = "" } = await withinMs(FIRST_ANSWER_MS, sts.send(new GetCallerIdentityCommand({})));
    return { owner, caller };
  });
  sts.destroy();
  return identity.isLooked ? { isLooked: true, found: accountOf(region, identity.found) } : identity;
}

function accountOf(region: string, { owner, caller }: Pick<Account, "owner" | "caller">): Account {
  const sageMaker = new SageMakerClient({ region, ...LIMITS });
  const s3 = new S3Client({ region, ...LIMITS });
  return {
    cloud: "aws",
    caller,
    owner,
    pipelines: () => look("sagemaker:ListPipelines", () => pipelinesOf(sageMaker)),
    pipeline: (name) => look("sagemaker:DescribePipeline", () => pipelineOf(sageMaker, name)),
    endpoints: () =>
      look("sagemaker:ListEndpoints", () =>
        listPages(async (NextToken) => {
          const page = await sageMaker.send(new ListEndpointsCommand({ MaxResults: 100, NextToken }));
          return { names: named(page.Endpoints, ({ EndpointName }) => EndpointName), next: page.NextToken };
        }),
      ),
    endpoint: (name) =>
      look("sagemaker:DescribeEndpoint", async () =>
        endpointFacts(name, await sageMaker.send(new DescribeEndpointCommand({ EndpointName: name }))),
      ),
    // Buckets of other regions are of no use: EventBridge tells of those of its own.
    buckets: () =>
      look("s3:ListAllMyBuckets", () =>
        listPages(async (ContinuationToken) => {
          const page = await s3.send(new ListBucketsCommand({ BucketRegion: region, MaxBuckets: 1_000, ContinuationToken }));
          return { names: named(page.Buckets, ({ Name }) => Name), next: page.ContinuationToken };
        }),
      ),
    bucket: (name) => bucketOf(s3, region, name),
    close() {
      sageMaker.destroy();
      s3.destroy();
    },
  };
}

function pipelinesOf(sageMaker: SageMakerClient): Promise<Listed> {
  return listPages(async (NextToken) => {
    const page = await sageMaker.send(
      new ListPipelinesCommand({ MaxResults: 100, NextToken, SortBy: "Name", SortOrder: "Ascending" }),
    );
    return { names: named(page.PipelineSummaries, ({ PipelineName }) => PipelineName), next: page.NextToken };
  });
}

/** https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/ */
const definitionSchema = z.object({
  Parameters: z._default(
    z.array(z.object({ Name: z.string(), Type: z._default(z.string(), "String"), DefaultValue: z.optional(z.unknown()) })),
    [],
  ),
});

async function pipelineOf(sageMaker: SageMakerClient, name: string): Promise<PipelineFacts> {
  try {
    const { PipelineDefinition = "{}" } = await sageMaker.send(new DescribePipelineCommand({ PipelineName: name }));
    const { Parameters } = definitionSchema.parse(JSON.parse(PipelineDefinition));
    const parameters = Parameters.map(({ Name, Type, DefaultValue }) => ({
      name: Name,
      type: Type,
      isText: Type === "String",
      isRequired: DefaultValue === undefined,
      ...(DefaultValue !== undefined && { standard: JSON.stringify(DefaultValue) }),
    }));
    return { exists: true, parameters };
  } catch (error) {
    if (nameOf(error) === "ResourceNotFound") return { exists: false };
    throw error;
  }
}

/** Captures lie below `<destination>/<endpoint>/<variant>/`. https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html */
function endpointFacts(
  endpoint: string,
  { DataCaptureConfig, ProductionVariants = [] }: DescribeEndpointCommandOutput,
): EndpointFacts {
  const { EnableCapture = false, CaptureStatus, DestinationS3Uri } = DataCaptureConfig ?? {};
  if (!EnableCapture || CaptureStatus === "Stopped" || DestinationS3Uri === undefined) {
    return { lacks: `the data capture of ${endpoint} is off; turn it on in its endpoint configuration to see drift` };
  }
  const variant = ProductionVariants[0]?.VariantName ?? "AllTraffic";
  return { monitoring: { capture: { location: `${DestinationS3Uri.replace(/\/+$/, "")}/${endpoint}/${variant}/`, endpoint } } };
}

async function bucketOf(s3: S3Client, region: string, name: string): ReturnType<Account["bucket"]> {
  try {
    const configuration = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: name }));
    if (configuration.EventBridgeConfiguration !== undefined) return { isLooked: true, found: { exists: true } };
    const { TopicConfigurations = [], QueueConfigurations = [], LambdaFunctionConfigurations = [] } = configuration;
    const others = TopicConfigurations.length + QueueConfigurations.length + LambdaFunctionConfigurations.length;
    const lacks = { what: `${name} does not send its notifications to EventBridge`, command: announceCommand(name, others > 0) };
    return { isLooked: true, found: { exists: true, lacks } };
  } catch (error) {
    if (nameOf(error) === "NoSuchBucket") return { isLooked: true, found: { exists: false } };
    if (/^(?:PermanentRedirect|AuthorizationHeaderMalformed|301)$/.test(nameOf(error))) {
      return { isLooked: false, reason: `it is not in ${region}, and EventBridge tells of buckets of its own region alone` };
    }
    return { isLooked: false, reason: refusalOf("s3:GetBucketNotification", error) };
  }
}

/** Put replaces the whole configuration of a bucket, so that others are kept by hand. */
function announceCommand(bucket: string, hasOthers: boolean): string {
  const put = `aws s3api put-bucket-notification-configuration --bucket ${bucket} --notification-configuration`;
  if (!hasOthers) return `${put} '{"EventBridgeConfiguration":{}}'`;
  const get = `aws s3api get-bucket-notification-configuration --bucket ${bucket}`;
  return `${get} | jq '.EventBridgeConfiguration = {}' > notifications.json && ${put} file://notifications.json`;
}

function named<T>(items: readonly T[] | undefined, nameOf: (item: T) => string | undefined): string[] {
  return (items ?? []).flatMap((item) => nameOf(item) ?? []);
}

async function look<T>(action: string, call: () => Promise<T>): Promise<Look<T>> {
  try {
    return { isLooked: true, found: await call() };
  } catch (error) {
    return { isLooked: false, reason: refusalOf(action, error) };
  }
}

/** @throws TimeoutError when it takes longer */
async function withinMs<T>(ms: number, call: Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(ms);
  const late = new Promise<never>((_, reject) => timeout.addEventListener("abort", () => reject(timeout.reason)));
  return Promise.race([call, late]);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

function refusalOf(action: string, error: unknown): string {
  const name = nameOf(error);
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized|^403$/.test(name)) return `your identity lacks ${action}`;
  if (/^(?:CredentialsProviderError|TokenProviderError)$/.test(name)) {
    return `no credentials of AWS were found (${harmlessLine(error instanceof Error ? error.message : "", MAX_REASON)})`;
  }
  if (
    /^(?:ExpiredToken|RequestExpired|InvalidClientTokenId|InvalidToken|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature)/.test(
      name,
    )
  ) {
    return `AWS does not accept your credentials (${name}); sign in again, as with aws sso login`;
  }
  if (/Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/.test(name)) return `AWS was too busy to answer ${action} (${name})`;
  if (/Timeout/.test(name)) return `${action} got no answer in time`;
  return `${action} failed (${harmlessLine(messageOf(error), MAX_REASON)})`;
}
