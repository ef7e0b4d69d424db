import * as z from "zod/mini";
import { type GoogleRest, jsonAnswer } from "../google-rest";
import type { ModelName, ModelVersion } from "./model-version";

const RUN_NAME = /^projects\/([a-z0-9:.-]+)\/locations\/([a-z0-9-]+)\/(pipelineJobs\/[a-z0-9-]+)$/;

/** Name of the output of a pipeline's step that is the evaluation. */
const OUTPUT = "evaluation";

/** States of a run that may still make an evaluation: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/PipelineState */
const UNDER_WAY: ReadonlySet<string> = new Set(
  ["QUEUED", "PENDING", "RUNNING", "CANCELLING", "PAUSED"].map((state) => `PIPELINE_STATE_${state}`),
);

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.pipelineJobs#PipelineTaskDetail */
const artifactsSchema = z.object({ artifacts: z._default(z.array(z.object({ uri: z.optional(z.string()) })), []) });
const taskSchema = z.object({ outputs: z._default(z.record(z.string(), artifactsSchema), {}) });
const jobSchema = z.object({
  state: z.optional(z.string()),
  jobDetail: z.optional(z.object({ taskDetails: z._default(z.array(taskSchema), []) })),
});

/** What made a version, and where it was evaluated. */
export interface VersionEvaluation {
  readonly runId?: string;
  /** Absent where its run names several, or nothing tells. */
  readonly evaluationUri?: string;
  /** Its run may still make one. */
  readonly isUnderWay: boolean;
}

/**
 * The run behind a version and its evaluation: the artifact of the run that is its step's output `evaluation`, or else the folder
 * of the model's own artifacts. The run's project is named as the registry's is, where both are one: Vertex AI answers with its
 * number, while a run that we started has the name of the configuration.
 */
export async function evaluationOf(
  rest: GoogleRest,
  addressOf: (location: string) => string,
  { project }: ModelName,
  { name, pipelineJob = "", artifactUri }: ModelVersion,
): Promise<VersionEvaluation> {
  const folder = artifactUri === undefined || artifactUri === "" ? {} : { evaluationUri: artifactUri.replace(/\/*$/, "/") };
  const [, jobProject, location, job] = RUN_NAME.exec(pipelineJob) ?? [];
  if (jobProject === undefined || location === undefined || job === undefined) return { ...folder, isUnderWay: false };
  const isSameProject = jobProject === project || name.startsWith(`projects/${jobProject}/`);
  const runId = `projects/${isSameProject ? project : jobProject}/locations/${location}/${job}`;
  const what = `reading the run ${runId}`;
  // A run of another project may be none that we may see.
  const answers = isSameProject ? [404] : [403, 404];
  const { status, body } = await rest({ what, method: "GET", url: `${addressOf(location)}/v1/${runId}`, answers });
  if (answers.includes(status)) return { runId, ...folder, isUnderWay: false };
  const { state = "", jobDetail } = jsonAnswer(what, jobSchema, body);
  const artifacts = jobDetail?.taskDetails.flatMap(({ outputs }) => outputs[OUTPUT]?.artifacts ?? []) ?? [];
  // A group of steps tells the outputs of its steps again.
  const uris = [...new Set(artifacts.flatMap(({ uri }) => uri ?? []))];
  const [evaluationUri, another] = uris;
  if (another !== undefined) return { runId, isUnderWay: false };
  if (evaluationUri !== undefined) return { runId, evaluationUri, isUnderWay: false };
  return { runId, ...folder, isUnderWay: UNDER_WAY.has(state) };
}
