// One parser, one hostile document: what it costs in a process of its own, as one line of JSON.
import { performance } from "node:perf_hooks";
import { deflateRawSync, gzipSync } from "node:zlib";
import { manifestKeys as s3ManifestKeys } from "../../functions/aws/adapters/s3/manifest-store";
import { parseJson } from "../../functions/aws/messages/s3-event";
import { parseBaseline } from "../../functions/core/capture/baseline/baseline";
import { lineReader } from "../../functions/core/capture/lines/line-reader";
import { parseDocument } from "../../functions/core/drift/sources/drift-document";
import { readDriftDocument } from "../../functions/core/drift/sources/drift-source";
import { statisticsReport } from "../../functions/core/drift/sources/sagemaker-statistics";
import { PoisonMessageError } from "../../functions/core/errors";
import { manifestKeys as gcsManifestKeys } from "../../functions/gcp/adapters/storage/manifest-store";
import { decodeSegment, parseLedger } from "../../functions/node/batch-codecs";
import { fromDeflatedJson } from "../../functions/node/deflated-json";
import { peakKb } from "../peak-memory";

const MIB = 1024 * 1024;
const NOW = Date.parse("2026-11-21T12:00:00Z");
const CONTEXT = { model: "churn", documentId: "hostile", window: { start: NOW, end: NOW } };

interface Hostile {
  /** Made before the clock starts; MiB of text that it holds. */
  readonly make: () => string | Uint8Array;
  readonly read: (document: string & Uint8Array) => unknown;
}

/** So many MiB of a list of equal elements. */
function list(mib: number, head: string, element: string, tail: string): string {
  const count = Math.floor((mib * MIB - head.length - tail.length) / (element.length + 1));
  return `${head}${`${element},`.repeat(count - 1)}${element}${tail}`;
}

const inDocument = (mib: number, head: string, element: string, tail: string): Hostile => ({
  make: () => list(mib, head, element, tail),
  read: (text) => readDriftDocument(text, CONTEXT),
});

const OWN = '{"version":1,"model":"churn","id":"1","monitor":"m","window":{"start":1,"end":2},"features":[';
const STATISTICS = '{"version":0,"dataset":{"item_count":1},"features":[';

function statistics(which: "statistics" | "baselineStatistics" | "constraints", element: string): Hostile {
  const good = { dataset: { item_count: 1 }, features: [] };
  return {
    make: () => list(16, STATISTICS, element, "]}"),
    read: (text) =>
      statisticsReport(
        { statistics: good, baselineStatistics: good, constraints: { features: [] }, [which]: parseDocument(text) },
        CONTEXT,
      ),
  };
}

const line = (format: "sagemaker" | "vertex" | "rows", head: string, element: string, tail: string): Hostile => {
  const read = lineReader({ format, columns: ["a"] });
  return { make: () => list(16, head, element, tail), read: (text) => read(text) };
};

function distinctMembers(mib: number): string {
  const members: string[] = [];
  for (let size = 2, index = 0; size < mib * MIB - 16; index++) {
    const member = `"${index.toString(36)}":0`;
    members.push(member);
    size += member.length + 1;
  }
  return `{"violations":[{${members.join(",")}}]}`;
}

/** As many elements as are parsed, filled up with blanks. */
const asMany = (count: number, head: string, element: string, tail: string): Hostile => {
  const width = Math.ceil((16 * MIB - head.length - tail.length) / count);
  return inDocument(16, head, element.padEnd(width), tail);
};

const HOSTILE: Readonly<Record<string, Hostile>> = {
  "violations of {}": inDocument(16, '{"violations":[', "{}", "]}"),
  "violations of {}, as many as are parsed": asMany(249_000, '{"violations":[', "{}", "]}"),
  "violations of NaN, as many as are parsed": asMany(990_000, '{"violations":[', "NaN", "]}"),
  "Evidently metrics of {}, as many as are parsed": asMany(249_000, '{"metrics":[', "{}", "]}"),
  "own format, features of {}, as many as are parsed": asMany(249_000, OWN, "{}", "]}"),
  "NannyML records of {}, as many as are parsed": asMany(249_000, "[", "{}", "]"),
  "NannyML cells, as many as are parsed": asMany(249_000, "[", '{"chunk_key":0,"a_psi_value":1,"b_chi2_value":0}', "]"),
  "violations of NaN": inDocument(16, '{"violations":[', "NaN", "]}"),
  "violations of []": inDocument(16, '{"violations":[', "[]", "]}"),
  "a violation of many names": { make: () => distinctMembers(15.9), read: (text) => readDriftDocument(text, CONTEXT) },
  "Evidently metrics of {}": inDocument(16, '{"metrics":[', "{}", "]}"),
  "Evidently metrics of 0": inDocument(16, '{"metrics":[', "0", "]}"),
  "Evidently drift metrics": inDocument(16, '{"metrics":[', '{"metric":"ColumnDriftMetric"}', "]}"),
  "own format, features of {}": inDocument(16, OWN, "{}", "]}"),
  "own format, edges of {}": inDocument(
    16,
    `${OWN}{"name":"a","kind":"data","evidence":{"type":"distributions","reference":{"type":"histogram","edges":[`,
    "{}",
    "]}}}]}",
  ),
  "own format, categories": inDocument(
    16,
    `${OWN}{"name":"a","kind":"data","evidence":{"type":"distributions","reference":{"type":"categories","counts":{`,
    '"a":{}',
    "}}}}]}",
  ),
  "NannyML records of {}": inDocument(16, "[", "{}", "]"),
  "NannyML records of NaN": inDocument(16, "[", "NaN", "]"),
  "NannyML split": inDocument(16, '{"columns":["chunk_key"],"data":[', "[0]", "]}"),
  "NannyML cells": inDocument(16, "[", '{"chunk_key":0,"a_psi_value":1,"b_chi2_value":0}', "]"),
  "nested lists": {
    make: () => `${"[".repeat(8 * MIB - 1)}${"]".repeat(8 * MIB - 1)}`,
    read: (text) => readDriftDocument(text, CONTEXT),
  },
  "Vertex anomalies": inDocument(
    16,
    '{"jsonPayload":{"anomalyObjective":"RAW_FEATURE_SKEW","endTime":"2026-11-21T00:00:00Z","deployedModelId":"1","modelDeploymentMonitoringJob":"j","featureAnomalies":[',
    "{}",
    "]}}",
  ),
  "statistics of a run": statistics("statistics", "{}"),
  "statistics of a baseline": statistics("baselineStatistics", "{}"),
  constraints: statistics("constraints", "{}"),
  "a cut document": {
    make: () => list(16, '{"violations":[', "{}", "").slice(0, -1),
    read: (text) => readDriftDocument(text, CONTEXT),
  },
  "capture baseline": {
    make: () => list(16, '{"version":1,"model":"churn","rows":1,"features":[', "{}", "]}"),
    read: (text) => parseBaseline(text, "s3://b/baseline.json", "churn", NOW),
  },
  "capture line, rows": line("rows", '{"a":[', "{}", "]}"),
  "capture line, SageMaker JSON": line("sagemaker", '{"captureData":{"endpointInput":{"encoding":"JSON","data":"[', "{}", ']"}}}'),
  "capture line, SageMaker CSV": line("sagemaker", '{"captureData":{"endpointInput":{"encoding":"CSV","data":"', "1\\n1", '"}}}'),
  "capture line, Vertex": line("vertex", '{"request_payload":[', '"{}"', "]}"),
  "message of a queue": { make: () => list(10, "[", "{}", "]"), read: (text) => parseJson(text) },
  "manifest of S3": { make: () => list(16, "[", "{}", "]"), read: (text) => s3ManifestKeys("s3://b/m", text) },
  "manifest of Cloud Storage": {
    make: () => "{}\n".repeat((16 * MIB) / 3),
    read: (text) => gcsManifestKeys("gs://b/m", "b", text),
  },
  "ledger of {}": {
    make: () => gzipSync(list(16, '{"older":[],"entries":[', "{}", "]}")),
    read: (bytes) => parseLedger("s3://b/l", bytes),
  },
  "ledger, 256 MiB in a bomb": { make: () => bomb(gzipSync), read: (bytes) => parseLedger("s3://b/l", bytes) },
  "segment, 256 MiB in a bomb": { make: () => bomb(deflateRawSync), read: (bytes) => decodeSegment(bytes) },
  "row of the state, 256 MiB in a bomb": { make: () => bomb(deflateRawSync), read: (bytes) => fromDeflatedJson(bytes) },
};

/** Blanks, which take a thousandth of themselves. */
function bomb(pack: (bytes: Buffer) => Uint8Array): Uint8Array {
  return pack(Buffer.alloc(256 * MIB, " "));
}

function main([name = ""]: readonly string[]): void {
  const hostile = HOSTILE[name];
  if (hostile === undefined) {
    console.log(JSON.stringify(Object.keys(HOSTILE)));
    return;
  }
  const document = hostile.make();
  if (typeof document === "string") document.charCodeAt(0);
  const before = process.memoryUsage.rss();
  const start = performance.now();
  let answer: string;
  try {
    hostile.read(document as string & Uint8Array);
    answer = "read";
  } catch (error) {
    answer = error instanceof PoisonMessageError ? `refused ${error.message.length}` : `${error}`.slice(0, 60);
  }
  const seconds = (performance.now() - start) / 1000;
  const peakMb = peakKb() / 1024 - before / MIB;
  console.log(JSON.stringify({ seconds, peakMb, answer }));
}

main(process.argv.slice(2));
