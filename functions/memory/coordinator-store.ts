import type { CoordinatorStore } from "../core/coordination/coordinator-store";
import { memoryVersionedStore } from "./versioned-store";

/** `CoordinatorStore` in memory. */
export function memoryCoordinatorStore(): CoordinatorStore {
  return memoryVersionedStore();
}
