import { DataGoogleStorageProjectServiceAccount } from "@cdktf/provider-google/lib/data-google-storage-project-service-account";
import { LoggingProjectSink } from "@cdktf/provider-google/lib/logging-project-sink";
import { Construct } from "constructs";
import type { VertexMonitoring } from "../../../functions/core/drift/monitoring-settings";
import { ENVIRONMENT } from "../../../functions/core/environment";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { CONDITION_SPACES } from "../../../operations/condition-slots";
import { type Grant, objectGrants } from "../access/grants";
import type { MonitoringAccess } from "../access/monitoring-permissions";
import type { DecisionTopic } from "../decision-topic";
import { type GcpDeployment, physicalName } from "../deployment";
import type { FunctionBuilder } from "../functions/function-builder";
import { HandlerFunction } from "../functions/handler-function";
import { GuardedQueue } from "../queues/guarded-queue";
import type { StateStore } from "../state-store";
import { announcedPrefixes, type WatchedBuckets } from "./watched-bucket";

const TIMEOUT_SEC = 120;
/** A report of 16 MiB is parsed in memory. */
const MEMORY_MB = 512;
/** Reports of one model that are evaluated at once overtake each other, and are then evaluated again. */
const MAXIMUM_INSTANCES = 4;
/**
 * Beside those of the data, as many as leave a bucket's owner some of its ten.
 * https://cloud.google.com/storage/docs/pubsub-notifications
 */
const MAX_NOTIFICATIONS = 2;

export interface DriftTriggerProps {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  readonly state: StateStore;
  readonly requests: GuardedQueue;
  readonly decisions: DecisionTopic;
  readonly monitoring: MonitoringAccess;
  readonly buckets: WatchedBuckets;
  readonly models: readonly ModelSettings[];
}

/**
 * Evaluates what monitors report: files in the models' drift folders, anomalies of Vertex AI, messages; one topic, one function.
 */
export class DriftTrigger extends Construct {
  readonly queue: GuardedQueue;
  readonly evaluator: HandlerFunction;

  constructor(scope: Construct, id: string, props: DriftTriggerProps) {
    super(scope, id);
    const { deployment, builder, state, requests, decisions, monitoring, models } = props;
    this.queue = new GuardedQueue(this, "queue", { deployment, role: "drift" });
    this.evaluator = new HandlerFunction(this, "evaluator", {
      deployment,
      builder,
      role: "drift-evaluator",
      description: "Evaluates the drift reports of monitors, and asks for the trainings that follow from them",
      grants: [state.readWrite(), requests.publish(), ...decisions.grants(), ...monitoring.look(), ...readReports(props)],
      environment: {
        [ENVIRONMENT.state]: state.database,
        [ENVIRONMENT.requests]: requests.topic,
        [ENVIRONMENT.region]: deployment.region,
        ...decisions.environment(),
      },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: MEMORY_MB,
      maximumInstances: MAXIMUM_INSTANCES,
      source: this.queue,
    });
    this.announceReports(props);
    const monitored = models.flatMap(({ monitoring: { vertex } }) => (vertex === undefined ? [] : [vertex]));
    if (monitored.length > 0) new AnomalySink(this, "anomalies", { deployment, queue: this.queue, monitored });
  }

  private announceReports({ deployment, buckets, models }: DriftTriggerProps): void {
    const { project, apis } = deployment;
    const storage = new DataGoogleStorageProjectServiceAccount(this, "storage", { project, dependsOn: apis.enabled("storage") });
    const allowed = this.queue.publish().give(this, "announce", storage.member);
    for (const [bucket, watched] of buckets.all) {
      const prefixes = models.filter(({ data }) => data.bucket === bucket).map(({ monitoring }) => monitoring.prefix);
      watched.announceTo(this.queue.topic, announcedPrefixes(prefixes, MAX_NOTIFICATIONS), [allowed, ...this.queue.ready], "drift");
    }
  }
}

/** Of a report that is gone Cloud Storage says so only to who may list the bucket; the listing reveals names, no content. */
function readReports({ buckets, models }: DriftTriggerProps): Grant[] {
  const access = { id: "reports", roles: ["roles/storage.objectViewer"], space: CONDITION_SPACES.reports, title: "Drift reports" };
  const folders = models.map(({ data: { bucket }, monitoring: { prefix } }) => ({ bucket, object: { prefix } }));
  return objectGrants(buckets, access, folders);
}

/**
 * Where Vertex AI logs anomalies:
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/model-monitoring/using-model-monitoring
 */
const ANOMALY_LOG = "aiplatform.googleapis.com%2Fmodel_monitoring_anomaly";

interface AnomalySinkProps {
  readonly deployment: GcpDeployment;
  /** Where the entries go, whole. */
  readonly queue: GuardedQueue;
  /** The monitors whose anomalies are wanted; one at least. */
  readonly monitored: readonly VertexMonitoring[];
}

/** Exports the anomalies that Vertex AI's model monitoring logs, which announces them nowhere else in this form. */
class AnomalySink extends Construct {
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

/** https://cloud.google.com/logging/quotas */
const MAX_FILTER_CHARACTERS = 20_000;

/**
 * A job that Retrigger is to find by its endpoint may be any, so the filter names jobs only where every model does, and where they
 * have room; the function looks at each entry again.
 */
function filterOf(project: string, monitored: readonly VertexMonitoring[]): string {
  const log = `logName="projects/${project}/logs/${ANOMALY_LOG}"`;
  const jobs = monitored.flatMap(({ jobId }) => (jobId === undefined ? [] : [jobId]));
  if (jobs.length < monitored.length) return log;
  const filter = `${log} AND jsonPayload.modelDeploymentMonitoringJob=~"/(${[...new Set(jobs)].join("|")})$"`;
  return filter.length <= MAX_FILTER_CHARACTERS ? filter : log;
}
