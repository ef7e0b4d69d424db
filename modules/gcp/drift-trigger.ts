import { DataGoogleStorageProjectServiceAccount } from "@cdktf/provider-google/lib/data-google-storage-project-service-account";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../functions/core/environment";
import type { ModelSettings } from "../../functions/core/model-settings";
import { AnomalySink } from "./anomaly-sink";
import { bucketGrant, bucketResource } from "./bucket-grant";
import type { DecisionTopic } from "./decision-topic";
import type { GcpDeployment } from "./deployment";
import type { FunctionBuilder } from "./function-builder";
import type { Grant } from "./grant";
import { GuardedQueue } from "./guarded-queue";
import { HandlerFunction } from "./handler-function";
import type { MonitoringAccess } from "./monitoring-access";
import { announcedPrefixes } from "./object-prefixes";
import type { StateStore } from "./state-store";
import type { WatchedBuckets } from "./watched-buckets";

const TIMEOUT_SEC = 120;
/** A report of 16 MiB is parsed in memory. */
const MEMORY_MB = 512;
/** Reports of one model that are evaluated at once overtake each other, and are then evaluated again. */
const MAXIMUM_INSTANCES = 4;
/** Beside those of the data, as many as leave a bucket's owner some of its ten. https://cloud.google.com/storage/docs/pubsub-notifications */
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

/** Evaluates what monitors report: files in the models' drift folders, anomalies of Vertex AI, messages; one topic, one function. */
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
  return models.map(({ data: { bucket }, monitoring: { prefix } }) => {
    const resource = bucketResource(bucket);
    const expression = `resource.name == "${resource}" || resource.name.startsWith("${resource}/objects/${prefix}")`;
    return bucketGrant(buckets, bucket, "roles/storage.objectViewer", { title: "Drift reports", expression });
  });
}
