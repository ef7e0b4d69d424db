import { isMapping } from "../../json-path";
import { quotedText } from "../../plain-text";
import type { Importer } from "./importer";
import type { Findings } from "./reading/findings";
import { importFile } from "./reading/import-file";
import { jsonDocuments, jsonHead } from "./reading/json-documents";
import { type MomentReader, momentReader } from "./reading/moment";
import { type Listing, pageElements } from "./reading/pages";
import { type ListedRun, takeRuns } from "./reading/training-runs";

type Job = Readonly<Record<string, unknown>>;

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.pipelineJobs/list */
const LISTING: Listing = {
  lists: ["pipelineJobs"],
  tokens: ["nextPageToken"],
  pageSize: 100,
  remedy: "add the pages that follow, which pageToken asks for",
};

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/PipelineState; a job that waits has trained nothing yet. */
const STATES: ReadonlyMap<unknown, ListedRun["status"] | "waiting"> = new Map([
  ["PIPELINE_STATE_QUEUED", "waiting"],
  ["PIPELINE_STATE_PENDING", "waiting"],
  ["PIPELINE_STATE_RUNNING", "running"],
  ["PIPELINE_STATE_CANCELLING", "running"],
  ["PIPELINE_STATE_PAUSED", "running"],
  ["PIPELINE_STATE_SUCCEEDED", "succeeded"],
  ["PIPELINE_STATE_FAILED", "failed"],
  ["PIPELINE_STATE_CANCELLED", "stopped"],
]);

const NAME = /^projects\/[^/]+\/locations\/[^/]+\/pipelineJobs\/[^/]+$/;

/** Trainings, by pages of `projects.locations.pipelineJobs.list`, or by jobs that a script put into a list. */
export const vertexPipelineJobs: Importer = {
  name: "vertex-pipeline-jobs",
  title:
    "Vertex AI Pipelines: GET https://<location>-aiplatform.googleapis.com/v1/projects/<project>/locations/<location>/pipelineJobs",
  detects: (text) => /"pipelineJobs"\s*:|"name"\s*:\s*"projects\/[^"]*\/pipelineJobs\//.test(jsonHead(text)),
  read: (text, options) =>
    importFile(options, "jobs", (findings) => {
      const runs: ListedRun[] = [];
      const names = new Set<unknown>();
      const readTime = momentReader(options, "seconds");
      const take = (job: Job, place: string) => {
        const run = readJob(job, place, readTime, findings);
        if (run === undefined) return;
        runs.push(run);
        names.add(job.displayName);
      };
      const alone: [Job, string][] = [];
      const pages = pageElements(jsonDocuments(text, findings), LISTING, findings, ({ value, place }) => {
        if (!isMapping(value) || typeof value.name !== "string" || value.state === undefined) return false;
        alone.push([value, place]);
        return true;
      });
      for (const { value, place } of pages) take(value, place());
      for (const [value, place] of alone) take(value, place);
      takeRuns(findings, options.model, runs, "the listing lacks endTime of them");
      if (names.size > 1) {
        findings.lack(
          `Jobs of ${names.size} display names all count as trainings of ${options.model}: filter the listing where they are of several models.`,
        );
      }
    }),
};

function readJob(job: Job, place: string, readTime: MomentReader, findings: Findings): ListedRun | undefined {
  const { name: run, state, startTime, createTime, endTime } = job;
  const status = STATES.get(state);
  const startedAt = readTime(startTime ?? createTime);
  if (typeof run !== "string" || !NAME.test(run) || run.length > 1024) {
    const got = typeof run === "string" ? quotedText(run) : "no name";
    findings.refuse(place, { got, expected: "projects/<project>/locations/<location>/pipelineJobs/<id>" });
  } else if (status === undefined) {
    const got = typeof state === "string" ? `the state ${quotedText(state)}` : `no state in words`;
    findings.refuse(place, { got, expected: `one of ${[...STATES.keys()].join(", ")}` });
  } else if (status === "waiting") {
    findings.refuse(place, { got: "a job that waits", expected: "jobs that have started: it is left out; list again later" });
  } else if (typeof startedAt !== "number") findings.refuse(place, startedAt);
  else {
    const endedAt = endTime === undefined || endTime === null ? undefined : readTime(endTime);
    if (typeof endedAt === "object") findings.refuse(`endTime of ${place}`, endedAt);
    return { run, status, startedAt, place, ...(typeof endedAt === "number" && { endedAt }) };
  }
  return undefined;
}
