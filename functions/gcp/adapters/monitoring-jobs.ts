import * as z from "zod/mini";
import type { MonitoringJobs } from "../monitored-models";
import type { GoogleRest } from "./google-rest";

const JOB_NAME = /^projects\/[a-z0-9-]+\/locations\/([a-z0-9-]+)\/modelDeploymentMonitoringJobs\/\d+$/;

const jobSchema = z.object({ endpoint: z.string() });

/** The address of Vertex AI in a region. */
export function vertexAddress(location: string): string {
  return `https://${location}-aiplatform.googleapis.com`;
}

/** `MonitoringJobs` of Vertex AI; a job's endpoint never changes, so each is asked for once. `addressOf` is another one than its own. */
export function vertexMonitoringJobs(rest: GoogleRest, addressOf: (location: string) => string = vertexAddress): MonitoringJobs {
  const known = new Map<string, string>();
  return {
    async endpointOf(job) {
      const location = JOB_NAME.exec(job)?.[1];
      if (location === undefined) return undefined;
      const cached = known.get(job);
      if (cached !== undefined) return cached;
      const url = `${addressOf(location)}/v1/${job}`;
      const { status, body } = await rest({ what: `reading ${job}`, method: "GET", url, answers: [404] });
      if (status === 404) return undefined;
      const { endpoint } = jobSchema.parse(JSON.parse(body.toString("utf8")));
      known.set(job, endpoint);
      return endpoint;
    },
  };
}
