import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { apiLimits, objectLimits } from "../../../functions/aws/adapters/call-limits";
import { dynamoCoordinatorStore } from "../../../functions/aws/adapters/dynamodb/versioned-store";
import { snsNotifier } from "../../../functions/aws/adapters/messaging/notifier";
import { sqsRequestQueue } from "../../../functions/aws/adapters/messaging/queues";
import { s3CaptureStore } from "../../../functions/aws/adapters/s3/capture-store";
import { s3ManifestStore } from "../../../functions/aws/adapters/s3/manifest-store";
import { sageMakerPipelineLauncher } from "../../../functions/aws/adapters/sagemaker/pipeline-launcher";
import { sageMakerRunWatcher } from "../../../functions/aws/adapters/sagemaker/run-watcher";
import { RetryableError } from "../../../functions/core/errors";
import { driftNotice } from "../../../functions/core/notices/notice";
import { describeHangingRun } from "../../contracts/hanging-run.contract";
import { settingsOf } from "../../simulation/data-path";
import { requestOf } from "../../simulation/requests";
import { type Answer, CLIENT, jsonOf, type LoopbackServer, type Received, startLoopbackServer } from "./loopback-server";

const DEPLOYED = join(__dirname, "../../../functions/aws/deployed");
const IMPATIENT = { answerMs: 300, maxAttempts: 2 };
/** Enough for a service that does answer. */
const PATIENT = { answerMs: 2_000, maxAttempts: 1 };
const RUNS = "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/training/execution/";

describe("the limits of AWS's clients", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function configAgainst(answer: (request: Received) => Answer) {
    server = await startLoopbackServer(answer);
    return { ...CLIENT, endpoint: server.endpoint, forcePathStyle: true };
  }

  it.each([
    ["DynamoDB", "reading a coordinator's state of flights got no answer in time; it can be tried again later", readState],
    ["SageMaker", "SageMaker did not start the pipeline training for data/flight-delay/1; it can be tried again later", startRun],
    ["SQS", "sending to http://queue got no answer in time; it can be tried again later", sendRequest],
    ["SNS", "publishing to arn:topic got no answer in time; it can be tried again later", tellPeople],
    ["S3", /^S3 did not read s3:\/\/data\/manifests\/\S+ \(no answer TimeoutError: .*\); it is tried again$/, readLedger],
  ])("should give up a call that %s never answers, after another try, and name it", async (_service, message, call) => {
    const config = await configAgainst(() => "silence");
    const failed = call(config);
    await expect(failed).rejects.toThrow(RetryableError);
    await expect(failed).rejects.toThrow(message);
    expect(server?.received).toHaveLength(2);
  });

  it("should give up an object whose bytes stop coming", async () => {
    const config = await configAgainst(() => ({ status: 200, body: '{"a":1}\n{"b"', stalls: true }));
    const captures = s3CaptureStore(new S3Client({ ...config, ...objectLimits({ silenceMs: 300 }) }));
    await expect(Array.fromAsync(captures.lines("s3://data/captured.jsonl"))).rejects.toThrow(
      "reading s3://data/captured.jsonl broke off",
    );
  });

  describeHangingRun({
    name: "SageMaker",
    hanging: `${RUNS}hanging`,
    succeeded: `${RUNS}succeeded`,
    watcher: async () => {
      const succeeded = { PipelineExecutionStatus: "Succeeded", LastModifiedTime: 1_800_000_000, PipelineExecutionSteps: [] };
      const isHanging = (request: Received) => JSON.stringify(jsonOf(request)).includes("hanging");
      const config = await configAgainst((request) =>
        isHanging(request) ? "silence" : { status: 200, body: JSON.stringify(succeeded) },
      );
      return sageMakerRunWatcher(new SageMakerClient({ ...config, ...apiLimits(PATIENT) }), async () => new Map());
    },
  });

  it("should be those of every client that is deployed", () => {
    const sources = readdirSync(DEPLOYED).map((file) => readFileSync(join(DEPLOYED, file), "utf8"));
    const clients = sources.flatMap((source) => source.match(/new \w+Client\(.*?\(/g) ?? []);
    expect(clients.length).toBeGreaterThan(10);
    for (const client of clients) expect(client).toMatch(/^new (S3Client\(objectLimits|(?!S3)\w+Client\(apiLimits)\($/);
  });
});

// Helpers

type Config = typeof CLIENT & { readonly endpoint: string };

function readState(config: Config) {
  return dynamoCoordinatorStore(new DynamoDBClient({ ...config, ...apiLimits(IMPATIENT) }), "state").load("flights");
}

function startRun(config: Config) {
  const launcher = sageMakerPipelineLauncher(new SageMakerClient({ ...config, ...apiLimits(IMPATIENT) }));
  return launcher.start(requestOf("1"), { name: "training", parameters: {} });
}

function sendRequest(config: Config) {
  return sqsRequestQueue(new SQSClient({ ...config, ...apiLimits(IMPATIENT) }), "http://queue").send(requestOf("1"));
}

function tellPeople(config: Config) {
  const place = { environment: "test", stack: "aws", runbooks: "docs/runbooks" } as const;
  const client = new SNSClient({ ...config, ...apiLimits(IMPATIENT) });
  return snsNotifier(client, "arn:topic", place).notify(driftNotice("flights", "a subject", "a text"));
}

function readLedger(config: Config) {
  const { model, data } = settingsOf();
  const manifests = s3ManifestStore(new S3Client({ ...config, ...objectLimits(IMPATIENT) }));
  return manifests.readLedger({ model, data, deployment: "a1", generation: 1 });
}
