import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import * as z from "zod/mini";
import { pubSubDeadLetters } from "../../../cli/redrive/pubsub-dead-letters";
import { pubSubSubscriptions } from "../../../cli/redrive/pubsub-letter";
import { sageMakerPipelineLauncher } from "../../../functions/aws/adapters/sagemaker/pipeline-launcher";
import { PoisonMessageError, RetryableError, StartRefusedError } from "../../../functions/core/errors";
import { amountSchema, timeSchema } from "../../../functions/core/numbers";
import type { RolloutSettings } from "../../../functions/core/promotion/rollout/rollout-settings";
import type { GoogleRest } from "../../../functions/gcp/adapters/google-rest";
import { monitoringTrafficMetrics } from "../../../functions/gcp/adapters/monitoring/traffic-metrics";
import { secretValue } from "../../../functions/gcp/adapters/secrets/secret-value";
import { gcsCaptureStore } from "../../../functions/gcp/adapters/storage/capture-store";
import { gcsReportReader } from "../../../functions/gcp/adapters/storage/report-reader";
import { vertexEndpointTraffic } from "../../../functions/gcp/adapters/vertex/endpoint-traffic";
import { vertexModelRegistry } from "../../../functions/gcp/adapters/vertex/model-registry";
import { vertexMonitoringJobKeeper } from "../../../functions/gcp/adapters/vertex/monitoring-job-keeper";
import { vertexMonitoringJobs } from "../../../functions/gcp/adapters/vertex/monitoring-jobs";
import { memoryModelSettings } from "../../../functions/memory/manifest-store";
import { webhookAddress } from "../../../functions/node/chats/webhook-address";
import { googleSettings } from "../../gcp/messages";
import { requestOf } from "../../simulation/requests";
import { naming, type Parser, type Refusal, throwing } from "../parser";

const REQUEST = requestOf("1");
const ADDRESS = "http://localhost";
const ENDPOINT = "projects/1/locations/europe-west4/endpoints/2";
const JOB = "projects/1/locations/europe-west4/modelDeploymentMonitoringJobs/3";

const MODEL = "projects/p/locations/europe-west4/models/flights";
const VERSION = {
  name: `${MODEL}@2`,
  versionId: "2",
  versionCreateTime: "2026-11-21T12:00:00.123456Z",
  versionAliases: ["champion"],
  labels: { "retrigger-verdict": "approved" },
  artifactUri: "gs://models/2",
  pipelineJob: "projects/p/locations/europe-west4/pipelineJobs/r",
  etag: "e",
};
const RUN = {
  state: "PIPELINE_STATE_RUNNING",
  jobDetail: { taskDetails: [{ outputs: { evaluation: { artifacts: [{ uri: "gs://models/2/evaluation.json" }] } } }] },
};

const ROLLOUT: RolloutSettings = {
  endpoint: ENDPOINT,
  shadowWindows: 0,
  percents: [5],
  tolerance: 1.25,
  bakeWindows: 24,
  deadlineWindows: 2016,
  laterCandidate: "waits",
};

const QUEUE = "retrigger-dev-data-dlq";
const SUBSCRIPTIONS = JSON.stringify({
  subscriptions: [{ name: `projects/p/subscriptions/${QUEUE}`, topic: `projects/p/topics/${QUEUE}` }],
});

/** What stands between may answer in the place of a cloud, and for a while: the call is made again. */
const REFUSAL: Refusal = {
  isClean: (error) =>
    error instanceof RetryableError || error instanceof PoisonMessageError || /; (?:deploy one|check)/.test(error.message),
  mostChars: 1_000,
};

/** What the APIs of Google Cloud answer; the clients of AWS read their own. */
export const answers: readonly Parser[] = [
  {
    name: "objects of Cloud Storage",
    of: ["functions/gcp/adapters/storage/report-reader.ts", "functions/gcp/adapters/google-rest.ts"],
    texts: ['{"kind":"storage#object","generation":"7","size":"12","timeCreated":"2026-11-21T12:00:00.123Z"}'],
    read: async (text) => {
      const read = await gcsReportReader(restOf(text, "{}"), ADDRESS).read("gs://lake/a.json");
      timeSchema.parse(read?.writtenAt);
    },
    refusal: REFUSAL,
  },
  {
    name: "pages of Cloud Storage",
    of: ["functions/gcp/adapters/storage/capture-store.ts", "functions/gcp/adapters/storage/storage-object.ts"],
    texts: ['{"items":[{"name":"a","size":"1"},{"name":"b","size":"2"}],"prefixes":["in/"],"nextPageToken":"x"}'],
    read: async (text) => {
      const noDownload = async () => Promise.reject(new Error("nothing is downloaded"));
      for await (const { bytes } of gcsCaptureStore(restOf(text, "{}"), noDownload, ADDRESS).list("gs://lake/in/"))
        amountSchema.parse(bytes);
      z.array(z.string()).parse(await gcsCaptureStore(restOf(text, "{}"), noDownload, ADDRESS).folders("gs://lake/"));
    },
    refusal: REFUSAL,
  },
  {
    name: "monitoring jobs of Vertex AI",
    of: ["functions/gcp/adapters/vertex/monitoring-jobs.ts"],
    texts: [JSON.stringify({ name: JOB, endpoint: ENDPOINT })],
    read: async (text) => z.string().parse(await vertexMonitoringJobs(restOf(text), () => ADDRESS).endpointOf(JOB)),
    refusal: REFUSAL,
  },
  {
    name: "endpoints and jobs of Vertex AI",
    of: ["functions/gcp/adapters/vertex/monitoring-job-keeper.ts"],
    texts: [
      JSON.stringify({
        deployedModels: [{ id: "4" }],
        modelDeploymentMonitoringJobs: [{ name: JOB, endpoint: ENDPOINT, labels: { a: "b" } }],
        name: JOB,
      }),
    ],
    read: async (text) => {
      const options = { deployment: "projects/p/databases/d", now: () => 0, addressOf: () => ADDRESS };
      const job = { samplingRatio: 1, intervalMs: 3_600_000, skew: {}, drift: {} };
      const settings = { ...googleSettings(), monitoring: { prefix: "drift/", vertex: { endpoint: ENDPOINT, job } } };
      await vertexMonitoringJobKeeper(restOf(text, text, text, text), options).keepJob(settings);
    },
    refusal: REFUSAL,
  },
  {
    name: "versions of Vertex AI",
    of: ["functions/gcp/adapters/vertex/model-registry.ts", "functions/gcp/adapters/vertex/model-version.ts"],
    texts: [JSON.stringify({ models: [VERSION], ...VERSION })],
    read: async (text) => {
      const registry = (answers: readonly string[]) => vertexModelRegistry(restOf(...answers), () => ADDRESS);
      for (const { registeredAt } of await registry([text]).list(MODEL, 0)) timeSchema.parse(registeredAt);
      const mark = { version: `${MODEL}@2`, candidateId: "candidate/m/flights-2", verdict: "approved", why: "" } as const;
      await registry([text, text, text]).mark(mark);
    },
    refusal: REFUSAL,
  },
  {
    name: "runs that made versions of Vertex AI",
    of: ["functions/gcp/adapters/vertex/candidate-evaluation.ts"],
    texts: [JSON.stringify(RUN)],
    read: async (text) => {
      const registry = vertexModelRegistry(restOf(JSON.stringify(VERSION), text), () => ADDRESS);
      z.optional(z.string()).parse((await registry.describe(`${MODEL}@2`))?.evaluationUri);
    },
    refusal: REFUSAL,
  },
  {
    name: "endpoints of Vertex AI and what is under way on them",
    of: ["functions/gcp/adapters/vertex/vertex-endpoint.ts"],
    texts: [
      JSON.stringify({
        etag: "1",
        deployedModels: [{ id: "4", model: MODEL, modelVersionId: "2", dedicatedResources: { minReplicaCount: 1 } }],
        trafficSplit: { "4": 100 },
      }),
      JSON.stringify({
        etag: "1",
        operations: [{ done: true, error: { code: 8, message: "quota" }, metadata: { "@type": "a.DeployModelOperationMetadata" } }],
      }),
    ],
    read: async (text) => {
      const traffic = vertexEndpointTraffic(restOf(text, text), () => ADDRESS);
      z.string().parse((await traffic.survey(ROLLOUT)).is);
    },
    refusal: REFUSAL,
  },
  {
    name: "time series of Cloud Monitoring",
    of: ["functions/gcp/adapters/monitoring/time-series.ts", "functions/gcp/adapters/monitoring/latency-buckets.ts"],
    texts: [
      JSON.stringify({
        timeSeries: [
          {
            metric: { labels: { deployed_model_id: "4", response_code: "5xx" } },
            points: [{ interval: { endTime: "2026-11-21T12:05:00Z" }, value: { int64Value: "7" } }],
          },
          {
            metric: { labels: { deployed_model_id: "4" } },
            points: [
              {
                interval: { endTime: "2026-11-21T12:05:00Z" },
                value: {
                  distributionValue: {
                    count: "3",
                    bucketOptions: { exponentialBuckets: { numFiniteBuckets: 2, growthFactor: 2, scale: 1 } },
                    bucketCounts: ["1", "2"],
                  },
                },
              },
            ],
          },
        ],
      }),
    ],
    read: async (text) => {
      const champion = { on: "vertex", deployedModel: "4", model: MODEL, version: "2" } as const;
      const from = Date.parse("2026-11-21T12:00:00Z");
      const span = { from, until: from + 300_000 };
      const { windows } = await monitoringTrafficMetrics(restOf(text, text), ADDRESS).history(ROLLOUT, champion, span);
      for (const { champion: counted } of windows)
        z.optional(z.object({ requests: amountSchema, errors: amountSchema })).parse(counted);
    },
    refusal: REFUSAL,
  },
  {
    name: "subscriptions of Pub/Sub",
    of: ["cli/redrive/pubsub-letter.ts"],
    texts: [SUBSCRIPTIONS],
    read: (text) => pubSubSubscriptions(restOf(text, "{}"), ADDRESS, "p", "retrigger-dev-"),
    refusal: REFUSAL,
  },
  {
    name: "messages that Pub/Sub is asked for",
    of: ["cli/redrive/pubsub-dead-letters.ts"],
    texts: [
      JSON.stringify({
        receivedMessages: [
          { ackId: "a", message: { messageId: "1", publishTime: "2026-11-21T12:00:00Z", data: "e30=", attributes: { a: "b" } } },
        ],
      }),
    ],
    read: async (text) => {
      const settings = memoryModelSettings([googleSettings()]);
      const options = { endpoint: ADDRESS, project: "p", environment: "dev", settings, now: () => 0, pauseMs: 0 };
      const letters = pubSubDeadLetters(restOf(SUBSCRIPTIONS, text), options);
      const [queue] = await letters.queues();
      for await (const { sentAt, receives } of letters.receive(queue ?? { name: "" }))
        [sentAt, receives].map((one) => amountSchema.parse(one));
    },
    refusal: REFUSAL,
  },
  {
    name: "descriptions of SageMaker's runs",
    of: ["functions/aws/adapters/sagemaker/pipeline-launcher.ts"],
    texts: [JSON.stringify({ requestId: REQUEST.id, manifests: [], model: REQUEST.model })],
    read: (text) => sageMakerPipelineLauncher(describing(text)).start(REQUEST, { name: "p", parameters: {} }, "deployment00"),
    refusal: throwing(StartRefusedError, 1_000),
  },
  {
    name: "secrets that hold a webhook",
    of: ["functions/gcp/adapters/secrets/secret-value.ts"],
    texts: [JSON.stringify({ name: "s/1", payload: { data: Buffer.from("https://example.com/hook").toString("base64") } })],
    read: (text) => secretValue(restOf(text))("projects/p/secrets/s").then((value) => webhookAddress(value, "slack", "s")),
    refusal: naming("secret"),
  },
];

/** A client of a SageMaker that starts a run and describes it so. */
function describing(PipelineExecutionDescription: string): SageMakerClient {
  const client = new SageMakerClient({ region: "eu-central-1" });
  const output = { $metadata: {}, PipelineExecutionArn: "arn:run/1", PipelineExecutionDescription };
  client.middlewareStack.add(() => async () => ({ response: undefined, output }), { step: "initialize", priority: "high" });
  return client;
}

/** Gives these answers one after the other, and then empty ones. */
function restOf(...texts: readonly string[]): GoogleRest {
  const left = [...texts];
  return async () => ({ status: 200, body: Buffer.from(left.shift() ?? "{}") });
}
