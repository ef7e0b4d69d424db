import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../../../cli/command-error";
import { modelNamedBy } from "../../../cli/commands/answer";
import { timeOption } from "../../../cli/commands/decisions";
import { replayExport } from "../../../cli/commands/replay";
import { readEventFiles } from "../../../cli/commands/rules-test";
import { painter } from "../../../cli/printout";
import { readCidr } from "../../../eventbridge/cidr";
import { EventFilterError } from "../../../eventbridge/filtered-fields";
import { matchesPattern } from "../../../eventbridge/matches-pattern";
import { patternMistakes } from "../../../eventbridge/pattern-mistakes";
import { sagemakerEventPattern } from "../../../eventbridge/sagemaker-event";
import { targetPayload } from "../../../eventbridge/target-payload";
import { transformInput } from "../../../eventbridge/transform-input";
import { readWildcard } from "../../../eventbridge/wildcard";
import { initialState } from "../../../functions/core/coordination/coordinator-state";
import { rejection } from "../../../functions/core/coordination/decide";
import { pathMistake, valueAt } from "../../../functions/core/json-path";
import { modelOfRequest } from "../../../functions/core/request-ids";
import { cloudSchedulerTiming, cronText, eventBridgeTiming } from "../../../functions/core/schedules/cron-dialects";
import { isTimeZone, lastFireBefore } from "../../../functions/core/schedules/last-fire";
import { readSpokenSchedule } from "../../../functions/core/schedules/spoken-schedule";
import { readCron } from "../../../functions/core/schedules/timing";
import { parseDatabaseName } from "../../../functions/gcp/adapters/firestore/documents";
import { webhookAddress } from "../../../functions/node/chats/webhook-address";
import { parseOptions, UsageError } from "../../../local/options";
import { temporaryFolder } from "../../modules/temporary-project";
import { answerOf, policyOf, requestOf } from "../../simulation/requests";
import { Mistakes, naming, type Parser, throwing } from "../parser";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const MISTAKES = throwing(Mistakes);
const DELIVERY = { ruleName: "r", ruleArn: "arn:r", ingestionTime: "2026-11-21T12:00:00Z" };
const EVENT = readFileSync(join(__dirname, "../../core/sagemaker-events/samples/training-job.json"), "utf8");

const STATE = { type: "state", state: { ...initialState(NOW), outbox: undefined, effects: undefined } };
const SETTINGS = JSON.stringify({ policy: policyOf(), data: { bucket: "data" } });
const INPUTS = [
  { type: "settings", settings: SETTINGS },
  STATE,
  { type: "pause", at: NOW, by: "rule a", why: "b", isFreeze: true },
  { type: "answer", at: NOW, answer: answerOf(1, "ada (declared)", { do: "resume", catchUp: "all" }) },
  { type: "sweep", at: NOW },
];
const EXPORTED = { ...rejection(requestOf("1"), "foreign-manifest", [], NOW), number: 0, inputs: INPUTS };

const PATTERN = {
  source: ["aws.sagemaker", { prefix: "aws." }],
  detail: {
    name: [{ "anything-but": ["a"] }, { wildcard: "a*b" }, { "equals-ignore-case": "X" }],
    size: [{ numeric: [">", 0, "<=", 5] }, { exists: false }],
    ip: [{ cidr: "10.0.0.0/24" }],
  },
  $or: [{ region: ["eu"] }, { account: [{ suffix: "1" }] }],
};

/** What people write in one line: expressions, patterns, templates, paths, and words of the command line. */
export const words: readonly Parser[] = [
  {
    name: "exported decisions",
    of: ["cli/commands/replay.ts", "functions/core/replay/replay-record.ts"],
    texts: [JSON.stringify(EXPORTED)],
    read: async (text) => {
      const path = join(temporaryFolder({ "decisions.jsonl": text }), "decisions.jsonl");
      await replayExport(path, undefined, painter(false));
    },
    refusal: throwing(CommandError),
    mutants: 60,
  },
  {
    name: "cron expressions",
    of: ["functions/core/schedules/timing.ts", "functions/core/schedules/cron-field.ts", "functions/core/schedules/last-fire.ts"],
    form: "text",
    texts: ["30 2 * * MON-FRI", "*/15 0-23/2 1,15 JAN-DEC 0", "@daily", "0 22-2 * * 7"],
    read: (text) => {
      const read = readCron(text);
      if (!read.isValid) return Mistakes.check(read.mistakes);
      const again = readCron(cronText(read.cron));
      if (!again.isValid || cronText(again.cron) !== cronText(read.cron)) throw new RangeError(`${cronText(read.cron)} is no cron`);
      eventBridgeTiming(read.cron);
      cloudSchedulerTiming(read.cron);
      const fire = lastFireBefore(read.cron, "Europe/Berlin", NOW);
      if (fire !== undefined && !(fire <= NOW)) throw new RangeError(`got the fire ${fire}`);
    },
    refusal: MISTAKES,
  },
  {
    name: "schedules as they are spoken",
    of: ["functions/core/schedules/spoken-schedule.ts"],
    form: "text",
    texts: ["day at 2:00", "weekday at 06:30", "Sunday at 02:00", "month on the 1st at 03:00", "6 hours", "15 minutes"],
    read: (text) => {
      const read = readSpokenSchedule(text);
      if (!read.isValid) return Mistakes.check([read.mistake]);
      cronText(read.cron);
    },
    refusal: MISTAKES,
  },
  {
    name: "names of time zones",
    of: ["functions/core/schedules/last-fire.ts"],
    form: "text",
    texts: ["Europe/Berlin", "UTC", "+01:00"],
    read: (text) => {
      if (!isTimeZone(text)) return Mistakes.check(["no time zone"]);
      lastFireBefore({ minutes: [0], hours: [2], months: [1], daysOfMonth: [1], daysOfWeek: undefined }, text, NOW);
    },
    refusal: MISTAKES,
  },
  {
    name: "event patterns",
    of: ["pattern-mistakes", "operator-mistakes", "pattern-fields", "matches-pattern", "cidr", "wildcard"].map(
      (name) => `eventbridge/${name}.ts`,
    ),
    texts: [JSON.stringify(PATTERN)],
    read: (text) => {
      const pattern = jsonOf(text);
      matchesPattern(Object(pattern), jsonOf(EVENT));
      Mistakes.check(patternMistakes(pattern).map(({ message }) => message));
    },
    refusal: MISTAKES,
  },
  {
    name: "blocks of addresses",
    of: ["eventbridge/cidr.ts"],
    form: "text",
    texts: ["10.0.0.0/24", "2001:db8::/32"],
    read: (text) => {
      const read = readCidr(text);
      if (!read.isValid) return Mistakes.check([read.mistake]);
    },
    refusal: MISTAKES,
  },
  {
    name: "wildcards",
    of: ["eventbridge/wildcard.ts"],
    form: "text",
    texts: ["a*b\\*c", "*"],
    read: (text) => {
      const read = readWildcard(text);
      if (!read.isValid) return Mistakes.check([read.mistake]);
    },
    refusal: MISTAKES,
  },
  {
    name: "filters of SageMaker's events",
    of: ["eventbridge/filtered-fields.ts", "eventbridge/sagemaker-event.ts"],
    texts: [
      '{"event":"training-job","filter":{"status":["Failed"],"prefix":"churn","detail":[{"prefix":"a"}]}}',
      '{"event":"endpoint","filter":{"names":["a"]}}',
    ],
    read: (text) => {
      const { event, filter } = Object(jsonOf(text));
      Mistakes.check(
        patternMistakes(sagemakerEventPattern(String(JSON.stringify(event)).replaceAll('"', ""), Object(filter))).map(
          ({ message }) => message,
        ),
      );
    },
    refusal: { ...MISTAKES, isClean: (error) => error instanceof EventFilterError || error instanceof Mistakes },
  },
  {
    name: "input of targets",
    of: ["eventbridge/transform-input.ts", "eventbridge/target-payload.ts", "eventbridge/target-input.ts"],
    texts: [
      JSON.stringify({
        paths: { a: "$.detail.TrainingJobName", b: "$.resources[0]" },
        template: '{"x": <a>, "y": "<b>", "e": <aws.events.event>}',
      }),
    ],
    read: (text) => {
      const { paths, template } = Object(jsonOf(text));
      const texts = Object.entries(Object(paths)).filter((entry): entry is [string, string] => typeof entry[1] === "string");
      const input = { paths: Object.fromEntries(texts), template: String(JSON.stringify(template)) };
      for (const event of [jsonOf(EVENT), jsonOf(text)]) {
        Mistakes.check(transformInput(input, event, DELIVERY).problems);
        const target = { type: "kinesis", arn: "arn:k", partitionKey: input.paths.a ?? "$.id", input } as const;
        Mistakes.check(targetPayload({ name: "r" }, target, event, DELIVERY).problems);
      }
    },
    refusal: MISTAKES,
  },
  {
    name: "events for targets of the coordinator",
    of: ["eventbridge/target-payload.ts", "functions/core/coordinator-message.ts"],
    texts: [EVENT],
    read: (text) => {
      const metadata = { job: "$.detail.TrainingJobName", x: "fixed" };
      for (const target of [
        { type: "request", model: "churn", priority: 3, metadata },
        { type: "pause", model: "churn" },
        { type: "notify" },
        { type: "pipeline", pipeline: "p", parameters: { Job: "$.detail.TrainingJobArn" } },
      ] as const) {
        Mistakes.check(targetPayload({ name: "r" }, target, jsonOf(text), DELIVERY).problems);
      }
    },
    refusal: MISTAKES,
  },
  {
    name: "files of events",
    of: ["cli/commands/rules-test.ts", "config/json-place.ts"],
    texts: [EVENT],
    read: (text) => {
      const folder = temporaryFolder({ "event.json": text });
      const files = readEventFiles([join(folder, "event.json")]);
      Mistakes.check(files.flatMap((file) => (file.isBroken ? [file.why] : [])));
    },
    refusal: MISTAKES,
  },
  {
    name: "paths into events",
    of: ["functions/core/json-path.ts"],
    form: "text",
    texts: ["$.detail.a-b.c_d", "$.resources[0]"],
    read: (text) => {
      valueAt(jsonOf(EVENT), text);
      Mistakes.check([pathMistake(text) ?? ""].filter((mistake) => mistake !== ""));
    },
    refusal: MISTAKES,
  },
  {
    name: "moments on the command line",
    of: ["cli/commands/decisions.ts"],
    form: "text",
    texts: ["36h", "7d", "2026-11-01", "2026-11-01T12:00:00+01:00"],
    read: (text) => {
      const at = timeOption("since", text, NOW);
      if (!(at >= 0 && at <= 8.64e15)) throw new RangeError(`got the time ${at}`);
    },
    refusal: throwing(CommandError),
  },
  {
    name: "ids of requests on the command line",
    of: ["cli/commands/answer.ts", "functions/core/request-ids.ts"],
    form: "text",
    texts: ["data/churn/1", "manual/churn/2026-11-21/new-labels-1a2b3c"],
    read: (text) => {
      if (modelNamedBy(text) !== modelOfRequest(text)) throw new RangeError("got two models");
    },
    refusal: throwing(CommandError),
  },
  {
    name: "options of a replay",
    of: ["local/options.ts"],
    form: "text",
    texts: ["--from 2001-01-02 --until 2001-01-08 --seed 7 --cloud gcp --fresh", "--scenario drift --store dynamodb"],
    read: (text) => {
      parseOptions(text.split(" ").filter((word) => word !== ""));
    },
    refusal: throwing(UsageError),
  },
  {
    name: "names of databases",
    of: ["functions/gcp/adapters/firestore/documents.ts"],
    form: "text",
    texts: ["projects/p/databases/(default)"],
    read: (text) => {
      if (parseDatabaseName(text) === undefined) throw new Error("expected projects/<project>/databases/<database>");
    },
    refusal: naming("expected"),
  },
  {
    name: "secrets of webhooks",
    of: ["functions/node/chats/webhook-address.ts"],
    form: "text",
    texts: ["https://hooks.slack.com/services/T0/B0/x", '{"url":"https://hooks.slack.com/services/T0/B0/x","user":"ada"}'],
    read: (text) => {
      if (!webhookAddress(text, "slack", "arn:secret").startsWith("https://hooks.slack")) throw new RangeError("got another host");
    },
    refusal: naming("in the secret arn:secret, expected one"),
  },
];

/** What is no JSON is for the parser of whoever holds the text. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Mistakes("no JSON");
  }
}
