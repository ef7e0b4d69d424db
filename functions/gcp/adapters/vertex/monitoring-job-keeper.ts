import * as z from "zod/mini";
import type { KeptMonitoringJob } from "../../../core/drift/monitoring-settings";
import type { KeptJob, MonitoringJobKeeper } from "../../../core/drift/ports";
import type { ModelSettings } from "../../../core/model-settings";
import { pacedLooks } from "../../../core/pacing";
import { type GoogleRest, jsonAnswer, type RestRequest } from "../google-rest";
import { CONFIG_LABEL, UPDATED_FIELDS, vertexAddress, wantedJob } from "./monitoring-jobs";

export interface VertexMonitoringJobKeeperOptions {
  /** Tells the jobs of two deployments in one project apart: the name of the state store. */
  readonly deployment: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The address of Vertex AI in a region, when it is another than its own. */
  readonly addressOf?: (location: string) => string;
}

const ENDPOINT_NAME = /^(projects\/[^/]+\/locations\/([a-z0-9-]+))\/endpoints\/([^/]+)$/;

const endpointSchema = z.object({ deployedModels: z._default(z.array(z.object({ id: z.string() })), []) });
const jobSchema = z.object({ name: z.string(), endpoint: z.string(), labels: z._default(z.record(z.string(), z.string()), {}) });
const jobsSchema = z.object({
  modelDeploymentMonitoringJobs: z._default(z.array(jobSchema), []),
  nextPageToken: z.optional(z.string()),
});
const createdSchema = z.object({ name: z.string() });

type Job = z.output<typeof jobSchema>;

/**
 * `MonitoringJobKeeper` for the `ModelDeploymentMonitoringJob` of Vertex AI, over REST. A job is known by its display name and its
 * endpoint; a label holds the hash of what it was made from, so that one that is as wanted costs two calls an hour and changes
 * nothing. `keepJob` rejects with RetryableError or GoogleApiError when Vertex AI cannot or will not, and Error for an endpoint
 * without a model.
 */
export function vertexMonitoringJobKeeper(rest: GoogleRest, options: VertexMonitoringJobKeeperOptions): MonitoringJobKeeper {
  const { deployment, now, addressOf = vertexAddress } = options;
  const lookAt = pacedLooks(now);

  async function call<S extends z.ZodMiniType>(schema: S, request: RestRequest): Promise<z.output<S>> {
    const { body } = await rest(request);
    return jsonAnswer(request.what, schema, body);
  }

  async function deployedModels(address: string, endpoint: string, model: string): Promise<string[]> {
    const url = `${address}/${endpoint}`;
    const found = await call(endpointSchema, { method: "GET", what: `reading ${endpoint}`, url });
    if (found.deployedModels.length > 0) return found.deployedModels.map(({ id }) => id).sort();
    throw new Error(`${endpoint} has no model to monitor; deploy one there, or remove monitoring.vertex.job of ${model}`);
  }

  async function findJob(jobsUrl: string, displayName: string, endpointId: string, pageToken = ""): Promise<Job | undefined> {
    const filter = `display_name=${JSON.stringify(displayName)}`;
    const url = `${jobsUrl}?${new URLSearchParams({ filter, ...(pageToken !== "" && { pageToken }) })}`;
    const page = await call(jobsSchema, { method: "GET", what: `listing the monitoring jobs named ${displayName}`, url });
    // Vertex AI answers with the project's number. A job cannot move to another endpoint.
    const found = page.modelDeploymentMonitoringJobs.find(({ endpoint }) => endpoint.endsWith(`/endpoints/${endpointId}`));
    if (found !== undefined || !page.nextPageToken) return found;
    return await findJob(jobsUrl, displayName, endpointId, page.nextPageToken);
  }

  async function keep(model: string, endpoint: string, job: KeptMonitoringJob): Promise<KeptJob> {
    const [, parent, location = "", endpointId = ""] = ENDPOINT_NAME.exec(endpoint) ?? [];
    if (parent === undefined) {
      throw new Error(`got the endpoint ${endpoint}; expected projects/<project>/locations/<location>/endpoints/<id>`);
    }
    const address = `${addressOf(location)}/v1`;
    const jobsUrl = `${address}/${parent}/modelDeploymentMonitoringJobs`;
    const deployed = await deployedModels(address, endpoint, model);
    const wanted = wantedJob(`${deployment.split("/").at(-1)} ${model}`, model, endpoint, deployed, job);
    const found = await findJob(jobsUrl, wanted.displayName, endpointId);
    if (found !== undefined && found.labels[CONFIG_LABEL] === wanted.labels[CONFIG_LABEL])
      return { outcome: "unchanged", monitor: found.name };

    const content = { headers: { "content-type": "application/json" }, body: JSON.stringify(wanted) };
    if (found !== undefined) {
      const url = `${address}/${found.name}?${new URLSearchParams({ updateMask: UPDATED_FIELDS.join() })}`;
      await rest({ what: `changing ${found.name}`, method: "PATCH", url, ...content });
      return { outcome: "updated", monitor: found.name };
    }
    // Each call makes another job, so it is made once. One whose answer is lost is found by the next look.
    const what = `creating the monitoring job ${wanted.displayName}`;
    const { name } = await call(createdSchema, { what, method: "POST", url: jobsUrl, ...content, isRepeatable: false });
    return { outcome: "created", monitor: name };
  }

  return {
    async keepJob({ model, monitoring: { vertex } }: ModelSettings) {
      if (vertex?.job === undefined) return { outcome: "unchanged" };
      const { endpoint, job } = vertex;
      return (await lookAt(model, vertex, () => keep(model, endpoint, job))) ?? { outcome: "waiting" };
    },
  };
}
