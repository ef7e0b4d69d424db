import type { google } from "@google-cloud/aiplatform/build/protos/protos";
import { toValue } from "@google-cloud/aiplatform/build/src/helpers";
import { Status } from "google-gax";
import type { PipelineLauncher } from "../../../core/coordination/ports";
import { renderParameters } from "../../../core/coordination/render-parameters";
import { NoCapacityError, RetryableError, StartRefusedError } from "../../../core/errors";
import type { PipelineSettings, VertexPipeline } from "../../../core/model-settings";
import type { TrainingRequest } from "../../../core/training-request";
import { requestIdHash } from "../../../node/hashes";
import { type PipelineTemplate, REGISTRY_URI } from "./pipeline-template";
import { VERTEX_RETRIES, type VertexClients } from "./vertex-clients";
import { runtimeParameters } from "./vertex-parameters";
import { isLastingRefusal, statusOf, wordsOf } from "./vertex-refusal";

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.pipelineJobs */
const MAX_DISPLAY_NAME = 128;

type Job = google.cloud.aiplatform.v1.IPipelineJob;

/**
 * `PipelineLauncher` for Vertex AI Pipelines. The run's id is the hash of the deployment and the request's id, so that a repeated
 * start is refused as one that exists already; it is that one where its label has the same request and manifest. `stateStore`, the
 * name of the state store, stands for the deployment where a start has none. The run is named
 * `projects/<project>/locations/<location>/pipelineJobs/<id>`, with the project as the settings name it; Vertex AI itself answers
 * with the project's number.
 *
 * `start` throws NoCapacityError when a quota is used up, RetryableError when Vertex AI or the template cannot be asked now, and
 * StartRefusedError when it will not run: the template, its parameters or the permissions are wrong.
 */
export function vertexPipelineLauncher(
  clients: VertexClients,
  read: (templateUri: string) => Promise<PipelineTemplate>,
  stateStore: string,
): PipelineLauncher {
  return {
    async start(request, pipeline, deployment) {
      const vertex = vertexSettings(pipeline);
      const parent = `projects/${vertex.project}/locations/${vertex.location}`;
      const pipelineJobId = `retrigger-${requestIdHash(`${deployment ?? stateStore} ${request.id}`)}`;
      const runId = `${parent}/pipelineJobs/${pipelineJobId}`;
      const client = clients(vertex.location);
      try {
        const pipelineJob = jobOf(request, pipeline, vertex, await read(vertex.template));
        await client.createPipelineJob({ parent, pipelineJob, pipelineJobId }, VERTEX_RETRIES);
        return { runId };
      } catch (error) {
        if (statusOf(error) === Status.ALREADY_EXISTS) {
          if (deployment !== undefined) await checkIsOurs(client, runId, request);
          return { runId };
        }
        const thrown = startError(error, request, pipeline);
        // The answer to an earlier start may have been lost, and the template or a permission have changed since.
        if (thrown instanceof StartRefusedError && (await exists(client, runId))) return { runId };
        throw thrown;
      }
    },
  };
}

function vertexSettings({ name, vertex }: PipelineSettings): VertexPipeline {
  if (vertex !== undefined) return vertex;
  throw new StartRefusedError(`the pipeline ${name} has no settings for Vertex AI; deploy the model on Google Cloud again`);
}

function jobOf(request: TrainingRequest, pipeline: PipelineSettings, vertex: VertexPipeline, template: PipelineTemplate): Job {
  const spec = vertex.caching ? template.spec : withoutCaching(template.spec);
  return {
    displayName: request.id.slice(0, MAX_DISPLAY_NAME),
    // Only as a struct do the client's types let it through whole; as anything else it arrives empty.
    pipelineSpec: structOf(spec),
    runtimeConfig: {
      gcsOutputDirectory: vertex.outputDirectory,
      ...runtimeParameters(template, renderParameters(pipeline.parameters, request)),
    },
    serviceAccount: vertex.serviceAccount,
    // Of all that the run makes, too: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.pipelineJobs
    ...(vertex.kmsKey !== undefined && { encryptionSpec: { kmsKeyName: vertex.kmsKey } }),
    labels: { ...vertex.labels, "managed-by": "retrigger", "retrigger-model": request.model, [CONTENT_LABEL]: contentOf(request) },
    // Beside the spec it is not downloaded again, but tells people which version of the template ran.
    ...(REGISTRY_URI.test(vertex.template) && { templateUri: vertex.template }),
  };
}

function structOf(value: object): google.protobuf.IStruct {
  const { structValue } = toValue(value) as google.protobuf.IValue;
  if (!structValue) throw new TypeError("a pipeline's spec is an object");
  return structValue;
}

/** Tells the request and its manifests of a run. */
const CONTENT_LABEL = "retrigger-content";

/** A label's value has at most 63 characters: https://cloud.google.com/vertex-ai/docs/general/labels */
function contentOf({ id, manifests }: TrainingRequest): string {
  return requestIdHash(JSON.stringify([id, ...manifests.map(({ uri }) => uri)])).slice(0, 40);
}

/** @throws StartRefusedError when the run of that name trains for another request, or on another list */
async function checkIsOurs(client: ReturnType<VertexClients>, name: string, request: TrainingRequest): Promise<void> {
  const [job] = await client.getPipelineJob({ name }, VERTEX_RETRIES).catch((error: unknown) => {
    throw new RetryableError(`the run ${name} of ${request.id} could not be looked at; it is asked for again`, { cause: error });
  });
  if (job.labels?.[CONTENT_LABEL] === contentOf(request)) return;
  const got = `Vertex AI has a run ${name} already, named ${job.displayName}`;
  throw new StartRefusedError(`${got}; it is not the run of ${request.id} and its manifest: ask again with a new reason`);
}

/** Whether a run is there; one that may not be looked at was not started by this function either. */
async function exists(client: ReturnType<VertexClients>, name: string): Promise<boolean> {
  try {
    await client.getPipelineJob({ name }, VERTEX_RETRIES);
    return true;
  } catch (error) {
    if (isLastingRefusal(error)) return false;
    throw new RetryableError(`it is not known whether the run ${name} exists; it can be tried again later`, { cause: error });
  }
}

function startError(error: unknown, request: TrainingRequest, { name }: PipelineSettings): Error {
  const what = `Vertex AI did not start the pipeline ${name} for ${request.id}`;
  if (error instanceof StartRefusedError) {
    return new StartRefusedError(`the pipeline ${name} was not started for ${request.id}: ${error.message}`, { cause: error });
  }
  if (error instanceof Error && statusOf(error) === Status.RESOURCE_EXHAUSTED) {
    return new NoCapacityError(`${what}: a quota of the project is used up (${wordsOf(error)})`, { cause: error });
  }
  if (!isLastingRefusal(error)) return new RetryableError(`${what}; it can be tried again later`, { cause: error });
  return new StartRefusedError(`${what} (${wordsOf(error)}); ${remedyOf(error)}`, { cause: error });
}

function remedyOf(error: Error): string {
  switch (statusOf(error)) {
    case Status.PERMISSION_DENIED:
      return "give the function's service account roles/aiplatform.user, and roles/iam.serviceAccountUser on pipeline.serviceAccount";
    case Status.NOT_FOUND:
      return "check gcp.region and pipeline.serviceAccount in retrigger.yaml, and that the Vertex AI API is enabled";
    case Status.FAILED_PRECONDITION:
      return "do what it says, then ask again with `retrigger trigger`";
    default:
      return "check the template, pipeline.outputDirectory and pipeline.parameters in retrigger.yaml";
  }
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * A pipeline's spec in which no step may take over an earlier run's result, in nested pipelines neither: with the same parameters
 * a run would succeed without training. https://cloud.google.com/vertex-ai/docs/pipelines/configure-caching
 */
function withoutCaching(spec: Fields): Fields {
  return {
    ...spec,
    root: uncachedComponent(spec.root),
    ...(spec.components !== undefined && { components: mapFields(spec.components, uncachedComponent) }),
  };
}

function uncachedComponent(component: unknown): unknown {
  if (!isFields(component) || !isFields(component.dag)) return component;
  const tasks = mapFields(component.dag.tasks, (task) =>
    isFields(task) ? { ...task, cachingOptions: { enableCache: false } } : task,
  );
  return { ...component, dag: { ...component.dag, tasks } };
}

function mapFields(value: unknown, change: (field: unknown) => unknown): unknown {
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, field]) => [name, change(field)])) : value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
