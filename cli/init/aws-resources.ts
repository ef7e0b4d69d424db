import { GetBucketNotificationConfigurationCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribePipelineCommand,
  ListEndpointsCommand,
  ListPipelinesCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { readDefinition } from "../../config/checks/pipeline-parameters";
import { answeredByAws } from "../control/aws-answers";
import { type Account, type EndpointFacts, type Listed, listPages, type PipelineFacts } from "./account";
import { type LIMITS, look, nameOf, refusalOf } from "./aws-refusals";

/** Pipelines, endpoints and buckets of a region, as its caller may see them. */
export function awsResources(region: string, limits: typeof LIMITS, { owner, caller }: Pick<Account, "owner" | "caller">): Account {
  const sageMaker = answeredByAws(new SageMakerClient({ region, ...limits }));
  const s3 = answeredByAws(new S3Client({ region, ...limits }));
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

async function pipelineOf(sageMaker: SageMakerClient, name: string): Promise<PipelineFacts> {
  try {
    const { PipelineDefinition = "" } = await sageMaker.send(new DescribePipelineCommand({ PipelineName: name }));
    const definition = readDefinition(PipelineDefinition);
    if (!definition.isRead) throw new Error("the definition that SageMaker returned cannot be read");
    const parameters = definition.parameters.map(({ Name, Type = "String", DefaultValue }) => ({
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
      return { isLooked: false, reason: `it is not in ${region}, and EventBridge sees only buckets of its own region` };
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
