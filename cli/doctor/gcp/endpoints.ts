import * as z from "zod/mini";
import type { ModelConfig } from "../../../config/config";
import { vertexEndpointName } from "../../../config/sections/vertex-monitoring";
import { byThing, type Check } from "../finding";
import type { GcpAccount } from "./account";
import { vertexHost } from "./pipelines";

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints */
const endpointSchema = z.object({ name: z.string(), deployedModels: z._default(z.array(z.object({ id: z.string() })), []) });

/** The endpoints that are monitored, or whose traffic is moved. */
export const endpoints: Check<GcpAccount> = {
  asks: "Does each endpoint exist, with a model on it?",
  permissions: ["aiplatform.endpoints.get"],
  async look(account, report) {
    const { project, region } = account;
    const named = byThing(account.models.flatMap(endpointsOf), ({ endpoint }) =>
      vertexEndpointName(endpoint, { project, location: region }),
    );
    await Promise.all(
      [...named].map(([name, uses]) =>
        report.look(name, "aiplatform.endpoints.get", async () => {
          const found = await account.get(`reading ${name}`, vertexHost(name, region), `v1/${name}`, endpointSchema);
          const models = [...new Set(uses.map(({ model }) => model))].join(", ");
          const list = `gcloud ai endpoints list --project ${project} --region ${region}`;
          if (found === undefined)
            report.problem(name, "does not exist", `${list} lists those that do; correct the endpoint of ${models}`);
          else if (found.deployedModels.length === 0)
            report.problem(
              name,
              "has no model, so there is nothing to monitor",
              `gcloud ai endpoints deploy-model ${name} --region ${region} --model <id> --display-name <name>`,
            );
          else report.inOrder(name, `has ${found.deployedModels.length} deployed`);
        }),
      ),
    );
  },
};

function endpointsOf([model, { monitoring, promotion }]: readonly [string, ModelConfig]) {
  const names = [monitoring.vertex?.endpoint, promotion?.rollout?.endpoint];
  return names.filter((endpoint) => endpoint !== undefined).map((endpoint) => ({ endpoint, model }));
}

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.modelDeploymentMonitoringJobs */
const jobSchema = z.object({
  state: z._default(z.string(), "JOB_STATE_UNSPECIFIED"),
  error: z.optional(z.object({ message: z._default(z.string(), "") })),
});
const jobsSchema = z.object({ modelDeploymentMonitoringJobs: z._default(z.array(jobSchema), []) });

/** States of a job that compares, or will. */
const WORKING = /^JOB_STATE_(?:RUNNING|PENDING|QUEUED|UPDATING|SUCCEEDED)$/;

/** The monitoring jobs that the configuration names, and those that the sweeper keeps. */
export const monitoringJobs: Check<GcpAccount> = {
  asks: "Does each Vertex AI monitoring job exist, and is it running?",
  permissions: ["aiplatform.modelDeploymentMonitoringJobs.get", "aiplatform.modelDeploymentMonitoringJobs.list"],
  async look(account, report) {
    const { project, region, isDeployed } = account;
    await Promise.all(
      account.models.map(
        async ([
          model,
          {
            monitoring: { vertex },
          },
        ]) => {
          if (vertex === undefined || (vertex.jobId === undefined && vertex.job === undefined)) return;
          const endpoint = vertexEndpointName(vertex.endpoint, { project, location: region });
          const host = vertexHost(endpoint, region);
          const jobs = `${endpoint.replace(/\/endpoints\/.*$/, "")}/modelDeploymentMonitoringJobs`;
          const about = `monitoring job of ${model}`;
          if (vertex.jobId === undefined && isDeployed === false) {
            report.notDeployed(about, "will be created by the sweeper");
            return;
          }
          await report.look(about, "aiplatform.modelDeploymentMonitoringJobs.get", async () => {
            const filter = new URLSearchParams({ filter: `display_name=${JSON.stringify(`Retrigger ${model}`)}` });
            const found =
              vertex.jobId !== undefined
                ? await account.get(`reading the ${about}`, host, `v1/${jobs}/${vertex.jobId}`, jobSchema)
                : (await account.get(`listing the ${about}`, host, `v1/${jobs}?${filter}`, jobsSchema))
                    ?.modelDeploymentMonitoringJobs[0];
            const list = `gcloud ai model-monitoring-jobs list --project ${project} --region ${region}`;
            if (found === undefined && vertex.jobId !== undefined)
              report.problem(about, `${vertex.jobId} does not exist`, `${list}; correct monitoring.vertex.jobId`);
            else if (found === undefined)
              report.problem(
                about,
                "does not exist; the sweeper creates it within an hour",
                `gcloud logging read 'jsonPayload.event="monitor-not-kept"' --project ${project} --freshness 1d tells why it does not`,
              );
            else if (!WORKING.test(found.state))
              report.problem(
                about,
                `is ${found.state}${found.error ? `: ${found.error.message}` : ""}`,
                `gcloud ai model-monitoring-jobs resume <id> --project ${project} --region ${region}`,
              );
            else report.inOrder(about, found.state);
          });
        },
      ),
    );
  },
};
