import type { CoordinatorStore, VersionedState } from "../functions/core/coordination/coordinator-store";

/** A store whose states are read again only after a save: exact where one process is the only writer, as in a replay. */
export function rememberedStates(store: CoordinatorStore): CoordinatorStore {
  const states = new Map<string, VersionedState | undefined>();
  return {
    async load(model) {
      if (!states.has(model)) states.set(model, await store.load(model));
      return states.get(model);
    },
    async save(model, state, version) {
      try {
        return await store.save(model, state, version);
      } finally {
        // a save that failed may have happened
        states.delete(model);
      }
    },
  };
}
