import { Construct } from "constructs";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { CONDITION_SPACES } from "../../../operations/condition-slots";
import type { GcpDeployment } from "../deployment";
import type { FunctionBuilder } from "../functions/function-builder";
import type { GuardedQueue } from "../queues/guarded-queue";
import type { StateStore } from "../state-store";
import type { WatchedBuckets } from "../triggers/watched-bucket";
import { equalRoles, type Grant, objectGrants } from "./grants";

/** What the functions of the data path (batcher and sweeper) work with. */
export interface DataResources {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  readonly state: StateStore;
  readonly requests: GuardedQueue;
  readonly manifests: ManifestAccess;
  readonly models: readonly ModelSettings[];
}

/**
 * What a function may do that collects objects, seals batches and publishes them: nothing else, and no object of the data is read.
 */
export function dataPermissions({ state, requests, manifests }: Pick<DataResources, "state" | "requests" | "manifests">): Grant[] {
  return [state.readWrite(), ...manifests.grants(), requests.publish()];
}

/** Publishing holds a batch in memory, which is as large as on AWS: 10,000 objects fit into the smaller size. */
export function dataMemoryMb({ models }: Pick<DataResources, "models">): number {
  return models.some(({ batch }) => batch.batchSize > 10_000) ? 1024 : 256;
}

/**
 * Without the list, Cloud Storage answers 403 for a ledger that is not there, which looks like a fault; it reveals names, no
 * content.
 */
const LIST = "storage.objects.list";
/** Deleting is part of replacing: a manifest that is written again must be answered that it exists, whatever is checked first. */
const PERMISSIONS = ["storage.objects.create", "storage.objects.delete", "storage.objects.get", LIST];

export interface ManifestAccessProps {
  readonly deployment: GcpDeployment;
  readonly buckets: WatchedBuckets;
  readonly models: readonly ModelSettings[];
}

/** Lets functions read and write manifests and ledgers, and no other object. */
export class ManifestAccess extends Construct {
  private readonly props: ManifestAccessProps;
  private readonly roles: readonly string[];

  constructor(scope: Construct, id: string, props: ManifestAccessProps) {
    super(scope, id);
    const { deployment } = props;
    this.props = props;
    const role = { deployment, role: "manifests", title: "manifests", permissions: PERMISSIONS };
    this.roles = equalRoles(this, CONDITION_SPACES.manifests, role);
  }

  grants(): Grant[] {
    const { buckets, models } = this.props;
    const access = { id: "manifests", roles: this.roles, space: CONDITION_SPACES.manifests, title: "Manifests of Retrigger" };
    const folders = models.map(({ data: { bucket, manifestPrefix } }) => ({ bucket, object: { prefix: manifestPrefix } }));
    return objectGrants(buckets, access, folders);
  }
}
