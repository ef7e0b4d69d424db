import { DataGoogleStorageProjectServiceAccount } from "@cdktf/provider-google/lib/data-google-storage-project-service-account";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { type DataResources, dataMemoryMb, dataPermissions } from "../access/data-permissions";
import { HandlerFunction } from "../functions/handler-function";
import { GuardedQueue } from "../queues/guarded-queue";
import { announcedPrefixes, type WatchedBuckets } from "./watched-bucket";

const TIMEOUT_SEC = 120;
/** The requests of an instance share one write of a model's state; the more instances, the more of them wait for each other. */
const MAXIMUM_INSTANCES = 4;
const REQUESTS_PER_INSTANCE = 250;

export interface DataTriggerProps extends DataResources {
  readonly buckets: WatchedBuckets;
}

/** Collects the objects that land in the models' buckets: notifications of each bucket, one topic, one function. */
export class DataTrigger extends Construct {
  readonly queue: GuardedQueue;
  readonly batcher: HandlerFunction;

  constructor(scope: Construct, id: string, props: DataTriggerProps) {
    super(scope, id);
    const { deployment, builder, state, requests, buckets, models } = props;
    this.queue = new GuardedQueue(this, "queue", { deployment, role: "data" });
    this.batcher = new HandlerFunction(this, "batcher", {
      deployment,
      builder,
      role: "batcher",
      description: "Adds the objects that landed to their models' batches, and publishes a batch that they fill",
      grants: dataPermissions(props),
      environment: {
        [ENVIRONMENT.state]: state.database,
        [ENVIRONMENT.requests]: requests.topic,
        [ENVIRONMENT.region]: deployment.region,
      },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: dataMemoryMb(props),
      maximumInstances: MAXIMUM_INSTANCES,
      requestsPerInstance: REQUESTS_PER_INSTANCE,
      source: this.queue,
    });
    const { project, apis } = deployment;
    const storage = new DataGoogleStorageProjectServiceAccount(this, "storage", { project, dependsOn: apis.enabled("storage") });
    const allowed = this.queue.publish().give(this, "announce", storage.member);
    for (const [bucket, watched] of buckets.all) {
      const prefixes = models.filter(({ data }) => data.bucket === bucket).flatMap(({ data }) => data.prefixes);
      watched.announceTo(this.queue.topic, announcedPrefixes(prefixes), [allowed, ...this.queue.ready]);
    }
  }
}
