import { examinePubSubMessage } from "../../../cli/redrive/pubsub-letter";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { launchMessage } from "../../../functions/core/schedules/pipeline-schedule";
import { cronExpression } from "../../../functions/core/schedules/timing";
import { createBatcher } from "../../../functions/gcp/handlers/batcher";
import { createCaptureMonitor } from "../../../functions/gcp/handlers/capture-monitor";
import { createCoordinator } from "../../../functions/gcp/handlers/coordinator";
import { createDriftEvaluator } from "../../../functions/gcp/handlers/drift-evaluator";
import { createLauncher } from "../../../functions/gcp/handlers/launcher";
import { memoryCaptureStore, memoryMonitorFiles, memoryTrainingStarts } from "../../../functions/memory/capture";
import { gcpCloud } from "../../../local/clouds/gcp";
import { seededRandom } from "../../../local/world/time-and-chance";
import ruleMatched from "../../aws/fixtures/rule-matched.json";
import {
  itShouldAgreeWithRedrive,
  type MessageCase,
  type Verdict,
  type VerdictPorts,
} from "../../contracts/message-verdict.contract";
import { driftFixture, nannymlWithFutureWeek, ownReport } from "../../simulation/drift-documents";
import { answerOf, NOON, requestOf } from "../../simulation/requests";
import { finalizedAttributes, finalizedEvent, googleSettings, pushedEvent } from "../messages";

type PushedMessage = ReturnType<typeof pushedEvent>["data"]["message"];

const ENDPOINT = "projects/p/locations/europe-west4/endpoints/77";
const JOB = "projects/4711/locations/europe-west4/modelDeploymentMonitoringJobs/4";
const SETTINGS = googleSettings();
const BY_ENDPOINT = monitored({ endpoint: ENDPOINT });
const RULE = JSON.parse(ruleMatched.Records[0]?.body ?? "");
const ANSWER = answerOf(1, "ada", { do: "approve", requestId: "data/flight-delay/1" });

describe("a message of Pub/Sub", () => {
  itShouldAgreeWithRedrive({
    cases: [...dataCases(), ...requestCases(), ...driftCases(), ...otherCases()],
    settings: SETTINGS,
    now: NOON + 3_600_000,
    files: { "gs://data/drift/flight-delay/a.json": ownReport("a", NOON) },
    deliver: (ports, role, message) => functionOf(ports, role)({ data: { message } }),
    examine: examinePubSubMessage,
  });
});

// Helpers

function functionOf(ports: VerdictPorts, role: string): (event: unknown) => Promise<void> {
  switch (role) {
    case "data":
      return createBatcher(ports, async () => {});
    case "requests":
      return createCoordinator(ports);
    case "launches":
      return createLauncher(ports);
    case "drift-monitor":
      return createCaptureMonitor({
        ...ports,
        captures: memoryCaptureStore(),
        files: memoryMonitorFiles(),
        trainings: memoryTrainingStarts(),
      });
    default:
      return createDriftEvaluator({ ...ports, jobs: { endpointOf: async () => ENDPOINT } });
  }
}

function casesOf(
  role: string,
  verdict: Verdict,
  messages: Readonly<Record<string, PushedMessage>>,
  settings?: ModelSettings,
): MessageCase<PushedMessage>[] {
  return Object.entries(messages).map(([name, message]) => ({ name, role, verdict, message, ...(settings && { settings }) }));
}

function text(body: string, attributes?: object): PushedMessage {
  return pushedEvent("m1", { text: body, attributes }).data.message;
}

function object(key: string, changes: Readonly<Record<string, string>> = {}): PushedMessage {
  return finalizedEvent("m1", key, changes).data.message;
}

function marker(key: string): PushedMessage {
  return text('{"size":"0"}', finalizedAttributes(key));
}

function dataCases(): MessageCase<PushedMessage>[] {
  const hostile = [...gcpCloud.hostileMessages(NOON, seededRandom(1, "hostile"))].map(([name, message]) => [
    name,
    { ...text(""), ...JSON.parse(message) },
  ]);
  return [
    ...casesOf("data", "taken", {
      "an object": object("in/a.csv"),
      "an object that no model watches": object("out/a.csv"),
      "a deletion": object("in/a.csv", { eventType: "OBJECT_DELETE" }),
      "a folder's marker": marker("in/folder/"),
      "attributes alone": pushedEvent("m1", { attributes: finalizedAttributes("in/a") }).data.message,
    }),
    ...casesOf("data", "refused", {
      ...Object.fromEntries(hostile),
      "an object of another bucket": object("in/a.csv", { bucketId: "other" }),
      "an event that there is not": object("in/a", { eventType: "OBJECT_PAINTED" }),
      "an empty key": object(""),
      "a generation that is no number": object("in/a", { objectGeneration: "1e3" }),
      "a size that is no number": text('{"size":"-1"}', finalizedAttributes("in/a")),
      "a message without an id": { ...object("in/a"), messageId: "" },
    }),
  ];
}

function requestCases(): MessageCase<PushedMessage>[] {
  const request = requestOf("1");
  const fire = { source: "retrigger.schedule", model: "flight-delay", schedule: "nightly", priority: 3 };
  return [
    ...casesOf("requests", "taken", {
      "a request": text(JSON.stringify(request)),
      "a request of a model that is not configured": text(JSON.stringify({ ...request, id: "data/other/1", model: "other" })),
      "a rule": text(JSON.stringify(RULE)),
      "a pause of a model that is not configured": text(JSON.stringify({ ...RULE, action: "pause", model: "other" })),
      "a schedule": text(JSON.stringify(fire)),
    }),
    ...casesOf("requests", "taken", {
      "an answer": text(JSON.stringify(ANSWER)),
      "a pause by a person": text(JSON.stringify({ ...ANSWER, requestId: undefined, do: "pause", why: "audit" })),
      "an order to a rollout": text(JSON.stringify({ ...ANSWER, do: "rollback", why: "complaints" })),
      "a person's word to go on": text(JSON.stringify({ ...ANSWER, do: "continue" })),
    }).map((one) => ({ ...one, kind: "obsolete" as const })),
    ...casesOf("requests", "refused", {
      "an answer of nobody": text(JSON.stringify({ ...ANSWER, by: " \u200b" })),
      "an answer without its request": text(JSON.stringify({ ...ANSWER, requestId: undefined })),
      "an answer that there is not": text(JSON.stringify({ ...ANSWER, do: "start" })),
      "an answer with more than it may say": text(JSON.stringify({ ...ANSWER, sender: "AIDAEXAMPLE" })),
      "a pause without its reason": text(JSON.stringify({ ...ANSWER, requestId: undefined, do: "pause", why: "" })),
      "an order to a rollout without its reason": text(JSON.stringify({ ...ANSWER, do: "rollback" })),
      "not JSON": text("{"),
      "no request": text("{}"),
      "no body": pushedEvent("m1", { attributes: { a: "b" } }).data.message,
      "a priority that is no whole number": text(JSON.stringify({ ...request, priority: 1.5 })),
      "a rule without its event": text(JSON.stringify({ ...RULE, event: undefined })),
      "a schedule without its name": text(JSON.stringify({ ...fire, schedule: undefined })),
    }),
  ];
}

function driftCases(): MessageCase<PushedMessage>[] {
  const ours = { model: "flight-delay" };
  return [
    ...casesOf("drift", "taken", {
      "a file": object("drift/flight-delay/a.json"),
      "a deletion": object("drift/flight-delay/a.json", { eventType: "OBJECT_DELETE" }),
      "a folder's marker": marker("drift/other/"),
      "an object beside the drift folders": object("in/a.json"),
      "a report": text(ownReport("a", NOON)),
      "any format with its model": text(driftFixture("evidently-report"), ours),
      "an alarm that is over, with its model": text(
        driftFixture("cloudwatch-alarm-event").replace('"value": "ALARM"', '"value": "OK"'),
        ours,
      ),
    }),
    ...casesOf("drift", "failed", { "a file that is gone": object("drift/flight-delay/gone.json") }),
    ...casesOf("drift", "refused", {
      "not JSON": text("{"),
      "no body": pushedEvent("m1", {}).data.message,
      "a file of no model": object("drift/other/a.json"),
      "a file of another bucket": object("drift/flight-delay/a.json", { bucketId: "other" }),
      "a notification without a key": object(""),
      "a report of a model that is not configured": text(ownReport("a", NOON, { model: "other" })),
      "an attribute of a model that is not configured": text(driftFixture("evidently-report"), { model: "other" }),
      "a report of another model than its attribute": text(ownReport("a", NOON, { model: "other" }), ours),
      "a report of a time to come": text(ownReport("a", NOON + 86_400_000)),
      "reports of which one is of a time to come": text(nannymlWithFutureWeek(), ours),
      "a format that names no model, alone": text(driftFixture("evidently-report")),
      "statistics alone": text(driftFixture("sagemaker-statistics"), ours),
      "something else": text('{"hello":1}'),
      "an anomaly where no model has a monitor": text(anomaly()),
      "a broken anomaly": text('{"jsonPayload":{"featureAnomalies":[]}}'),
    }),
    ...casesOf("drift", "taken", { "an anomaly of a model's endpoint": text(anomaly()) }, BY_ENDPOINT),
    ...casesOf(
      "drift",
      "refused",
      {
        "an anomaly of a job with another name": text(anomaly({ modelDeploymentMonitoringJob: "4" })),
        "an anomaly without a time": text(anomaly({ endTime: "soon" })),
        "an anomaly of a time to come": text(anomaly({ endTime: "2101-01-01T00:00:00Z" })),
      },
      BY_ENDPOINT,
    ),
    ...casesOf("drift", "taken", { "an anomaly of a model's job": text(anomaly()) }, monitored({ endpoint: ENDPOINT, jobId: "4" })),
    ...casesOf(
      "drift",
      "refused",
      { "an anomaly of another job than the model names": text(anomaly()) },
      monitored({ endpoint: ENDPOINT, jobId: "5" }),
    ),
  ];
}

function otherCases(): MessageCase<PushedMessage>[] {
  const timing = cronExpression("0 12 * * *");
  const launch = launchMessage({ model: "churn", name: "noon", timing, timeZone: "UTC", parameters: {} }, SETTINGS.pipeline);
  return [
    ...casesOf("launches", "taken", { "the fire of a direct schedule": text(launch) }),
    ...casesOf("launches", "refused", { "something else": text("{}"), "not JSON": text("{") }),
    ...casesOf("drift-monitor", "taken", {
      "an order for a model": text('{"model":"flight-delay"}'),
      "an order for all": text("{}"),
    }),
    ...casesOf("drift-monitor", "refused", {
      "an order for a model that is not configured": text('{"model":"other"}'),
      "an order that is none": text("[]"),
    }),
  ];
}

function monitored(vertex: NonNullable<ModelSettings["monitoring"]["vertex"]>): ModelSettings {
  return { ...googleSettings(), monitoring: { prefix: "drift/", vertex } };
}

function anomaly(changes: object = {}): string {
  return JSON.stringify({
    jsonPayload: {
      anomalyObjective: "RAW_FEATURE_DRIFT",
      startTime: "2026-11-21T09:00:00Z",
      endTime: "2026-11-21T10:00:00Z",
      deployedModelId: "9",
      modelDeploymentMonitoringJob: JOB,
      featureAnomalies: [{ featureDisplayName: "hour", deviation: 0.2, threshold: 0.1 }],
      ...changes,
    },
  });
}
