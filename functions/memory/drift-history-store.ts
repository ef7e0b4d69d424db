import type { DriftState } from "../core/drift/drift-state";
import type { VersionedStore } from "../core/versioned-store";
import { memoryVersionedStore } from "./versioned-store";

/** The models' drift histories in memory. */
export function memoryDriftHistoryStore(): VersionedStore<DriftState> {
  return memoryVersionedStore();
}
