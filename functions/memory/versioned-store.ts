import type { ToldStore } from "../core/notices/chats/telling";
import type { HeartbeatStore } from "../core/schedules/heartbeats";
import type { Versioned, VersionedStore } from "../core/versioned-store";

/** `VersionedStore` in memory. */
export function memoryVersionedStore<T>(): VersionedStore<T> {
  const records = new Map<string, Versioned<T>>();
  return {
    load: async (model) => records.get(model),
    loadAll: (models) => Promise.allSettled(models.map(async (model) => records.get(model))),
    async save(model, state, version) {
      if ((records.get(model)?.version ?? 0) !== version) return false;
      records.set(model, { state, version: version + 1 });
      return true;
    },
  };
}

/** `HeartbeatStore` in memory. */
export function memoryHeartbeatStore(): HeartbeatStore {
  return memoryVersionedStore();
}

/** `ToldStore` in memory. */
export function memoryToldStore(): ToldStore {
  return memoryVersionedStore();
}

/** The id of the one deployment that a memory holds. */
export async function memoryDeployment(): Promise<string> {
  return "memory000000";
}
