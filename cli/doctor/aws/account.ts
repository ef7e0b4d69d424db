import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import type { DeploymentConfig, ModelConfig } from "../../../config/config";
import { modelsOn } from "../../../config/model-cloud";
import { partitionOf } from "../../../config/sections/aws/aws";
import { apiLimits } from "../../../functions/aws/adapters/call-limits";
import { explainedClient } from "../../../functions/aws/adapters/explained-client";
import { messageOf } from "../../../functions/core/log/log";
import { physicalName } from "../../../modules/aws/deployment";
import { answeredByAws, brokenAnswerText, isBrokenAnswer } from "../../control/aws-answers";
import type { PlannedStack } from "../../plan/synthesise";
import type { Patient, Refusal } from "../finding";
import { type SignedCalls, signedCalls } from "./signed-calls";

/** The services that a doctor asks, none of which it changes. */
export interface AwsClients {
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly s3: S3Client;
  readonly sageMaker: SageMakerClient;
  readonly dynamo: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly events: EventBridgeClient;
  readonly cloudWatch: CloudWatchClient;
}

/** What every client is made with; a test adds an endpoint and credentials. */
export interface ClientOptions {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: NonNullable<STSClientConfig["credentials"]>;
}

/** A busy service is asked four times, with growing waits; one that is silent holds up a look for some ten seconds. */
const LIMITS = { answerMs: 2_500, silenceMs: 2_500, maxAttempts: 4 };

/** Clients of the configuration's region, under the caller's own identity. */
export function awsClients(options: ClientOptions): AwsClients {
  const all = { ...apiLimits(LIMITS), ...options };
  return {
    sts: answeredByAws(new STSClient(all)),
    iam: answeredByAws(new IAMClient(all)),
    // a bucket of another region tells which one it is in
    s3: answeredByAws(new S3Client({ ...all, followRegionRedirects: options.endpoint === undefined })),
    sageMaker: answeredByAws(new SageMakerClient(all)),
    dynamo: answeredByAws(explainedClient(new DynamoDBClient(all))),
    sqs: answeredByAws(explainedClient(new SQSClient(all))),
    sns: answeredByAws(explainedClient(new SNSClient(all))),
    events: answeredByAws(new EventBridgeClient(all)),
    cloudWatch: answeredByAws(new CloudWatchClient(all)),
  };
}

/** Ends a client, and what still asks it page by page after the examination gave up. */
export function closed(client: AwsClients[keyof AwsClients]): void {
  const { middlewareStack } = client as STSClient;
  const refuse = async (): Promise<never> => {
    throw new Error("the examination is over");
  };
  middlewareStack.add(() => refuse, { step: "initialize", priority: "high", name: "closed", override: true });
  client.destroy();
}

/** Who asks. */
interface Identity {
  readonly accountId: string;
  readonly arn: string;
}

/** The account of a configuration on AWS. The first two checks learn who asks, and whether the deployment is there. */
export interface AwsAccount extends Patient {
  readonly environment: string;
  readonly namePrefix: string;
  readonly region: string;
  readonly partition: string;
  readonly config: DeploymentConfig;
  readonly aws: NonNullable<DeploymentConfig["aws"]>;
  /** By name. */
  readonly models: readonly (readonly [string, ModelConfig])[];
  /** Those of `models` with data, which the coordinator decides about. */
  readonly coordinated: readonly (readonly [string, ModelConfig & { readonly data: NonNullable<ModelConfig["data"]> }])[];
  readonly stateTable: string;
  readonly clients: AwsClients;
  /** Services that have no client of their own here. */
  readonly calls: SignedCalls;
  /** What the configuration deploys; rejects with ConfigError for what AWS does not allow. */
  readonly planned: () => Promise<PlannedStack>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  identity: Identity | undefined;
  isDeployed: boolean | undefined;
}

/** What an examination is made with. */
interface AwsMeans {
  readonly clients: AwsClients;
  readonly planned: AwsAccount["planned"];
  readonly now: () => number;
}

/** @throws Error when the configuration has no section `aws` */
export function awsAccount(config: DeploymentConfig, { clients, planned, now }: AwsMeans): AwsAccount {
  const { environment, namePrefix, aws } = config;
  if (aws === undefined) throw new Error("the configuration has no section aws; expected one");
  const models = modelsOn("aws", config.models);
  return {
    environment,
    namePrefix,
    region: aws.region,
    partition: partitionOf(aws.region),
    config,
    aws,
    models,
    coordinated: models.flatMap(([name, { data, ...model }]) => (data === undefined ? [] : [[name, { ...model, data }] as const])),
    stateTable: physicalName(config, "state"),
    clients,
    calls: signedCalls(clients.sts),
    planned: once(planned),
    now,
    identity: undefined,
    isDeployed: undefined,
    deployCommand: "cdktf deploy aws-stack",
    refusalOf: awsRefusal,
    grantOf: (permission) => `allow ${permission} to your identity; docs/doctor.md has the whole policy`,
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const SIGN_IN = "aws sso login, or name a profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const EXPIRED = /expired/i;
const NOT_ACCEPTED = /^(?:InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId|AuthFailure)$/;

/** Whether there are no credentials, or they do not hold, so that nothing can be asked. */
export function isSignedOut(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === "CredentialsProviderError" || EXPIRED.test(error.name) || NOT_ACCEPTED.test(error.name);
}

/** What a call of AWS was refused with, for a person; without a cure where a permission is what is missing. */
function awsRefusal(error: unknown): Refusal {
  const why = brokenAnswerOf(error) ?? messageOf(error);
  if (!(error instanceof Error)) return { why, cure: "try again" };
  if (brokenAnswerOf(error) !== undefined) return unusable(why);
  const { name, message } = error;
  if (EXPIRED.test(name) || (name === "CredentialsProviderError" && EXPIRED.test(message)))
    return { why: `your credentials have expired (${why})`, cure: SIGN_IN };
  if (name === "CredentialsProviderError") return { why: `no credentials were found (${why})`, cure: SIGN_IN };
  if (NOT_ACCEPTED.test(name)) {
    const cure = "aws configure list shows which keys are used; a region that is not enabled for the account refuses them too";
    return { why: `your credentials are not accepted (${why})`, cure };
  }
  if (isDenied(error)) return { why: `you are not allowed to look at it (${why})`, cure: undefined };
  if (/Throttl|TooManyRequests|RequestLimit/.test(name))
    return { why: `AWS throttled the request (${why})`, cure: "try again in a minute" };
  if (/ENOTFOUND|EAI_AGAIN/.test(why))
    return { why: `the service has no address there (${why})`, cure: "correct aws.region, or check your network connection" };
  if ((statusOf(error) ?? 500) < 500) return { why: `it was refused (${why})`, cure: "see what the service says" };
  return unusable(why);
}

/** What is said of an answer that is not of AWS, which may be the cause of another error. */
function brokenAnswerOf(error: unknown): string | undefined {
  if (isBrokenAnswer(error)) return brokenAnswerText(error);
  return error instanceof Error && error.cause !== undefined ? brokenAnswerOf(error.cause) : undefined;
}

function unusable(why: string): Refusal {
  return {
    why: `it gave no usable answer (${why})`,
    cure: "try again; if it persists, check whether a proxy or a firewall is in the way",
  };
}

/** A refusal without a body, as that of HeadBucket, has its status alone. */
function isDenied(error: Error): boolean {
  return (
    /AccessDenied|AuthorizationError|NotAuthorized|Forbidden|UnauthorizedOperation/.test(error.name) || statusOf(error) === 403
  );
}

/** HTTP status of a refusal; undefined for what is none. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const { $metadata } = error;
  if (typeof $metadata !== "object" || $metadata === null || !("httpStatusCode" in $metadata)) return undefined;
  return typeof $metadata.httpStatusCode === "number" ? $metadata.httpStatusCode : undefined;
}
