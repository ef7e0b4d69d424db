import { isMapping } from "../../json-path";
import { quotedText } from "../../plain-text";
import { type Importer, modelNameOf } from "./importer";
import type { Findings } from "./reading/findings";
import { importFile } from "./reading/import-file";
import { jsonDocuments, jsonHead } from "./reading/json-documents";
import { type MomentReader, momentReader } from "./reading/moment";
import { type Listing, pageElements } from "./reading/pages";
import { type ListedRun, takeRuns } from "./reading/training-runs";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListPipelineExecutions.html */
const LISTING: Listing = {
  lists: ["PipelineExecutionSummaries"],
  tokens: ["NextToken"],
  pageSize: 100,
  remedy: "list again without --max-items and --no-paginate, or add the pages that follow",
};

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PipelineExecutionSummary.html */
const STATUSES: ReadonlyMap<unknown, ListedRun["status"]> = new Map([
  ["Executing", "running"],
  ["Stopping", "running"],
  ["Stopped", "stopped"],
  ["Failed", "failed"],
  ["Succeeded", "succeeded"],
]);

const ARN = /^arn:[^:]+:sagemaker:[^:]*:\d*:pipeline\/([^/]+)\/execution\/[^/]+$/;
const ENDS = "add what aws sagemaker describe-pipeline-execution --pipeline-execution-arn <arn> writes of each to the file";

/**
 * Trainings, by `aws sagemaker list-pipeline-executions`, which has no ends of runs; the objects of `describe-pipeline-execution`,
 * which may follow it, have.
 */
export const sagemakerExecutions: Importer = {
  name: "sagemaker-executions",
  title:
    "SageMaker Pipelines: aws sagemaker list-pipeline-executions --pipeline-name <pipeline>, and describe-pipeline-execution of each",
  detects: (text) => /"PipelineExecution(?:Summaries|Arn)"\s*:/.test(jsonHead(text)),
  suggestModel: (text) => modelNameOf(/:pipeline\/([^/"]+)\/execution\//.exec(jsonHead(text))?.[1]),
  read: (text, options) =>
    importFile(options, "executions", (findings) => {
      const runs: ListedRun[] = [];
      const readTime = momentReader(options, "seconds");
      const described: [Readonly<Record<string, unknown>>, string][] = [];
      const pages = pageElements(jsonDocuments(text, findings), LISTING, findings, ({ value, place }) => {
        if (!isMapping(value) || typeof value.PipelineExecutionArn !== "string") return false;
        described.push([value, place]);
        return true;
      });
      for (const { value, place } of pages) runs.push(...readExecution(value, place(), false, readTime, findings));
      for (const [value, place] of described) runs.push(...readExecution(value, place, true, readTime, findings));
      const pipelines = new Set(runs.map(({ run }) => ARN.exec(run)?.[1] ?? ""));
      if (pipelines.size > 1) {
        const names = [...pipelines].slice(0, 5).map(quotedText).join(", ");
        findings.tell(
          `got executions of ${pipelines.size} pipelines, ${names}, which all count as trainings of ${options.model}: list one of them`,
        );
      }
      takeRuns(findings, options.model, runs, ENDS);
      if (described.length > 0) findings.lack("The end of a described run is when it was last changed, which may be later.");
    }),
};

function readExecution(
  execution: Readonly<Record<string, unknown>>,
  place: string,
  isDescribed: boolean,
  readTime: MomentReader,
  findings: Findings,
): ListedRun[] {
  const { PipelineExecutionArn: run, PipelineExecutionStatus: written, LastModifiedTime: changed } = execution;
  const status = STATUSES.get(written);
  const startedAt = readTime(isDescribed ? execution.CreationTime : execution.StartTime);
  const changedAt = isDescribed && changed !== undefined ? readTime(changed) : undefined;
  if (typeof run !== "string" || !ARN.test(run) || run.length > 1024) {
    const got = typeof run === "string" ? quotedText(run) : "no PipelineExecutionArn";
    findings.refuse(place, { got, expected: "the ARN of a pipeline's execution" });
  } else if (status === undefined) {
    const got = typeof written === "string" ? `the status ${quotedText(written)}` : "no status";
    findings.refuse(place, { got, expected: `one of ${[...STATUSES.keys()].join(", ")}` });
  } else if (typeof startedAt !== "number") findings.refuse(place, startedAt);
  else {
    if (typeof changedAt === "object") findings.refuse(`LastModifiedTime of ${place}`, changedAt);
    return [{ run, status, startedAt, place, ...(typeof changedAt === "number" && { endedAt: changedAt }) }];
  }
  return [];
}
