import { examineSqsMessage } from "../../../cli/redrive/sqs-letter";
import { createBatcher } from "../../../functions/aws/handlers/batcher";
import { createCoordinator } from "../../../functions/aws/handlers/coordinator";
import { createDriftEvaluator } from "../../../functions/aws/handlers/drift-evaluator";
import { completedJobEvent } from "../../../functions/core/drift/sources/sagemaker-processing-job";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { awsCloud } from "../../../local/clouds/aws";
import { seededRandom } from "../../../local/world/time-and-chance";
import {
  itShouldAgreeWithRedrive,
  type MessageCase,
  type Verdict,
  type VerdictPorts,
} from "../../contracts/message-verdict.contract";
import modelPackage from "../../core/sagemaker-events/samples/model-package.json";
import { objectMessage, settingsOf, sqsEvent } from "../../simulation/data-path";
import { driftFixture, nannymlWithFutureWeek, ownReport } from "../../simulation/drift-documents";
import { answerOf, NOON, requestOf } from "../../simulation/requests";
import objectCreated from "../fixtures/object-created.json";
import pipelineEnded from "../fixtures/pipeline-execution-succeeded.json";
import ruleMatched from "../fixtures/rule-matched.json";
import scheduleFired from "../fixtures/schedule-fired.json";

const JOB = "arn:aws:sagemaker:eu-central-1:111122223333:processing-job/model-monitoring-1";
const SETTINGS: ModelSettings = {
  ...settingsOf(),
  monitoring: { prefix: "drift/", sagemaker: { schedules: ["Quality"] }, cloudwatch: { alarms: ["delay-drift", "cpu"] } },
};
const RULE = JSON.parse(ruleMatched.Records[0]?.body ?? "");
const FIRE = JSON.parse(scheduleFired.Records[0]?.body ?? "");

const ANSWER = answerOf(1, "ada", { do: "approve", requestId: "data/flight-delay/1" });

describe("a message of SQS", () => {
  itShouldAgreeWithRedrive({
    cases: [...dataCases(), ...requestCases(), ...driftCases()],
    settings: SETTINGS,
    now: NOON,
    files: {
      "s3://data/drift/flight-delay/a.json": ownReport("a", NOON),
      "s3://reports/x/constraint_violations.json": `{"violations":[]}`,
    },
    deliver: (ports, role, body) => functionOf(ports, role)(sqsEvent([{ id: "m1", body }])),
    examine: (role, body, models, now, refusal) => examineSqsMessage(role, { id: "m1", body, sentAt: now }, models, now, refusal),
  });
});

// Helpers

function functionOf(ports: VerdictPorts, role: string) {
  if (role === "data") return createBatcher(ports);
  if (role === "requests") return createCoordinator(ports);
  const run = { name: "model-monitoring-1", arn: JOB, status: "Completed", schedule: "quality", baseline: {} };
  return createDriftEvaluator({
    ...ports,
    monitors: {
      describeJob: async () => ({ ...run, report: { bucket: "reports", prefix: "x" } }),
      findExecution: async (schedule) => ({ schedule, scheduledAt: NOON, status: "Completed" }),
    },
  });
}

function casesOf(role: string, verdict: Verdict, messages: Readonly<Record<string, string>>): MessageCase<string>[] {
  return Object.entries(messages).map(([name, message]) => ({ name, role, verdict, message }));
}

function dataCases(): MessageCase<string>[] {
  return [
    ...casesOf("data", "taken", {
      "an object": objectMessage("", "in/a.csv").body,
      "a real event": JSON.stringify(objectCreated),
      "a folder's marker": marker("in/folder/"),
      "a folder's marker beside what is watched": marker("out/folder/"),
    }),
    ...casesOf("data", "refused", {
      ...Object.fromEntries(awsCloud.hostileMessages(NOON, seededRandom(1, "hostile"))),
      "an empty body": "",
      "an array": "[]",
      null: "null",
      "another source": JSON.stringify({ ...objectCreated, source: "aws.ec2" }),
      "a deletion": JSON.stringify({ ...objectCreated, "detail-type": "Object Deleted" }),
      "an empty key": withObject({ key: "" }),
      "a key over 1024 bytes in UTF-8": withObject({ key: "é".repeat(513) }),
      "a size that is no size": withObject({ key: "in/a", size: -1 }),
      "an object that no model watches": objectMessage("", "out/a.csv").body,
      "an object of another bucket": objectMessage("", "in/a.csv").body.replace('"name":"data"', '"name":"other"'),
    }),
  ];
}

function requestCases(): MessageCase<string>[] {
  const request = requestOf("1");
  return [
    ...casesOf("requests", "taken", {
      "a request": JSON.stringify(request),
      "a request of a model that is not configured": JSON.stringify({ ...request, id: "data/other/1", model: "other" }),
      "a request that is out of range": JSON.stringify({ ...request, priority: 9 }),
      "the end of a run": JSON.stringify(pipelineEnded),
      "a version of a registry that no model has": JSON.stringify(modelPackage),
      "a rule": JSON.stringify(RULE),
      "a pause of a model that is not configured": JSON.stringify({ ...RULE, action: "pause", model: "other" }),
      "a schedule": JSON.stringify(FIRE),
    }),
    ...casesOf("requests", "taken", {
      "an answer": JSON.stringify(ANSWER),
      "a pause by a person": JSON.stringify({ ...ANSWER, requestId: undefined, do: "pause", why: "audit" }),
      "an order to a rollout": JSON.stringify({ ...ANSWER, do: "rollback", why: "complaints" }),
      "a person's word to go on": JSON.stringify({ ...ANSWER, do: "continue" }),
    }).map((one) => ({ ...one, kind: "obsolete" as const })),
    ...casesOf("requests", "refused", {
      "an answer of nobody": JSON.stringify({ ...ANSWER, by: " \u200b" }),
      "an answer without its request": JSON.stringify({ ...ANSWER, requestId: undefined }),
      "an answer that there is not": JSON.stringify({ ...ANSWER, do: "start" }),
      "an answer with more than it may say": JSON.stringify({ ...ANSWER, sender: "AIDAEXAMPLE" }),
      "a pause without its reason": JSON.stringify({ ...ANSWER, requestId: undefined, do: "pause", why: "" }),
      "an order to a rollout without its reason": JSON.stringify({ ...ANSWER, do: "rollback" }),
      "not JSON": "{",
      "no request": "{}",
      "a priority that is no whole number": JSON.stringify({ ...request, priority: 1.5 }),
      "a cause that there is not": JSON.stringify({ ...request, causes: [{ type: "whim" }] }),
      "a request id with a line break": JSON.stringify({ ...request, id: "data/flight-delay/1\n" }),
      "a rule without its event": JSON.stringify({ ...RULE, event: undefined }),
      "a rule of an event without a time": JSON.stringify({ ...RULE, event: { ...RULE.event, time: "soon" } }),
      "a schedule without its name": JSON.stringify({ ...FIRE, schedule: undefined }),
      "a schedule without a time": JSON.stringify({ ...FIRE, firedAt: undefined }),
    }),
  ];
}

function driftCases(): MessageCase<string>[] {
  return [
    ...casesOf("drift", "taken", {
      "a file": objectMessage("", "drift/flight-delay/a.json").body,
      "a folder's marker": marker("drift/flight-delay/"),
      "a folder's marker of no model": marker("drift/other/"),
      "a report": ownReport("a", NOON),
      "a report after the mark of its encoding": `\uFEFF${ownReport("a", NOON)}`,
      "the end of a monitoring run": JSON.stringify(completedJobEvent(JOB)),
      "the failure of a job": JSON.stringify(completedJobEvent(JOB)).replace("Completed", "Failed"),
      "an alarm": alarm({}),
      "an alarm that is over": alarm({ NewStateValue: "OK" }),
      "an alarm without data": alarm({ NewStateValue: "INSUFFICIENT_DATA" }),
      "an alarm in the envelope of SNS": JSON.stringify({ Type: "Notification", Message: alarm({}) }),
    }),
    ...casesOf("drift", "failed", { "a file that is gone": objectMessage("", "drift/flight-delay/gone.json").body }),
    ...casesOf("drift", "refused", {
      "not JSON": "{",
      nothing: "",
      "a file of no model": objectMessage("", "drift/other/a.json").body,
      "a deletion": JSON.stringify({ ...objectCreated, "detail-type": "Object Deleted" }),
      "a report of a model that is not configured": ownReport("a", NOON, { model: "other" }),
      "a report of a time to come": ownReport("a", NOON + 86_400_000),
      "a broken report": ownReport("a", NOON, { features: 1 }),
      "a report that names no model": driftFixture("evidently-report"),
      "reports that name no model": nannymlWithFutureWeek(),
      "statistics alone": driftFixture("sagemaker-statistics"),
      "something else": '{"hello":1}',
      "a job without its name": JSON.stringify({ ...completedJobEvent(JOB), detail: {} }),
      "an alarm that no model names": alarm({ AlarmName: "disk" }),
      "an alarm on another metric": alarm({ AlarmName: "cpu" }, "CPUUtilization"),
      "an alarm without a time": alarm({ StateChangeTime: "soon" }),
      "an alarm of a time to come": alarm({ StateChangeTime: "2101-01-01T00:00:00.000+0000" }),
    }),
  ];
}

function marker(key: string): string {
  return objectMessage("", key).body.replace('"size":10', '"size":0');
}

function withObject(object: object): string {
  return JSON.stringify({ ...objectCreated, detail: { ...objectCreated.detail, object } });
}

function alarm(changes: object, MetricName = "feature_baseline_drift_delay"): string {
  return JSON.stringify({
    AlarmName: "delay-drift",
    NewStateValue: "ALARM",
    NewStateReason: "Threshold Crossed: 1 datapoint [0.85 (20/11/26 09:00:00)] was greater than the threshold (0.4).",
    StateChangeTime: "2026-11-20T10:00:00.000+0000",
    Trigger: { Namespace: "aws/sagemaker/Endpoints/data-metrics", MetricName, Period: 3600, Dimensions: [] },
    ...changes,
  });
}
