import type { Versioned, VersionedStore } from "../functions/core/versioned-store";

/** A store whose states are read again only after a save: exact where one process is the only writer, as in a replay. */
export function rememberedStates<T>(store: VersionedStore<T>): VersionedStore<T> {
  const states = new Map<string, Versioned<T> | undefined>();
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
