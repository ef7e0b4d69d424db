import { nearestWord } from "../../nearest-word";
import { plainLine } from "../../plain-text";
import { airflowDagRuns } from "./airflow-dag-runs";
import { canonicalHistory } from "./canonical-history";
import { cloudwatchMetricData } from "./cloudwatch-metric-data";
import { errorCsv } from "./error-csv";
import { evidently } from "./evidently";
import { gcloudStorageList } from "./gcloud-storage-list";
import type { Importer } from "./importer";
import { mlflowRuns } from "./mlflow-runs";
import { nannyml } from "./nannyml";
import { retriggerDecisions } from "./retrigger-decisions";
import { s3Inventory } from "./s3-inventory";
import { s3ListObjects } from "./s3-list-objects";
import { sagemakerExecutions } from "./sagemaker-executions";
import { vertexPipelineJobs } from "./vertex-pipeline-jobs";

/** All importers; a new one is a file and a line here. */
const ALL: readonly Importer[] = [
  airflowDagRuns,
  canonicalHistory,
  cloudwatchMetricData,
  errorCsv,
  evidently,
  gcloudStorageList,
  mlflowRuns,
  nannyml,
  retriggerDecisions,
  s3Inventory,
  s3ListObjects,
  sagemakerExecutions,
  vertexPipelineJobs,
];

/** By the name that `--format` takes. */
export const IMPORTERS: Readonly<Record<string, Importer>> = Object.fromEntries(ALL.map((importer) => [importer.name, importer]));

/** Which importer reads a text, or what to do where that cannot be told. */
export type Detection =
  | { readonly importer: Importer; readonly problem?: undefined }
  | { readonly importer?: undefined; readonly problem: string };

/** The importer of a text, by its beginning. */
export function detectImporter(text: string): Detection {
  const [importer, ...others] = ALL.filter(({ detects }) => detects(text));
  if (importer !== undefined && others.length === 0) return { importer };
  if (importer === undefined && text.replace(/^\uFEFF/, "").trim() === "")
    return { problem: "it is empty: export it again, or leave it out" };
  if (importer === undefined)
    return { problem: `its format is not known: it ${beginningOf(text)}; say it with --format, which is one of:\n${listed(ALL)}` };
  return { problem: `it may be of several formats; say which one it is with --format:\n${listed([importer, ...others])}` };
}

function beginningOf(text: string): string {
  const [first = ""] = text.trimStart().split("\n", 1);
  const page = /^<(?:!doctype html|html)\b/i.test(first) ? ", a web page, such as a login's" : "";
  return `begins with ${JSON.stringify(plainLine(first, 60))}${page}`;
}

/** The importer that `--format` names. */
export function namedImporter(name: string): Detection {
  const importer = ALL.find((one) => one.name === name);
  if (importer !== undefined) return { importer };
  const near = nearestWord(name, Object.keys(IMPORTERS));
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return { problem: `no such format${hint}; --format is one of:\n${listed(ALL)}` };
}

/** A line for each: its name, the tool, and the command that writes such a file. */
export function listed(importers: readonly Importer[] = ALL): string {
  const width = Math.max(...importers.map(({ name }) => name.length));
  return importers.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join("\n");
}
