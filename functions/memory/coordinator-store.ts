import type { CoordinatorStore, VersionedState } from "../core/coordination/coordinator-store";

/** `CoordinatorStore` in memory. */
export function memoryCoordinatorStore(): CoordinatorStore {
  const states = new Map<string, VersionedState>();
  return {
    load: async (model) => states.get(model),
    async save(model, state, version) {
      if ((states.get(model)?.version ?? 0) !== version) return false;
      states.set(model, { state, version: version + 1 });
      return true;
    },
  };
}
