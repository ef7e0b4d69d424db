import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseBaseline } from "../../../functions/core/capture/baseline";
import type { LineReading } from "../../../functions/core/capture/lines/captured-row";
import { lineReader } from "../../../functions/core/capture/lines/line-reader";
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
import { amountSchema, timeSchema } from "../../../functions/core/numbers";
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

/** What monitors write and endpoints capture, and what SageMaker tells of its monitors. */
export const documents: readonly Parser[] = [
  {
    name: "drift documents",
    of: [
      ...ofDrift("drift-report", "sources/drift-source", "sources/drift-document", "sources/evidently", "sources/evidently-report"),
      ...ofDrift("sources/evidently-snapshot", "sources/nannyml", "sources/nannyml-table", "sources/sagemaker-violations"),
      ...ofDrift("sources/vertex-anomaly", "sources/source-report"),
      "functions/core/outside-json.ts",
    ],
    texts: readdirSync(SOURCES)
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
    of: ofCapture("baseline"),
    texts: [JSON.stringify(BASELINE), JSON.stringify({ ...BASELINE, window: { start: NOW - 1, end: NOW } })],
    read: (text) => {
      const { rows, features } = parseBaseline(text, "s3://lake/baseline.json", "churn", NOW);
      amountSchema.parse(rows);
      return features.map(({ present }) => amountSchema.parse(present));
    },
  },
];

const namesSchema = z.array(z.string());

/** Every value has a name, which is a text. */
function checkRows({ rows }: LineReading): void {
  for (const { names, values } of rows.flatMap(({ inputs, outputs }) => [inputs, outputs]).filter((side) => side !== undefined)) {
    if (namesSchema.parse(names).length < values.length)
      throw new RangeError(`got ${names.length} names of ${values.length} values`);
  }
}
