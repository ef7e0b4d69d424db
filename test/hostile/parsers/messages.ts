import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pubSubLetter } from "../../../cli/redrive/pubsub-letter";
import { sqsLetter } from "../../../cli/redrive/sqs-letter";
import { parsePackageEvent } from "../../../functions/aws/messages/package-event";
import { readMessage as readSqsMessage } from "../../../functions/aws/messages/read-message";
import { parsePipelineEvent } from "../../../functions/aws/messages/request-message";
import { parseJson, parseObjectCreated } from "../../../functions/aws/messages/s3-event";
import { landedObjectSchema } from "../../../functions/core/batching/landed-object";
import { parseCoordinatorMessage } from "../../../functions/core/coordinator-message";
import { driftReportSchema } from "../../../functions/core/drift/drift-report";
import type { IncomingMessage } from "../../../functions/core/incoming-message";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { alarmMessage } from "../../../functions/core/notices/alarm-message";
import { messageAttributes } from "../../../functions/core/notices/carried-message";
import { messageSchema } from "../../../functions/core/notices/message";
import { timeSchema } from "../../../functions/core/numbers";
import { holdOutMessageSchema, parseHoldOutMessage } from "../../../functions/core/quality/hold-out-message";
import { parseQualityMessage } from "../../../functions/core/quality/quality-message";
import { qualitySignalSchema } from "../../../functions/core/quality/quality-signal";
import { readRefusal, refusalTexts } from "../../../functions/core/rejected-message";
import { readSageMakerEvent } from "../../../functions/core/sagemaker-events/read-sagemaker-event";
import { trainingRequestSchema } from "../../../functions/core/training-request";
import { parsePubSubEvent } from "../../../functions/gcp/messages/pubsub-event";
import { readMessage as readPubSubMessage } from "../../../functions/gcp/messages/read-message";
import { finalizedEvent, pushedEvent } from "../../gcp/messages";
import { settingsOf } from "../../simulation/data-path";
import { answerOf, requestOf } from "../../simulation/requests";
import type { Parser } from "../parser";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const MODELS: readonly ModelSettings[] = [
  {
    ...settingsOf(),
    monitoring: {
      prefix: "drift/",
      sagemaker: { schedules: ["Quality"] },
      cloudwatch: { alarms: ["delay-drift", "cpu"] },
      vertex: { endpoint: "projects/1/locations/europe-west4/endpoints/2" },
    },
  },
];

const TESTS = join(__dirname, "../..");
const text = (name: string) => readFileSync(join(TESTS, name), "utf8");
const json = (name: string) => JSON.parse(text(name));
const bodyOf = (name: string): string => json(`aws/fixtures/${name}`).Records[0].body;
const SAMPLES = readdirSync(join(TESTS, "core/sagemaker-events/samples")).map((name) =>
  text(`core/sagemaker-events/samples/${name}`),
);
const drift = (name: string) => text(`core/drift/sources/fixtures/${name}`);

const ANSWERS = [
  answerOf(1, "ada", { do: "approve", requestId: "data/flight-delay/1" }),
  answerOf(2, "ada", { do: "pause", why: "audit" }),
  answerOf(3, "ada", { do: "resume", catchUp: "all" }),
  answerOf(4, "ada", { do: "settle", requestId: "data/flight-delay/1", status: "failed", cost: 1.5 }),
].map((answer) => JSON.stringify(answer));
const REQUESTS = [JSON.stringify(requestOf("1")), bodyOf("rule-matched.json"), bodyOf("schedule-fired.json"), ...ANSWERS];
const LAUNCH = JSON.stringify({
  source: "retrigger.direct",
  model: "flight-delay",
  schedule: "nightly",
  cron: "30 2 * * *",
  timeZone: "Europe/Berlin",
  pipeline: { name: "p", parameters: { Day: "{firedAt}", Run: "{requestId}" } },
  firedAt: "2026-11-21T01:30:04Z",
});
const QUALITY = JSON.stringify({
  source: "retrigger.quality",
  model: "flight-delay",
  monitor: "nightly-join",
  metric: "accuracy",
  from: "2026-11-30T00:00:00Z",
  to: NOW,
  error: 0.083,
  rows: 4200,
  run: "run-1",
});
const HOLD_OUT = JSON.stringify({
  source: "retrigger.quality",
  model: "flight-delay",
  run: "data/flight-delay/1",
  holdOut: { challenger: 0.12, champion: 0.19 },
});
const ANOMALY = pushedEvent("1", { text: drift("vertex-anomaly.json") });
const OWN_REPORT = pushedEvent("2", { text: drift("own-report.json"), attributes: { model: "flight-delay" } });

const INCIDENT = pushedEvent("3", { text: text("gcp/fixtures/incident-open.json") });
const NOTICE = pushedEvent("4", {
  text: "high drift",
  attributes: messageAttributes({
    ...{ id: "drift 1", kind: "drift", subject: "drifts" },
    paragraphs: ["high"],
    facts: [],
    links: [],
  }),
});

const REFUSED = refusalTexts(
  { reason: "no model watches it", function: "batcher", at: NOW, subject: "message" },
  { messageId: "1", sentAt: NOW },
);

/** What the queues and topics of both clouds bring, alive and dead. */
export const messages: readonly Parser[] = [
  {
    name: "events of S3",
    of: ["functions/aws/messages/s3-event.ts", "functions/core/batching/landed-object.ts"],
    texts: [text("aws/fixtures/object-created.json")],
    read: (body) => landedObjectSchema.parse(parseObjectCreated(body).object),
  },
  ...["data", "requests", "drift", "messages"].map(
    (role): Parser => ({
      name: `messages of SQS, ${role}`,
      of: [
        ...["data", "request", "drift"].map((name) => `functions/aws/messages/${name}-message.ts`),
        "functions/aws/messages/notification.ts",
        "functions/core/notices/carried-message.ts",
        "functions/aws/messages/package-event.ts",
      ],
      texts:
        {
          data: [text("aws/fixtures/object-created.json")],
          requests: [
            ...REQUESTS,
            text("aws/fixtures/pipeline-execution-succeeded.json"),
            text("core/sagemaker-events/samples/model-package.json"),
          ],
          messages: ["notice", "alarm", "rule"].map((name) => text(`aws/fixtures/${name}-notification.json`)),
          drift: [...["own-report.json", "cloudwatch-alarm-event.json", "sagemaker-processing-job-event.json"].map(drift)],
        }[role] ?? [],
      read: (body) => checkMessage(readSqsMessage(role, { id: "1", body }, MODELS, NOW)),
    }),
  ),
  ...["data", "requests", "drift", "launches", "drift-monitor", "messages"].map(
    (role): Parser => ({
      name: `messages of Pub/Sub, ${role}`,
      of: [
        ...[
          "pubsub-event",
          "storage-event",
          "data-message",
          "request-message",
          "drift-message",
          "launch-message",
          "notification",
          "incident",
        ].map((name) => `functions/gcp/messages/${name}.ts`),
        "functions/core/schedules/pipeline-schedule.ts",
        "functions/core/capture/monitor-captures.ts",
      ],
      texts: (
        {
          data: [finalizedEvent("1", "in/a.csv")],
          requests: REQUESTS.map((request) => pushedEvent("1", { text: request })),
          drift: [finalizedEvent("1", "drift/flight-delay/a.json"), ANOMALY, OWN_REPORT],
          launches: [pushedEvent("1", { text: LAUNCH })],
          messages: [INCIDENT, NOTICE, pushedEvent("1", { text: "Disk full", attributes: { subject: "disk" } })],
          "drift-monitor": ['{"model":"flight-delay"}', "{}"].map((order) => pushedEvent("1", { text: order })),
        }[role] ?? []
      ).map((event) => JSON.stringify(event)),
      read: (event) => checkMessage(readPubSubMessage(role, parsePubSubEvent(parseJson(event)), MODELS, NOW)),
    }),
  ),
  ...[
    { name: "launches", texts: [LAUNCH], role: "launches" },
    { name: "requests", texts: REQUESTS, role: "requests" },
  ].map(
    ({ name, texts, role }): Parser => ({
      name: `bodies of Pub/Sub, ${name}`,
      of: ["functions/gcp/messages/pubsub-event.ts"],
      texts,
      read: (body) => {
        const message = parsePubSubEvent(pushedEvent("1", { text: body }));
        return checkMessage(readPubSubMessage(role, message, MODELS, NOW));
      },
    }),
  ),
  {
    name: "messages of the coordinator",
    of: [
      "functions/core/coordinator-message.ts",
      "functions/core/coordination/person-answer.ts",
      "functions/core/schedules/scheduled-request.ts",
      "functions/core/training-request.ts",
    ],
    texts: REQUESTS,
    read: (body) => {
      for (const sender of [undefined, "AROAEXAMPLE:ada@example.com"]) {
        const message = parseCoordinatorMessage(parseJson(body), { publishedAt: NOW, ...(sender !== undefined && { sender }) });
        if (message.action === "request") trainingRequestSchema.parse(message.request);
        if (message.action === "pause") timeSchema.parse(message.order.at);
        if (message.action === "quality") qualitySignalSchema.parse(message.signal);
      }
    },
  },
  {
    name: "hold-outs",
    of: ["functions/core/quality/hold-out-message.ts"],
    texts: [HOLD_OUT, QUALITY],
    read: (body) => {
      const report = parseHoldOutMessage(parseJson(body));
      if (report !== undefined) holdOutMessageSchema.parse({ source: "retrigger.quality", ...report });
    },
  },
  {
    name: "quality signals",
    of: ["functions/core/quality/quality-message.ts"],
    texts: [QUALITY],
    read: (body) => {
      const signal = parseQualityMessage(parseJson(body));
      if (signal !== undefined) qualitySignalSchema.parse(signal);
    },
  },
  {
    name: "events of SageMaker",
    of: ["functions/core/sagemaker-events/read-sagemaker-event.ts", "functions/core/sagemaker-events/event-entry.ts"],
    texts: SAMPLES,
    read: (event) => {
      parsePipelineEvent(parseJson(event));
      parsePackageEvent(parseJson(event));
      return readSageMakerEvent(parseJson(event));
    },
  },
  {
    name: "dead letters of SQS",
    of: ["cli/redrive/sqs-letter.ts", "cli/redrive/dead-letters.ts", "functions/core/rejected-message.ts"],
    texts: [
      { attributes: REFUSED, body: text("aws/fixtures/object-created.json") },
      {
        attributes: { TARGET_ARN: "arn:data", SCHEDULE_ARN: "arn:s", ERROR_CODE: "X", SCHEDULED_TIME: "2026-11-21T12:00:00Z" },
        body: JSON.stringify({ MessageBody: bodyOf("schedule-fired.json") }),
      },
      {
        body: '{"requestContext":{"functionArn":"arn:aws:lambda:eu:1:function:retrigger-dev-sweeper","condition":"RetriesExhausted"}}',
      },
    ].map((letter) => JSON.stringify(letter)),
    read: (letter) => {
      const { attributes, body } = Object(parseJson(letter));
      const message = {
        MessageId: "1",
        Body: typeof body === "string" ? body : String(JSON.stringify(body)),
        Attributes: { SentTimestamp: String(NOW), ApproximateReceiveCount: "3", MessageGroupId: "flight-delay" },
        MessageAttributes: Object.fromEntries(
          textsIn(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
        ),
      };
      for (const isUndelivered of [true, false]) checkLetter(sqsLetter(message, sqsPlace(isUndelivered)).letter);
    },
  },
  {
    name: "dead letters of Pub/Sub",
    of: ["cli/redrive/pubsub-letter.ts"],
    texts: [
      { data: LAUNCH, attributes: { ...REFUSED, CloudPubSubDeadLetterSourceSubscription: "retrigger-dev-launches" } },
      {
        data: bodyOf("schedule-fired.json"),
        attributes: {
          CloudPubSubDeadLetterSourceTopicPublishTime: "2026-11-21T12:00:00Z",
          CloudPubSubDeadLetterSourceDeliveryCount: "5",
          CloudPubSubDeadLetterSourceSubscription: "retrigger-dev-requests",
        },
      },
    ].map((letter) => JSON.stringify(letter)),
    read: (letter) => {
      const { data, attributes } = Object(parseJson(letter));
      const message = {
        messageId: "1",
        publishTime: "2026-11-21T12:00:00Z",
        data: Buffer.from(String(JSON.stringify(data))).toString("base64"),
        attributes: Object.fromEntries(textsIn(attributes)),
      };
      const { letter: read, publish } = pubSubLetter(message, PUBSUB_PLACE);
      checkLetter(read);
      Buffer.from(publish.data, "base64");
    },
  },
  {
    name: "refusals beside dead letters",
    of: ["functions/core/rejected-message.ts"],
    texts: [JSON.stringify(REFUSED)],
    read: (texts) => {
      const refusal = readRefusal(Object(parseJson(texts)));
      if (refusal !== undefined) [refusal.at, refusal.sentAt].map((at) => timeSchema.parse(at));
    },
  },
];

/** What a message is worth is of the form that its type promises. */
function checkMessage(message: IncomingMessage | undefined): void {
  if (message === undefined) return;
  if (message.type === "object") landedObjectSchema.parse(message.object);
  if (message.type === "launch") trainingRequestSchema.parse(message.launch.request);
  if (message.type === "coordinator-message" && message.content.action === "request") {
    trainingRequestSchema.parse(message.content.request);
  }
  if (message.type === "to-tell") {
    const { news } = message;
    const place = { environment: "dev", stack: "aws", runbooks: "docs/runbooks" } as const;
    messageSchema.parse("message" in news ? news.message : alarmMessage(news.alarm, place));
  }
  if ("document" in message) for (const { report } of message.document.reports) driftReportSchema.parse(report);
}

function checkLetter({
  sentAt,
  receives,
  kind,
}: {
  readonly sentAt: number;
  readonly receives: number;
  readonly kind: string;
}): void {
  timeSchema.parse(sentAt);
  if (!(receives >= 0)) throw new RangeError(`got ${receives} deliveries of a letter that is ${kind}`);
}

/** The texts among the members, as SQS and Pub/Sub let publishers put beside a message. */
function textsIn(members: unknown): [string, string][] {
  return Object.entries(Object(members)).filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

function sqsPlace(isUndelivered: boolean): Parameters<typeof sqsLetter>[1] {
  const queueOf = (name: string, isDeadLetters: boolean) => ({
    name,
    url: `https://sqs/${name}`,
    arn: `arn:${name}`,
    isDeadLetters,
    isFifo: false,
    letters: 1,
  });
  const data = queueOf("retrigger-dev-data", false);
  return {
    prefix: "retrigger-dev-",
    queue: queueOf("retrigger-dev-data-dlq", true),
    source: isUndelivered ? undefined : data,
    queues: new Map([["arn:data", data]]),
    models: MODELS,
    now: NOW,
  };
}

const PUBSUB_PLACE: Parameters<typeof pubSubLetter>[1] = {
  prefix: "retrigger-dev-",
  queue: subscriptionOf("retrigger-dev-dlq"),
  sources: ["launches", "requests", "data", "drift"].map((role) => subscriptionOf(`retrigger-dev-${role}`)),
  models: MODELS,
  now: NOW,
};

function subscriptionOf(name: string) {
  return { path: `projects/p/subscriptions/${name}`, name, topic: `projects/p/topics/${name}`, isOrdered: false };
}
