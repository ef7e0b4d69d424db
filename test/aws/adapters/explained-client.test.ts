import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { sqsDeadLetters } from "../../../cli/redrive/sqs-dead-letters";
import { dynamoBatchStore } from "../../../functions/aws/adapters/dynamodb/batch-store";
import { dynamoCandidateLog } from "../../../functions/aws/adapters/dynamodb/candidate-log";
import { dynamoDecisionLog } from "../../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoDriftLog } from "../../../functions/aws/adapters/dynamodb/drift-log";
import { dynamoInstancePrices, dynamoModelSettings } from "../../../functions/aws/adapters/dynamodb/model-settings";
import { dynamoCoordinatorStore, dynamoPromotionStore } from "../../../functions/aws/adapters/dynamodb/versioned-store";
import { explainedClient } from "../../../functions/aws/adapters/explained-client";
import { snsNotifier } from "../../../functions/aws/adapters/messaging/notifier";
import {
  sqsAnswerQueue,
  sqsDriftQueue,
  sqsRejectedMessages,
  sqsRequestQueue,
} from "../../../functions/aws/adapters/messaging/queues";
import { s3CaptureStore } from "../../../functions/aws/adapters/s3/capture-store";
import { s3ManifestStore } from "../../../functions/aws/adapters/s3/manifest-store";
import { s3MonitorFiles } from "../../../functions/aws/adapters/s3/monitor-files";
import { s3ReportReader } from "../../../functions/aws/adapters/s3/report-reader";
import {
  sageMakerEndpointReader,
  sageMakerMonitoringSchedules,
  sageMakerMonitorReader,
} from "../../../functions/aws/adapters/sagemaker/monitor-reader";
import { sageMakerPipelineLauncher } from "../../../functions/aws/adapters/sagemaker/pipeline-launcher";
import { sageMakerRunWatcher } from "../../../functions/aws/adapters/sagemaker/run-watcher";
import { driftNotice } from "../../../functions/core/notices/notice";
import { memoryModelSettings } from "../../../functions/memory/manifest-store";
import { requestOf } from "../../contracts/coordination-samples";
import { bucketCalls, type Calls, messagesOf, stateCalls } from "../../contracts/every-call";
import { sqsEvent } from "../../simulation/data-path";
import { answerOf } from "../../simulation/requests";
import { type Answer, awsError, CLIENT, type LoopbackServer, startLoopbackServer } from "./loopback-server";

const ROOT = join(__dirname, "../../..");
const TABLE = "retrigger-prod-state";
const QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/retrigger-prod-requests.fifo";
const TOPIC = "arn:aws:sns:eu-central-1:123456789012:retrigger-prod-decisions";
const RUN = "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/flights/execution/1";
const DENIED = "User: arn:aws:iam::123456789012:role/r is not authorized";

describe("what is told of a client without", () => {
  const credentials = { accessKeyId: "id", secretAccessKey: "key" };

  it("a region, should name the variable that it is read from", async () => {
    const region = (): Promise<string> => Promise.reject(new Error("Region is missing"));
    const client = explainedClient(new DynamoDBClient({ credentials, region }));

    await expect(dynamoCoordinatorStore(client, TABLE).load("flights")).rejects.toThrow(
      /on the table retrigger-prod-state in an unknown region failed: Region is missing; name the region in AWS_REGION, such as eu-central-1$/,
    );
  });
});

describe("what the log says of a refusal by", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function told(callsTo: (endpoint: string) => Calls, answer: Answer): Promise<[string, string][]> {
    server = await startLoopbackServer(() => answer);
    return Object.entries(await messagesOf(callsTo(server.endpoint)));
  }

  it.each<[string, Answer, RegExp]>([
    [
      "access",
      awsError("com.amazonaws.dynamodb.v20120810#AccessDeniedException", DENIED),
      /AccessDeniedException: (\w+) on the table retrigger-prod-state in eu-central-1 failed: User: .*; allow dynamodb:\w+( and dynamodb:UpdateItem)? on it to the caller's role \(HTTP 400\)/,
    ],
    [
      "a table that is not there",
      awsError("com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "Requested resource not found"),
      /ResourceNotFoundException: \w+ on the table retrigger-prod-state in eu-central-1 failed: Requested resource not found; see that it exists in this account and region: cdktf deploy creates it, and its outputs name it \(HTTP 400\)/,
    ],
    [
      "its key",
      awsError("com.amazonaws.dynamodb.v20120810#AccessDeniedException", `${DENIED} to perform: kms:Decrypt`),
      /AccessDeniedException: \w+ on the table retrigger-prod-state in eu-central-1 failed: .*; let the caller's role use the KMS key, and see that the key is enabled/,
    ],
    [
      "more than it takes",
      awsError("com.amazonaws.dynamodb.v20120810#ThrottlingException", "Rate exceeded"),
      /RetryableError: .+ refused 12 times in a row; .*; caused by ThrottlingException: \w+ on the table retrigger-prod-state in eu-central-1 failed: Rate exceeded \(HTTP 400\)/,
    ],
    [
      "nothing, but a fault",
      awsError("InternalServerError", "fault", 500),
      /InternalServerError: \w+ on the table retrigger-prod-state in eu-central-1 failed: fault \(HTTP 500\)/,
    ],
    ["an answer", "hang up", /\w+ on the table retrigger-prod-state in eu-central-1 failed: .*socket hang up/],
  ])(
    "DynamoDB, which refuses %s, should name operation, table, region and what to do",
    async (_what, answer, expected) => {
      for (const [call, message] of await told(dynamoCalls, answer)) expect(`${call}: ${message}`).toMatch(expected);
    },
    30_000,
  );

  it.each<[string, Answer, RegExp]>([
    [
      "access",
      awsError("com.amazon.coral.service#AccessDeniedException", `${DENIED} to perform: sqs:x`, 403),
      /AccessDenied.*: \w+ on the queues? \S*retrigger-prod-\S+ in eu-central-1 failed: .*; allow sqs:\w+ on it to the caller's role/,
    ],
    [
      "a queue that is not there",
      awsError("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist."),
      /QueueDoesNotExist: \w+ on the queues? \S*retrigger-prod-\S+ in eu-central-1 failed: .*; see that it exists in this account and region/,
    ],
    [
      "its key",
      awsError("com.amazonaws.sqs#KmsAccessDenied", "The caller doesn't have the required KMS access."),
      /KmsAccessDenied: \w+ on the queues? \S*retrigger-prod-\S+ in eu-central-1 failed: .*; let the caller's role use the KMS key/,
    ],
    [
      "more than it takes",
      awsError("com.amazonaws.sqs#RequestThrottled", "Rate exceeded"),
      /RequestThrottled: \w+ on the queues? \S*retrigger-prod-\S+ in eu-central-1 failed: Rate exceeded \(HTTP 400\)/,
    ],
  ])("SQS, which refuses %s, should name operation, queue, region and what to do", async (_what, answer, expected) => {
    for (const [call, message] of await told(sqsCalls, answer)) expect(`${call}: ${message}`).toMatch(expected);
  });

  it.each<[string, Answer, RegExp]>([
    [
      "access",
      snsError(403, "AuthorizationError"),
      /AuthorizationErrorException: Publish .*; allow sns:Publish on it to the caller's role/,
    ],
    [
      "a topic that is not there",
      snsError(404, "NotFound"),
      /NotFoundException: Publish .*; see that it exists in this account and region/,
    ],
    ["its key", snsError(400, "KMSAccessDenied"), /KMSAccessDeniedException: Publish .*; let the caller's role use the KMS key/],
    ["more than it takes", snsError(400, "Throttled"), /ThrottledException: Publish .*/],
  ])("SNS, which refuses %s, should name the topic, region and what to do", async (_what, answer, expected) => {
    for (const [, message] of await told(snsCalls, answer)) {
      expect(message).toMatch(expected);
      expect(message).toContain(`on the topic ${TOPIC} in eu-central-1 failed: no`);
    }
  });

  it.each<[string, Answer, RegExp]>([
    ["access", s3Error(403, "AccessDenied"), /S3 did not \w+ s3:\/\/lake\/in\/.* \(403 AccessDenied: no\); .*(let|that) the role/],
    [
      "a bucket that is not there",
      s3Error(404, "NoSuchBucket"),
      /S3 did not \w+ s3:\/\/lake\/in\/.*\(404 NoSuchBucket: no\); create the bucket/,
    ],
    [
      "its key",
      s3Error(400, "KMS.DisabledException"),
      /S3 did not \w+ s3:\/\/lake\/in\/.* \(400 KMS\S+: no\); let .* use the KMS key/,
    ],
    [
      "more than it takes",
      s3Error(503, "SlowDown"),
      /RetryableError: S3 did not \w+ s3:\/\/lake\/in\/.* \(503 SlowDown: no\); it is tried again/,
    ],
  ])("S3, which refuses %s, should name operation, bucket, key and what to do", async (_what, answer, expected) => {
    for (const [call, message] of await told(s3Calls, answer)) expect(`${call}: ${message}`).toMatch(expected);
  });

  it.each<[string, Answer, RegExp]>([
    [
      "access",
      awsError("AccessDeniedException", DENIED),
      /SageMaker (refused to describe|did not start) .*flights.* \(AccessDeniedException: User: .*\); .*role/,
    ],
    [
      "what is not there",
      awsError("ResourceNotFound", "gone"),
      /SageMaker (refused to describe|did not start) .*flights.* \(ResourceNotFound: gone\); check /,
    ],
    [
      "more than it takes",
      awsError("ThrottlingException", "Rate exceeded"),
      /RetryableError: .*flights.*; caused by ThrottlingException: Rate exceeded \(HTTP 400\)/,
    ],
  ])("SageMaker, which refuses %s, should name what was asked for and what to do", async (_what, answer, expected) => {
    for (const [call, message] of await told(sageMakerCalls, answer)) expect(`${call}: ${message}`).toMatch(expected);
  });
});

describe("explainedClient", () => {
  it("should be what the functions and the command use", () => {
    const bare = /(?<!explainedClient\()new (?:DynamoDB|SNS|SQS)Client\(/;
    const files = ["functions", "cli"].flatMap((room) =>
      readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" }).map((file) => join(ROOT, room, file)),
    );

    expect(files.filter((file) => file.endsWith(".ts") && bare.test(readFileSync(file, "utf8")))).toEqual([]);
  });

  it("should leave an error of its class and with its fields, and explain it once", async () => {
    const error = new Error("no credentials");
    const client = explainedClient(new DynamoDBClient({ region: "eu-central-1", credentials: () => Promise.reject(error) }));
    const settings = dynamoModelSettings(client, TABLE, { now: () => 0, maxAgeMs: 0 });

    const told = await Promise.all([0, 1].map(() => settings.list().catch((thrown: unknown) => thrown)));

    expect(told).toEqual([error, error]);
    expect(error.message).toBe(`Query on the table ${TABLE} in eu-central-1 failed: no credentials`);
  });

  it("should explain that no region is known", async () => {
    const region = () => Promise.reject(new Error("Region is missing"));
    const client = explainedClient(new DynamoDBClient({ ...CLIENT, region }));

    await expect(dynamoModelSettings(client, TABLE, { now: () => 0 }).list()).rejects.toThrow(
      `Query on the table ${TABLE} in an unknown region failed: Region is missing`,
    );
  });
});

// Helpers

function dynamoCalls(endpoint: string): Calls {
  const client = explainedClient(new DynamoDBClient({ ...CLIENT, endpoint, maxAttempts: 1 }));
  const now = () => 0;
  return {
    ...stateCalls({
      batches: dynamoBatchStore(client, TABLE),
      states: dynamoCoordinatorStore(client, TABLE),
      decisions: dynamoDecisionLog(client, TABLE),
      drifts: dynamoDriftLog(client, TABLE),
      promotions: dynamoPromotionStore(client, TABLE),
      candidates: dynamoCandidateLog(client, TABLE),
      settings: dynamoModelSettings(client, TABLE, { now }),
    }),
    prices: dynamoInstancePrices(client, TABLE, 0, now),
  };
}

function sqsCalls(endpoint: string): Calls {
  const client = explainedClient(new SQSClient({ ...CLIENT, endpoint, maxAttempts: 1 }));
  const [record] = sqsEvent([{ id: "m-1", body: "{" }]).Records;
  if (record === undefined) throw new Error("an event has records");
  const refusal = { reason: "not JSON", function: "batcher", at: 0, subject: "message" } as const;
  return {
    requests: () => sqsRequestQueue(client, QUEUE).send(requestOf()),
    answers: () => sqsAnswerQueue(client, QUEUE).send(answerOf(1, "Zoë", { do: "approve", requestId: "r" })),
    drifts: () => sqsDriftQueue(client, QUEUE).send({}),
    rejected: () => sqsRejectedMessages(client, QUEUE).keep(record, refusal),
    deadLetters: () => sqsDeadLetters(client, { environment: "prod" }, memoryModelSettings([]), () => 0).queues(),
  };
}

function snsCalls(endpoint: string): Calls {
  const client = explainedClient(new SNSClient({ ...CLIENT, endpoint, maxAttempts: 1 }));
  return {
    notify: () =>
      snsNotifier(client, TOPIC, { environment: "test", stack: "aws", runbooks: "docs/runbooks" }).notify(
        driftNotice("flights", "drift", "high drift"),
      ),
  };
}

function s3Calls(endpoint: string): Calls {
  const client = new S3Client({ ...CLIENT, endpoint, forcePathStyle: true, maxAttempts: 1 });
  const ports = {
    manifests: s3ManifestStore(client),
    captures: s3CaptureStore(client),
    files: s3MonitorFiles(client),
    reports: s3ReportReader(client),
  };
  // HeadObject answers without words.
  const { "files.has": _head, ...calls } = bucketCalls("s3", ports);
  return calls;
}

function sageMakerCalls(endpoint: string): Calls {
  const client = new SageMakerClient({ ...CLIENT, endpoint, maxAttempts: 1 });
  const schedules = sageMakerMonitoringSchedules(client);
  return {
    start: () => sageMakerPipelineLauncher(client).start(requestOf(), { name: "flights-training", parameters: {} }),
    describe: () => sageMakerRunWatcher(client, async () => new Map()).describe(RUN),
    describeJob: () => sageMakerMonitorReader(client).describeJob("flights-job"),
    findExecution: () => sageMakerMonitorReader(client).findExecution("flights-hourly", "arn"),
    runsSince: () => schedules.runsSince("flights-hourly", 0),
    endpointOf: () => schedules.endpointOf("flights-hourly"),
    captureOf: () => sageMakerEndpointReader(client).captureOf("flights-endpoint"),
  };
}

function snsError(status: number, code: string): Answer {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
  return { status, type: "text/xml", body };
}

function s3Error(status: number, code: string): Answer {
  return { status, type: "application/xml", body: `<Error><Code>${code}</Code><Message>no</Message></Error>` };
}
