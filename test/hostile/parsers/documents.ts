import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseBaseline } from "../../../functions/core/capture/baseline/baseline";
import { inputNames, type LineReading, OUTPUT_NAMES, type SideNames } from "../../../functions/core/capture/lines/captured-row";
import { lineReader } from "../../../functions/core/capture/lines/line-reader";
import { pairedRows } from "../../../functions/core/capture/lines/paired-rows";
import { payloadRows } from "../../../functions/core/capture/lines/payload-rows";
import { driftReportSchema } from "../../../functions/core/drift/drift-report";
import { parseAlarm } from "../../../functions/core/drift/sources/cloudwatch-alarm";
import { parseDocument } from "../../../functions/core/drift/sources/drift-document";
import { readDriftDocument } from "../../../functions/core/drift/sources/drift-source";
import { baselineFiles, monitoringRunReport } from "../../../functions/core/drift/sources/sagemaker-monitoring-run";
import {
  parseMonitoringExecutions,
  parseProcessingJob,
  parseProcessingJobEvent,
} from "../../../functions/core/drift/sources/sagemaker-processing-job";
import { statisticsReport } from "../../../functions/core/drift/sources/sagemaker-statistics";
import { carriedText, readCarriedText } from "../../../functions/core/notices/carried-message";
import { mailText } from "../../../functions/core/notices/mail-text";
import { messageSchema } from "../../../functions/core/notices/message";
import { slackPayload } from "../../../functions/core/notices/slack-blocks";
import { teamsPayload } from "../../../functions/core/notices/teams-card";
import { amountSchema, timeSchema } from "../../../functions/core/numbers";
import { situations } from "../../core/notices/situations";
import type { Parser } from "../parser";

const SOURCES = join(__dirname, "../../core/drift/sources/fixtures");
const NOW = Date.parse("2026-11-21T12:00:00Z");
const CONTEXT = { model: "churn", documentId: "hostile", window: { start: NOW, end: NOW } };

const source = (name: string) => readFileSync(join(SOURCES, name), "utf8");
const ofDrift = (...names: readonly string[]) => names.map((name) => `functions/core/drift/${name}.ts`);
const ofCapture = (...names: readonly string[]) => names.map((name) => `functions/core/capture/${name}.ts`);

const CAPTURED = { endpointInput: { encoding: "CSV", data: "1,2" }, endpointOutput: { encoding: "JSON", data: '{"a":[1]}' } };
const HISTOGRAM = { type: "numbers", histogram: { type: "histogram", edges: [0, 1], counts: [2] } };
const BASELINE = { version: 1, model: "churn", rows: 2, features: [{ name: "a", kind: "data", present: 2, ...HISTOGRAM }] };

const CALM = { degrees: 2, slices: 24, windows: "independent", excess: 1.5 };
const BASELINE_2 = {
  version: 2,
  model: "churn",
  rows: 30,
  periodMs: 1,
  slices: 24,
  designEffect: 3,
  features: [
    {
      name: "a",
      kind: "data",
      present: 30,
      type: "numbers",
      edges: [0, 1, 2],
      counts: [0, 20, 10, 0],
      range: [1, 2],
      bins: 2,
      calm: CALM,
    },
    { name: "b", kind: "data", present: 30, type: "categories", isCode: false, names: ["x"], counts: [28, 1, 1], others: [7] },
    {
      name: "c",
      kind: "data",
      present: 0,
      type: "empty",
      missing: { bins: 2, season: { by: "hour-of-day", groups: [[3, [1, 2]]] } },
    },
  ],
};

/** Forms of a table, as clients of several servers send them. */
const PAYLOADS = [
  { instances: [{ a: 1, b: "x" }, { features: [1, 2] }, { data: { features: { values: [1, 2] } } }] },
  { dataframe_split: { columns: ["a", "b"], index: [0], data: [[1, 2]] } },
  { a: { "0": 1, "1": 2 }, b: { "0": 3, "1": 4 } },
  { inputs: { a: [[1], [2]], b: [[3], [4]] } },
  { schema: { fields: [{ name: "index" }], primaryKey: ["index"] }, data: [{ index: 0, a: 1 }] },
  { data: { names: ["a", "b"], ndarray: [[1, 2]] } },
  {
    inputs: [
      { name: "a", shape: [2, 1], datatype: "FP32", data: [[1], [2]] },
      { name: "b", shape: [2], data: [1, 2] },
    ],
  },
  { outputs: [{ name: "y", shape: [1, 2], datatype: "FP32", data: [0.1, 0.9] }] },
  { predictions: [{ classes: ["x", "y"], scores: [0.1, 0.9] }] },
  { instances: ["1,2", "3,4"] },
  "1,2",
].map((payload) => JSON.stringify(payload));

/** What monitors write and endpoints capture, and what SageMaker tells of its monitors. */
export const documents: readonly Parser[] = [
  {
    name: "drift documents",
    of: [
      ...ofDrift("drift-report", "sources/drift-source", "sources/drift-document", "sources/evidently", "sources/evidently-report"),
      ...ofDrift("sources/sagemaker-model-quality"),
      ...ofDrift("sources/evidently-suite", "sources/evidently-score", "sources/nannyml-calculator"),
      ...ofDrift("sources/evidently-snapshot", "sources/nannyml", "sources/nannyml-table", "sources/sagemaker-violations"),
      ...ofDrift("sources/vertex-anomaly", "sources/vertex-evaluation", "sources/source-report"),
      "functions/core/outside-json.ts",
    ],
    texts: readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".json"))
      .map(source),
    read: (text) => readDriftDocument(text, CONTEXT).reports.map((report) => driftReportSchema.parse(report)),
  },
  {
    name: "statistics of SageMaker",
    of: ofDrift("sources/sagemaker-statistics", "sources/sagemaker-distribution", "sources/sagemaker-monitoring-run"),
    texts: ["sagemaker-statistics.json", "sagemaker-constraints.json", "sagemaker-violations.json"].map(source),
    read: (text) => {
      const file = parseDocument(text);
      const features = { dataset: { item_count: 1 }, features: [] };
      const constraints = { features: [] };
      const good = { violations: { violations: [] }, statistics: features, baselineStatistics: features, constraints };
      driftReportSchema.parse(statisticsReport({ statistics: file, baselineStatistics: file, constraints }, CONTEXT));
      for (const part of ["violations", "statistics", "baselineStatistics", "constraints"]) {
        driftReportSchema.parse(monitoringRunReport("hourly", { ...good, [part]: file }, CONTEXT));
      }
    },
  },
  {
    name: "jobs and runs of SageMaker's monitors",
    of: ofDrift("sources/sagemaker-processing-job"),
    texts: ["sagemaker-processing-job-event.json", "sagemaker-processing-job.json", "sagemaker-monitoring-executions.json"].map(
      source,
    ),
    read: (text) => {
      const answer = parseDocument(text);
      baselineFiles(answer);
      parseProcessingJobEvent(answer);
      if (text.includes("MonitoringExecutionSummaries")) parseMonitoringExecutions(answer);
      else parseProcessingJob(answer);
    },
  },
  {
    name: "alarms of CloudWatch",
    of: ofDrift("sources/cloudwatch-alarm"),
    texts: ["cloudwatch-alarm-event.json", "cloudwatch-alarm-sns.json"].map(source),
    read: (text) => {
      const alarm = parseAlarm(parseDocument(text));
      if (alarm !== undefined) timeSchema.parse(alarm.changedAt);
    },
  },
  {
    name: "captured lines of SageMaker",
    of: ofCapture("lines/sagemaker-line", "lines/payload-rows", "lines/captured-row"),
    texts: [
      JSON.stringify({ captureData: CAPTURED }),
      JSON.stringify({
        captureData: {
          endpointInput: {
            encoding: "BASE64",
            observedContentType: "text/csv",
            data: Buffer.from('"a ""b""",2\r\n').toString("base64"),
          },
          endpointOutput: { encoding: "JSON", observedContentType: "application/jsonlines", data: '{"a":1}\n[2]' },
        },
      }),
    ],
    read: (text) => checkRows(lineReader({ format: "sagemaker", columns: ["a", "b"] })(text)),
  },
  {
    name: "payloads of captured requests in JSON",
    of: ofCapture("lines/payload-rows", "lines/json-rows", "lines/columnar-rows", "lines/tensor-rows", "lines/row-values"),
    texts: PAYLOADS,
    read: (text) => readPayload(text, "application/json"),
    mutants: 300,
  },
  {
    name: "payloads of captured requests in CSV",
    of: ofCapture("lines/csv-payload", "lines/csv-rows", "lines/paired-rows", "lines/line-limits"),
    form: "text",
    texts: ["a,b\n1,2\n3,NaN", ',a,b\r\n0,1,"x, ""y"""\r\n', "1,2\n", "s3://lake/in/1.csv"],
    read: (text) => readPayload(text, "text/plain"),
  },
  {
    name: "captured lines of Vertex AI",
    of: ofCapture("lines/line-reader"),
    texts: [JSON.stringify({ request_payload: ['{"a":1}', "[[1],[2]]"], response_payload: ["[0.5]", '{"predictions":[1,2]}'] })],
    read: (text) => checkRows(lineReader({ format: "vertex", columns: ["a"] })(text)),
  },
  {
    name: "captured lines of values by name",
    of: ofCapture("lines/line-reader"),
    texts: ['{"a":1,"b":"x"}'],
    read: (text) => checkRows(lineReader({ format: "rows", columns: [] })(text)),
  },
  {
    name: "baselines",
    of: ofCapture("baseline/baseline"),
    texts: [BASELINE, { ...BASELINE, window: { start: NOW - 1, end: NOW } }, BASELINE_2].map((baseline) =>
      JSON.stringify(baseline),
    ),
    read: (text) => {
      const { rows, features } = parseBaseline(text, "s3://lake/baseline.json", "churn", NOW);
      amountSchema.parse(rows);
      return features.map(({ present }) => amountSchema.parse(present));
    },
  },
  {
    name: "messages that notices carry to chats",
    of: ["functions/core/notices/carried-message.ts"],
    texts: Object.values(situations()).map(carriedText),
    read: (text) => {
      const message = readCarriedText(text);
      return message && [messageSchema.parse(message), slackPayload(message), teamsPayload(message), mailText(message)];
    },
  },
];

function readPayload(text: string, contentType: string): void {
  const read = (names: SideNames) => payloadRows(text, contentType, names);
  const { rows } = pairedRows(read(inputNames(["a", "b"])), () => read(OUTPUT_NAMES));
  checkRows({ rows });
}

const namesSchema = z.array(z.string());

/** Every value has a name, which is a text. */
function checkRows({ rows }: LineReading): void {
  for (const { names, values } of rows.flatMap(({ inputs, outputs }) => [inputs, outputs]).filter((side) => side !== undefined)) {
    if (namesSchema.parse(names).length < values.length)
      throw new RangeError(`got ${names.length} names of ${values.length} values`);
  }
}
