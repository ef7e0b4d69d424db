import { PoisonMessageError } from "../core/errors";
import type { ModelSettings } from "../core/model-settings";

/** Port: the monitoring jobs of Vertex AI, whose anomalies do not name their endpoint. */
export interface MonitoringJobs {
  /** `projects/…/locations/…/endpoints/…` of a job, undefined when there is no such job (any more). */
  endpointOf(job: string): Promise<string | undefined>;
}

/** Vertex AI answers with a project's number where people write its id. */
const RESOURCE = /^projects\/[^/]+\/locations\/([^/]+)\/[A-Za-z]+\/([^/]+)$/;

/**
 * The models whose settings name a monitoring job, or else its endpoint.
 * @throws PoisonMessageError when there is none
 */
export async function modelsMonitoredBy(
  jobs: MonitoringJobs,
  models: readonly ModelSettings[],
  job: string,
): Promise<readonly ModelSettings[]> {
  const jobId = RESOURCE.exec(job)?.[2];
  if (jobId === undefined) {
    throw new PoisonMessageError(
      `got an anomaly of ${job.slice(0, 200)}; expected projects/<project>/locations/<location>/modelDeploymentMonitoringJobs/<id>`,
    );
  }
  const naming = models.filter(({ monitoring }) => monitoring.vertex?.jobId === jobId);
  if (naming.length > 0) return naming;
  const open = models.filter(({ monitoring: { vertex } }) => vertex !== undefined && vertex.jobId === undefined);
  const endpoint = open.length === 0 ? undefined : await jobs.endpointOf(job);
  const owners = open.filter(({ monitoring }) => endpoint !== undefined && isSame(monitoring.vertex?.endpoint, endpoint));
  if (owners.length > 0) return owners;
  throw new PoisonMessageError(
    `got an anomaly of ${job}, which monitors ${endpoint ?? "no endpoint that is known"}; expected that of a model: name it in monitoring.vertex.endpoint or monitoring.vertex.jobId`,
  );
}

function isSame(one: string | undefined, other: string): boolean {
  const [, location, id] = RESOURCE.exec(one ?? "") ?? [];
  const [, otherLocation, otherId] = RESOURCE.exec(other) ?? [];
  return id !== undefined && id === otherId && location === otherLocation;
}
