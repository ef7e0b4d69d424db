import type { ModelSettings } from "../../../functions/core/model-settings";
import type { GcpDeployment } from "../deployment";
import type { FunctionBuilder } from "../functions/function-builder";
import type { GuardedQueue } from "../queues/guarded-queue";
import type { StateStore } from "../state-store";
import type { Grant } from "./grants";
import type { ManifestAccess } from "./manifest-access";

/** What the functions of the data path (batcher and sweeper) work with. */
export interface DataPath {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  readonly state: StateStore;
  readonly requests: GuardedQueue;
  readonly manifests: ManifestAccess;
  readonly models: readonly ModelSettings[];
}

/** What a function may do that collects objects, seals batches and publishes them: nothing else, and no object of the data is read. */
export function dataPathGrants({ state, requests, manifests }: Pick<DataPath, "state" | "requests" | "manifests">): Grant[] {
  return [state.readWrite(), ...manifests.grants(), requests.publish()];
}

/** Publishing holds a batch in memory, which is as large as on AWS: 10,000 objects fit into the smaller size. */
export function dataPathMemoryMb({ models }: Pick<DataPath, "models">): number {
  return models.some(({ batch }) => batch.batchSize > 10_000) ? 1024 : 256;
}
