import { Firestore } from "@google-cloud/firestore";
import { status as Status } from "@grpc/grpc-js";
import { GoogleAuth, PassThroughClient } from "google-auth-library";
import { pubSubDeadLetters } from "../../../cli/redrive/pubsub-dead-letters";
import { driftNotice } from "../../../functions/core/notices/notice";
import { firestoreBatchStore } from "../../../functions/gcp/adapters/firestore/batch-store";
import { firestoreCandidateLog } from "../../../functions/gcp/adapters/firestore/candidate-log";
import { firestoreDecisionLog } from "../../../functions/gcp/adapters/firestore/decision-log";
import { firestoreDriftLog } from "../../../functions/gcp/adapters/firestore/drift-log";
import { firestoreModelSettings } from "../../../functions/gcp/adapters/firestore/model-settings";
import { firestoreCoordinatorStore, firestorePromotionStore } from "../../../functions/gcp/adapters/firestore/versioned-store";
import { pubSubNotifier } from "../../../functions/gcp/adapters/messaging/notifier";
import { pubSubAnswerQueue, pubSubRejectedMessages, pubSubRequestQueue } from "../../../functions/gcp/adapters/messaging/queues";
import { secretValue } from "../../../functions/gcp/adapters/secrets/secret-value";
import { gcsCaptureStore } from "../../../functions/gcp/adapters/storage/capture-store";
import { gcsManifestStore } from "../../../functions/gcp/adapters/storage/manifest-store";
import { gcsMonitorFiles } from "../../../functions/gcp/adapters/storage/monitor-files";
import { gcsReportReader } from "../../../functions/gcp/adapters/storage/report-reader";
import { vertexMonitoringJobKeeper } from "../../../functions/gcp/adapters/vertex/monitoring-job-keeper";
import { vertexPipelineLauncher } from "../../../functions/gcp/adapters/vertex/pipeline-launcher";
import { parseTemplate, readTemplate } from "../../../functions/gcp/adapters/vertex/pipeline-template";
import { vertexRunWatcher } from "../../../functions/gcp/adapters/vertex/run-watcher";
import { memoryModelSettings } from "../../../functions/memory/manifest-store";
import type { Answer, LoopbackServer } from "../../aws/adapters/loopback-server";
import { requestOf } from "../../contracts/coordination-samples";
import { bucketCalls, type Calls, messagesOf, stateCalls } from "../../contracts/every-call";
import { settingsOf } from "../../simulation/data-path";
import { answerOf } from "../../simulation/requests";
import { anonymousDownload, anonymousRest, googleError, startGoogleServer } from "./google-server";
import { TEMPLATE } from "./templates";
import { refuseAll } from "./unreliable-firestore";
import { startVertexServer } from "./vertex-server";

const TOPIC = "projects/p/topics/retrigger-prod-requests";
const SECRET = "projects/p/secrets/webhook";
const ENDPOINT = "projects/p/locations/europe-west4/endpoints/1";
const RUN = "projects/p/locations/europe-west4/pipelineJobs/retrigger-1";
/** Else the client asks the network around this machine who it is. */
const NOBODY = { auth: new GoogleAuth({ authClient: new PassThroughClient() }) };
const NO_BUCKET: Answer = { status: 404, body: "The specified bucket does not exist.", type: "text/html" };

describe("what the log says of a refusal by", () => {
  it.each<[string, Status, string, RegExp]>([
    [
      "access",
      Status.PERMISSION_DENIED,
      "Missing or insufficient permissions.",
      /Error: .+ in the database retrigger-prod of Firestore failed: 7 PERMISSION_DENIED: .*; grant roles\/datastore.user on it to the caller's account/,
    ],
    [
      "a database that is not there",
      Status.NOT_FOUND,
      "The database retrigger-prod does not exist for project p",
      /Error: .+ in the database retrigger-prod of Firestore failed: 5 NOT_FOUND: .*; see that it exists in this project/,
    ],
    [
      "what others change",
      Status.ABORTED,
      "Too much contention on these documents.",
      /RetryableError: .+ refused 12 times in a row; .*; caused by Error: .+ in the database retrigger-prod of Firestore failed: 10 ABORTED/,
    ],
  ])(
    "Firestore, which refuses %s, should name operation, database and what to do",
    async (_what, code, details, expected) => {
      const firestore = new Firestore({ projectId: "p", databaseId: "retrigger-prod", ...NOBODY });
      refuseAll(firestore, () => Object.assign(new Error(`${code} ${Status[code]}: ${details}`), { code, details }));

      const told = await messagesOf(firestoreCalls(firestore));

      for (const [call, message] of Object.entries(told)) expect(`${call}: ${message}`).toMatch(expected);
    },
    30_000,
  );

  describe("an API of REST", () => {
    let server: LoopbackServer | undefined;

    afterEach(async () => {
      await server?.stop();
    });

    async function told(callsTo: (endpoint: string) => Calls, answer: Answer): Promise<[string, string][]> {
      server = await startGoogleServer(() => answer);
      return Object.entries(await messagesOf(callsTo(server.endpoint)));
    }

    it.each<[string, Answer, RegExp]>([
      [
        "access",
        googleError(403, "PERMISSION_DENIED", "no access"),
        /gs:\/\/lake\/in\/.* \(403 PERMISSION_DENIED: no access\); give the caller's account a role/,
      ],
      ["a bucket that is not there", NO_BUCKET, /lake.*; (create|check|correct)/],
      [
        "its key",
        googleError(400, "invalid", "Cloud KMS key is disabled"),
        /gs:\/\/lake\/in\/.* \(400 invalid: Cloud KMS .*\); let .*use the Cloud KMS key/,
      ],
      [
        "more than it takes",
        googleError(429, "rateLimitExceeded", "slow down"),
        /RetryableError: .*gs:\/\/lake\/in\/.* \(429 \w+: slow down\); it can be tried again/,
      ],
    ])("Cloud Storage, which refuses %s, should name operation, bucket, key and what to do", async (_what, answer, expected) => {
      for (const [call, message] of await told(storageCalls, answer)) expect(`${call}: ${message}`).toMatch(expected);
    });

    it.each<[string, Answer, RegExp]>([
      [
        "access",
        googleError(403, "PERMISSION_DENIED", "no access"),
        /(projects\/p\/|of p ).*\(403 PERMISSION_DENIED: no access\); give the caller's account a role/,
      ],
      ["what is not there", googleError(404, "NOT_FOUND", "gone"), /(projects\/p\/|of p ).*\(404 NOT_FOUND: gone\); create/],
      [
        "its key",
        googleError(400, "FAILED_PRECONDITION", "Cloud KMS key is disabled"),
        /(projects\/p\/|of p ).*\(400 \w+: Cloud KMS .*\); let .*use the Cloud KMS key/,
      ],
      [
        "more than it takes",
        googleError(503, "UNAVAILABLE", "busy"),
        /RetryableError: .*(projects\/p\/|of p ).*\(503 UNAVAILABLE: busy\); it can be tried again/,
      ],
    ])(
      "Pub/Sub, Secret Manager or Vertex AI, which refuses %s, should name operation, resource and what to do",
      async (_what, answer, expected) => {
        for (const [call, message] of await told(restCalls, answer)) expect(`${call}: ${message}`).toMatch(expected);
      },
    );
  });

  it.each<[string, Status, RegExp]>([
    ["access", Status.PERMISSION_DENIED, /Vertex AI (did not start|refused to describe) .* \(PERMISSION_DENIED: no\); .*account/],
    ["what is not there", Status.NOT_FOUND, /Vertex AI (did not start|refused to describe) .* \(NOT_FOUND: no\); check /],
    ["more than it takes", Status.RESOURCE_EXHAUSTED, /(NoCapacityError|RetryableError): .*(RESOURCE_EXHAUSTED: no|try)/],
  ])("Vertex AI's pipelines, which refuse %s, should name what was asked for and what to do", async (_what, code, expected) => {
    const refuse = () => ({ code, message: "no" });
    const vertex = await startVertexServer(refuse, refuse);
    const pipeline = {
      name: "flights-training",
      parameters: { manifest_uri: "{manifestUri}" },
      vertex: {
        ...{ project: "p", location: "europe-west4", template: "gs://t/t", outputDirectory: "gs://o/o" },
        ...{ serviceAccount: "trainer@p.iam.gserviceaccount.com", caching: true },
      },
    };

    const told = await messagesOf({
      start: () =>
        vertexPipelineLauncher(vertex.clients, async (uri) => parseTemplate(uri, TEMPLATE), "d").start(requestOf(), pipeline),
      describe: () => vertexRunWatcher(vertex.clients).describe(RUN),
    });

    await vertex.stop();
    for (const [call, message] of Object.entries(told)) expect(`${call}: ${message}`).toMatch(expected);
  });
});

// Helpers

function firestoreCalls(firestore: Firestore): Calls {
  return stateCalls({
    batches: firestoreBatchStore(firestore),
    states: firestoreCoordinatorStore(firestore),
    decisions: firestoreDecisionLog(firestore),
    drifts: firestoreDriftLog(firestore),
    promotions: firestorePromotionStore(firestore),
    candidates: firestoreCandidateLog(firestore),
    settings: firestoreModelSettings(firestore, { now: () => 0 }),
  });
}

function storageCalls(endpoint: string): Calls {
  const rest = anonymousRest();
  return bucketCalls("gs", {
    manifests: gcsManifestStore(rest, endpoint),
    captures: gcsCaptureStore(rest, anonymousDownload(), endpoint),
    files: gcsMonitorFiles(rest, endpoint),
    reports: gcsReportReader(rest, endpoint),
  });
}

function restCalls(endpoint: string): Calls {
  const rest = anonymousRest();
  const addressOf = () => endpoint;
  const notice = driftNotice("flights", "drift", "high drift");
  const refusal = { reason: "not JSON", function: "batcher", at: 0, subject: "message" } as const;
  const settings = settingsOf();
  const job = { intervalMs: 3_600_000, samplingRatio: 1, skew: {}, drift: { fare: 0.1 } };
  const kept = { ...settings, monitoring: { ...settings.monitoring, vertex: { endpoint: ENDPOINT, job } } };
  return {
    requests: () => pubSubRequestQueue(rest, TOPIC, endpoint).send(requestOf()),
    answers: () => pubSubAnswerQueue(rest, TOPIC, endpoint).send(answerOf(1, "Zoë", { do: "approve", requestId: "r" })),
    rejected: () =>
      pubSubRejectedMessages(rest, TOPIC, endpoint).keep(
        { messageId: "1", publishedAt: 0, data: "", body: "", attributes: {} },
        refusal,
      ),
    notify: () => pubSubNotifier(rest, TOPIC, { log: () => undefined, place: PLACE, endpoint }).notify(notice),
    secret: () => secretValue(rest, { endpoint })(SECRET),
    keepJob: () => vertexMonitoringJobKeeper(rest, { deployment: "d", now: () => 0, addressOf }).keepJob(kept),
    template: () => readTemplate(rest, "https://europe-west4-kfp.pkg.dev/projects/p/t", { registry: endpoint }),
    deadLetters: () =>
      pubSubDeadLetters(rest, {
        endpoint,
        project: "p",
        environment: "prod",
        settings: memoryModelSettings([]),
        now: () => 0,
      }).queues(),
  };
}

const PLACE = { environment: "test", stack: "gcp", project: "p", runbooks: "docs/runbooks" } as const;
