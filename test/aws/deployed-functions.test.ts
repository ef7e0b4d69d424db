import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { unzipSync } from "fflate";
import { toItem } from "../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoPromotionStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { completedJobEvent } from "../../functions/core/drift/sources/sagemaker-processing-job";
import type { ModelSettings } from "../../functions/core/model-settings";
import { initialPromotion } from "../../functions/core/promotion/promotion-state";
import { newRollout } from "../../functions/core/promotion/rollout/start-rollout";
import type { TrainingRequest } from "../../functions/core/training-request";
import { bundleFunction } from "../../modules/bundle/bundle-function";
import { describeWithDynamoDb } from "../contracts/dynamodb-endpoint";
import { candidateOf } from "../contracts/promotion-samples";
import { promotionOf, rolloutOf } from "../modules/promoted-settings";
import { capturedObjects, monitoredSettings, reportIn } from "../simulation/captures";
import { objectMessage, settingsOf, sqsEvent } from "../simulation/data-path";
import { jsonOf, type LoopbackServer, startLoopbackServer } from "./adapters/loopback-server";
import { s3Answer } from "./adapters/s3-server";

const ROOT = join(__dirname, "../..");
const SHA256 = "0a".repeat(32);

describe("the runtime of the tests", () => {
  it("should be the functions' own", () => {
    expect(process.versions.node).toMatch(/^24\./);
  });
});

describeWithDynamoDb("the functions as they are deployed", (dynamoDb) => {
  let folder = "";
  let logged = "";
  let server: LoopbackServer | undefined;

  beforeEach(() => {
    logged = "";
    folder = mkdtempSync(join(tmpdir(), "retrigger-function-"));
  });

  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await server?.stop();
  });

  function sentTo(queue: string): { readonly MessageBody: string; readonly MessageGroupId: string }[] {
    const sent = server?.received.filter(({ headers }) => headers["x-amz-target"] === "AmazonSQS.SendMessage") ?? [];
    return sent.map((request) => JSON.parse(request.body.toString())).filter(({ QueueUrl }) => QueueUrl.endsWith(queue));
  }

  it("should take objects from the queue, publish the batch that they fill, and start its pipeline", async () => {
    const table = await dynamoDb().createTable();
    await putSettings(table);
    server = await startAws();
    const environment = environmentOf(table, server.endpoint, dynamoDb().endpoint);
    const event = sqsEvent([
      objectMessage("m1", "in/a"),
      { id: "bad", body: "{" },
      objectMessage("m2", "in/b"),
      objectMessage("m3", "in/b"),
    ]);

    const batched = await invoke("batcher", event, environment);
    const again = await invoke("batcher", sqsEvent([objectMessage("m4", "in/c")]), environment);
    const swept = await invoke("sweeper", {}, environment);

    expect(batched).toEqual({ batchItemFailures: [] });
    expect(sentTo("dead-letters")).toMatchObject([{ MessageBody: "{" }]);
    expect(again).toEqual({ batchItemFailures: [] });
    expect(swept).toBeUndefined();
    const manifest = server.received.find(({ method, path }) => method === "PUT" && path.includes(".manifest"));
    expect(manifest?.path).toMatch(/^\/data\/manifests\/flight-delay\/[a-z0-9]{12}\/0{9}[12]\.manifest\?/);
    expect(manifest?.body.toString()).toBe('[{"prefix":"s3://data/"},"in/a","in/b","in/c"]');

    const [{ MessageBody, MessageGroupId } = { MessageBody: "", MessageGroupId: "" }] = sentTo("requests.fifo");
    const request: TrainingRequest = JSON.parse(MessageBody);
    expect(MessageGroupId).toBe("flight-delay");
    const coordinated = await invoke("coordinator", sqsEvent([{ id: "r1", body: MessageBody }]), environment);
    await invoke("coordinator", sqsEvent([{ id: "r2", body: MessageBody }]), environment);

    expect(coordinated).toEqual({ batchItemFailures: [] });
    const starts = server.received.filter(({ headers }) => headers["x-amz-target"] === "SageMaker.StartPipelineExecution");
    expect(starts).toHaveLength(1);
    expect(jsonOf(starts[0])).toMatchObject({
      PipelineName: "training",
      PipelineParameters: [{ Name: "ManifestUri", Value: request.manifests[0]?.uri }],
    });
    const told = embeddedMetrics(logged);
    const events = ["message-rejected", "batch-published", "model-state", "swept", "request-received", "decided", "run-started"];
    expect(told.map(({ event }) => event)).toEqual(expect.arrayContaining(events));
    for (const entry of told) expect(entry).toMatchObject({ environment: "test" });
    expect(told.find(({ event }) => event === "model-state")).toMatchObject({ RunningRuns: 0, driftSuspectedSec: 0 });
    expect(logged).not.toContain("metrics-not-told");
  });

  it("should keep a message that it cannot tell, say why, and set aside what no topic brought", async () => {
    const table = await dynamoDb().createTable();
    server = await startAws();
    const secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf";
    const environment = {
      ...environmentOf(table, server.endpoint, dynamoDb().endpoint),
      RETRIGGER_SLACK: JSON.stringify({ secret, about: ["decisions"] }),
    };
    const notice = readFileSync(join(__dirname, "fixtures/notice-notification.json"), "utf8");
    const event = sqsEvent([
      { id: "m1", body: notice },
      { id: "bad", body: "{" },
    ]);

    const told = await invoke("messenger", event, environment);

    expect(told).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(sentTo("dead-letters")).toMatchObject([{ MessageBody: "{" }]);
    const asked = server.received.filter(({ headers }) => headers["x-amz-target"] === "secretsmanager.GetSecretValue");
    expect(asked.map(jsonOf)).toEqual([{ SecretId: secret }]);
    expect(logged).toContain(`got no address of a webhook of Slack in the secret ${secret}`);
  });

  it("should take drift reports from the bucket and from the queue, and ask for the training that follows, once", async () => {
    const table = await dynamoDb().createTable();
    await putSettings(table);
    server = await startAws();
    const environment = environmentOf(table, server.endpoint, dynamoDb().endpoint);
    const key = "drift/flight-delay/monday.json";
    await fetch(`${server.endpoint}/data/${key}`, { method: "PUT", body: driftReport("monday", 1) });
    const event = sqsEvent([objectMessage("m1", key), { id: "bad", body: "{" }, { id: "m2", body: driftReport("tuesday", 2) }]);

    const first = await invoke("drift-evaluator", event, environment);
    const again = await invoke("drift-evaluator", event, environment);

    expect(first).toEqual({ batchItemFailures: [] });
    expect(sentTo("dead-letters")).toMatchObject([{ MessageBody: "{" }, { MessageBody: "{" }]);
    expect(again).toEqual(first);
    const sent = sentTo("requests.fifo");
    expect(sent).toEqual([expect.objectContaining({ MessageGroupId: "flight-delay" })]);
    expect(JSON.parse(sent[0]?.MessageBody ?? "")).toMatchObject({
      model: "flight-delay",
      causes: [{ type: "drift", feature: "delay" }],
    });
  });

  it("should learn the baseline of captured requests, and write one report of the window after it", async () => {
    const table = await dynamoDb().createTable();
    await putSettings(table, monitoredSettings("s3", "sagemaker").monitoring);
    const captured = capturedObjects("sagemaker", Date.now()).map(([path, text]): [string, Buffer] => [
      `/${path}`,
      Buffer.from(text),
    ]);
    const objects = new Map(captured);
    server = await startAws(objects);
    const environment = environmentOf(table, server.endpoint, dynamoDb().endpoint);

    await invoke("drift-monitor", { model: "flight-delay" }, environment);
    await invoke("drift-monitor", {}, environment);

    const written = server.received.filter(({ method }) => method === "PUT").map(({ path }) => path.split("?")[0] ?? "");
    expect(written).toEqual([
      "/data/retrigger/baselines/flight-delay.json",
      expect.stringMatching(/^\/data\/drift\/flight-delay\/captured-.*\.json$/),
    ]);
    expect(reportIn(objects.get(written[1] ?? ""))).toEqual({ model: "flight-delay", monitor: "retrigger", values: 60 });
    await expect(invoke("drift-monitor", { model: "other" }, environment)).rejects.toThrow("there is no model other; expected");
  });

  it("should find a monitoring run that no event told of, and put it into the drift queue", async () => {
    const table = await dynamoDb().createTable();
    await putSettings(table, { prefix: "drift/", sagemaker: { schedules: ["hourly"] } });
    server = await startAws();
    const environment = environmentOf(table, server.endpoint, dynamoDb().endpoint);

    await invoke("sweeper", {}, { ...environment, RETRIGGER_DRIFT: `${server.endpoint}/123456789012/drift` });

    const sent = server.received.filter(({ headers }) => headers["x-amz-target"] === "AmazonSQS.SendMessage");
    const { QueueUrl, MessageBody } = jsonOf(sent[0]) as { QueueUrl: string; MessageBody: string };
    expect(sent).toHaveLength(1);
    expect(QueueUrl).toMatch(/\/123456789012\/drift$/);
    expect(JSON.parse(MessageBody)).toEqual(completedJobEvent(MISSED_JOB));
  });

  it("should look at the endpoint of a rollout, and hold it where there is none", async () => {
    const table = await dynamoDb().createTable();
    const rollout = rolloutOf("s3", "flight-delay");
    const promotion = { ...promotionOf("s3", "flight-delay"), rollout };
    const settings: ModelSettings = { ...settingsOf(), promotion };
    await dynamoDb().client.send(
      new PutItemCommand({ TableName: table, Item: toItem({ pk: "settings", sk: settings.model, settings }) }),
    );
    const candidate = candidateOf(1, { model: settings.model });
    const current = {
      candidate,
      stage: "rollout",
      rollout: newRollout(rollout, candidate.id, "it is better", Date.now()),
    } as const;
    const states = dynamoPromotionStore(dynamoDb().client, table);
    await states.save(settings.model, { ...initialPromotion(promotion.registry, SHA256), current }, 0);
    server = await startAws();
    const { RETRIGGER_TOPIC: _topic, ...environment } = environmentOf(table, server.endpoint, dynamoDb().endpoint);

    await invoke("rollout", {}, environment);

    const asked = server.received.map(({ headers }) => headers["x-amz-target"]);
    expect(asked).toEqual(["SageMaker.DescribeEndpoint"]);
    expect((await states.load(settings.model))?.state.current?.rollout?.hold).toMatchObject({ reason: "lost" });
    expect(embeddedMetrics(logged)).toEqual([expect.objectContaining({ event: "rollout-state", rolloutPercent: 0 })]);
  });

  async function putSettings(table: string, monitoring: ModelSettings["monitoring"] = settingsOf().monitoring): Promise<void> {
    const batch = { batchSize: 3, windowMs: 86_400_000, dedupeHorizonMs: 3_600_000, retentionMs: 86_400_000 };
    const settings = { ...settingsOf(batch), monitoring };
    const row = { pk: "settings", sk: settings.model, settings };
    await dynamoDb().client.send(new PutItemCommand({ TableName: table, Item: toItem(row) }));
  }

  /** Runs one function in a process of its own, as Lambda would for a cold start. */
  async function invoke(name: string, event: object, environment: Readonly<Record<string, string>>): Promise<unknown> {
    const { zipPath } = bundleFunction(ROOT, `functions/aws/deployed/${name}.ts`);
    const home = join(folder, name);
    mkdirSync(home, { recursive: true });
    for (const [file, content] of Object.entries(unzipSync(readFileSync(zipPath)))) writeFileSync(join(home, file), content);
    const child = spawn(process.execPath, ["-e", RUNNER], { cwd: home, env: environment, stdio: ["pipe", "pipe", "pipe"] });
    const output: Record<"stdout" | "stderr", string> = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      output.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output.stderr += chunk;
    });
    child.stdin.end(JSON.stringify(event));
    const exitCode: unknown = await new Promise((ended) => child.once("close", ended));
    if (exitCode !== 0) throw new Error(`${name} ended with ${String(exitCode)}: ${output.stderr}`);
    logged += output.stdout;
    const answer = /^RESULT (.*)$/m.exec(output.stdout)?.[1];
    return answer === undefined || answer === "undefined" ? undefined : JSON.parse(answer);
  }
});

// Helpers

const RUNNER = `
const { text } = require("node:stream/consumers");
const { handler } = require("./index.js");
text(process.stdin)
  .then((event) => handler(JSON.parse(event), { getRemainingTimeInMillis: () => 60_000 }))
  .then((result) => console.log("RESULT " + JSON.stringify(result)));
`;

/** The lines of a log that CloudWatch takes metrics from. */
function embeddedMetrics(log: string): Record<string, unknown>[] {
  const lines = log.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line): Record<string, unknown> => JSON.parse(line)).filter(({ _aws }) => _aws !== undefined);
}

/** A report of drift in a window of one day of November 2025; a drift is detected by two of them. */
function driftReport(id: string, day: number): string {
  const window = { start: Date.UTC(2025, 10, day), end: Date.UTC(2025, 10, day + 1) };
  const evidence = { type: "score", metric: "psi", score: 0.2, bins: 10 };
  const features = [{ name: "delay", kind: "data", sampleSize: 100_000, referenceSize: 100_000, evidence }];
  return JSON.stringify({ version: 1, model: "flight-delay", id, monitor: "own", window, features });
}

const MISSED_JOB = "arn:aws:sagemaker:eu-central-1:1:processing-job/model-monitoring-1";

/** S3, SQS and SageMaker, as far as the functions speak with them. */
function startAws(objects = new Map<string, Buffer>()): Promise<LoopbackServer> {
  let described: unknown;
  return startLoopbackServer((request) => {
    const { headers, body } = request;
    if (headers["x-amz-target"] === "AmazonSQS.SendMessage") {
      const { MessageBody }: { MessageBody: string } = JSON.parse(body.toString());
      const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex");
      return { status: 200, body: JSON.stringify({ MessageId: "1", MD5OfMessageBody }), type: "application/x-amz-json-1.0" };
    }
    if (headers["x-amz-target"] === "SageMaker.StartPipelineExecution") {
      ({ PipelineExecutionDescription: described } = JSON.parse(body.toString()));
      return {
        status: 200,
        body: JSON.stringify({ PipelineExecutionArn: "arn:aws:sagemaker:eu-central-1:1:pipeline/training/execution/1" }),
      };
    }
    if (headers["x-amz-target"] === "SageMaker.DescribePipelineExecution") {
      return { status: 200, body: JSON.stringify({ PipelineExecutionDescription: described }) };
    }
    if (headers["x-amz-target"] === "SageMaker.ListMonitoringExecutions") {
      const at = Date.now() / 1000 - 7_200;
      const run = { MonitoringScheduleName: "hourly", ScheduledTime: at, CreationTime: at, LastModifiedTime: at };
      const ended = { ...run, MonitoringExecutionStatus: "CompletedWithViolations", ProcessingJobArn: MISSED_JOB };
      return { status: 200, body: JSON.stringify({ MonitoringExecutionSummaries: [ended] }) };
    }
    if (headers["x-amz-target"] === "SageMaker.DescribeEndpoint") {
      const message = 'Could not find endpoint "flight-delay".';
      return { status: 400, body: JSON.stringify({ __type: "ValidationException", message }) };
    }
    if (headers["x-amz-target"] !== undefined) return { status: 200, body: "{}" };
    return s3Answer(objects, request);
  });
}

function environmentOf(table: string, endpoint: string, dynamoDb: string): Record<string, string> {
  return {
    RETRIGGER_ENVIRONMENT: "test",
    RETRIGGER_STATE: table,
    RETRIGGER_TOPIC: "arn:aws:sns:eu-central-1:123456789012:decisions",
    RETRIGGER_REQUESTS: `${endpoint}/123456789012/requests.fifo`,
    RETRIGGER_DEAD_LETTERS: `${endpoint}/123456789012/dead-letters`,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb,
  };
}
