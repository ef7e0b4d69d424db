import { canonicalHistory } from "../functions/core/replay/importers/canonical-history";
import { cloudwatchMetricData } from "../functions/core/replay/importers/cloudwatch-metric-data";
import { gcloudStorageList } from "../functions/core/replay/importers/gcloud-storage-list";
import type { Importer } from "../functions/core/replay/importers/importer";
import { s3Inventory } from "../functions/core/replay/importers/s3-inventory";
import { s3ListObjects } from "../functions/core/replay/importers/s3-list-objects";
import { sagemakerExecutions } from "../functions/core/replay/importers/sagemaker-executions";
import { vertexPipelineJobs } from "../functions/core/replay/importers/vertex-pipeline-jobs";
import { median, type Row, ratio } from "./table";

const LINES = 200_000;
const ROUNDS = 3;
const START = Date.UTC(2025, 0, 1);
const PIPELINE = "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/train-flights/execution";
const JOBS = "projects/417092034581/locations/europe-west3/pipelineJobs";

const time = (index: number) => new Date(START + index * 60_000).toISOString();
const key = (index: number) => `flights/dt=${time(index).slice(0, 10)}/part-${index}.parquet`;

/** Texts of so many lines each, in the form that the tools write, newest last. */
const EXPORTS: readonly (readonly [Importer, () => string])[] = [
  [
    canonicalHistory,
    () =>
      rows(
        (index) =>
          `{"type":"landed","model":"flight-delay","at":"${time(index)}","key":"${key(index)}","objects":1,"bytes":${index}}`,
      ).join("\n"),
  ],
  [
    s3Inventory,
    () =>
      rows(
        (index) =>
          `"flights-landing","${encodeURIComponent(key(index))}","${index}","${time(index)}","9b2cf535f27731c974343645a3985328"`,
      ).join("\n"),
  ],
  [
    s3ListObjects,
    () => {
      const more = { ETag: '"9b2cf535f27731c974343645a3985328"', StorageClass: "STANDARD" };
      return indented({ Contents: rows((index) => ({ Key: key(index), LastModified: time(index), Size: index, ...more })) });
    },
  ],
  [
    gcloudStorageList,
    () => {
      const more = {
        bucket: "flights-landing",
        content_type: "application/octet-stream",
        crc32c_hash: "3dcQZA==",
        metageneration: 1,
      };
      return indented(
        rows((index) => ({
          ...more,
          creation_time: time(index),
          generation: `${index}`,
          name: key(index),
          size: index,
          storage_url: `gs://b/${key(index)}`,
        })),
      );
    },
  ],
  [
    sagemakerExecutions,
    () => {
      const more = { PipelineExecutionStatus: "Succeeded", PipelineExecutionDisplayName: "nightly" };
      return indented({
        PipelineExecutionSummaries: rows((index) => ({
          PipelineExecutionArn: `${PIPELINE}/${index}`,
          StartTime: time(index),
          ...more,
        })),
      });
    },
  ],
  [
    vertexPipelineJobs,
    () => {
      const more = { displayName: "train-flights", state: "PIPELINE_STATE_SUCCEEDED", labels: { team: "flights" } };
      return indented({
        pipelineJobs: rows((index) => ({
          name: `${JOBS}/${index}`,
          createTime: time(index),
          startTime: time(index),
          endTime: time(index + 30),
          ...more,
        })),
      });
    },
  ],
  [
    cloudwatchMetricData,
    () => {
      const of = (label: string, value: number) => ({ Id: label, Label: label, Timestamps: rows(time), Values: rows(() => value) });
      return indented({ MetricDataResults: [of("error", 0.1), of("rows", 120)] });
    },
  ],
];

/** Lines that each importer makes a second of an export of 200,000, beside JSON.parse of the same number of lines of a history. */
export function historyFigures(): Row[] {
  return EXPORTS.map(([importer, write]) => {
    const text = write();
    const { lines, problems } = importer.read(text, { model: "flight-delay" });
    if (lines.length !== LINES || problems.length > 0) {
      throw new Error(`${importer.name} made ${lines.length} of ${LINES} lines; ${problems.join("; ")}`);
    }
    const history = lines.map((line) => JSON.stringify(line));
    const perSec = rate(() => importer.read(text, { model: "flight-delay" }));
    const parsing = rate(() => history.map((line): unknown => JSON.parse(line)));
    return {
      what: `lines of a history a second, from ${importer.name}, ${(text.length / 1e6).toFixed(0)} MB`,
      measured: Math.round(perSec).toLocaleString("en"),
      baseline: `JSON.parse of the lines: ${Math.round(parsing).toLocaleString("en")}`,
      ratio: ratio(perSec, parsing),
      budget: "",
    };
  });
}

/** Lines a second of processor time, the middle of some rounds. */
function rate(work: () => unknown): number {
  const seconds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return LINES / median(seconds);
}

function rows<T>(make: (index: number) => T): T[] {
  return Array.from({ length: LINES }, (_, index) => make(index));
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 4);
}
