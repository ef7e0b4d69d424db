import { LoggingProjectSink } from "@cdktf/provider-google/lib/logging-project-sink";
import { Construct } from "constructs";
import type { VertexMonitoring } from "../../functions/core/drift/vertex-monitoring";
import { type GcpDeployment, physicalName } from "./deployment";
import type { GuardedQueue } from "./guarded-queue";

/** Where Vertex AI logs anomalies: https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/model-monitoring/using-model-monitoring */
const ANOMALY_LOG = "aiplatform.googleapis.com%2Fmodel_monitoring_anomaly";

export interface AnomalySinkProps {
  readonly deployment: GcpDeployment;
  /** Where the entries go, whole. */
  readonly queue: GuardedQueue;
  /** The monitors whose anomalies are wanted; one at least. */
  readonly monitored: readonly VertexMonitoring[];
}

/** Exports the anomalies that Vertex AI's model monitoring logs, which announces them nowhere else in this form. */
export class AnomalySink extends Construct {
  constructor(scope: Construct, id: string, { deployment, queue, monitored }: AnomalySinkProps) {
    super(scope, id);
    const { project, apis } = deployment;
    const sink = new LoggingProjectSink(this, "Resource", {
      project,
      name: physicalName(deployment, "anomalies", 100),
      description: "Anomalies of Vertex AI's model monitoring, to be evaluated by Retrigger",
      destination: `pubsub.googleapis.com/${queue.topic}`,
      filter: filterOf(project, monitored),
      uniqueWriterIdentity: true,
      dependsOn: [...apis.enabled("logging"), ...queue.ready],
    });
    // The account is the sink's own answer, so it cannot have the role before: entries of the seconds between are not exported.
    // https://cloud.google.com/logging/docs/export/configure_export_v2#dest-auth
    queue.publish().give(this, "write", sink.writerIdentity);
  }
}

/** A job that Retrigger is to find by its endpoint may be any, so the filter names jobs only where every model does. */
function filterOf(project: string, monitored: readonly VertexMonitoring[]): string {
  const log = `logName="projects/${project}/logs/${ANOMALY_LOG}"`;
  const jobs = monitored.flatMap(({ jobId }) => (jobId === undefined ? [] : [jobId]));
  if (jobs.length < monitored.length) return log;
  return `${log} AND jsonPayload.modelDeploymentMonitoringJob=~"/(${[...new Set(jobs)].join("|")})$"`;
}
