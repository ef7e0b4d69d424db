import { readFile, rename, writeFile } from "node:fs/promises";
import type { CoordinatorStore } from "../../functions/core/coordination/ports";
import type { Versioned, VersionedStore } from "../../functions/core/versioned-store";
import { readState, writeState } from "./replay-record";

/** `VersionedStore` in a file of JSON, for one process at a time; a crash leaves the old records or the new ones. */
export function fileVersionedStore<T>(path: string): VersionedStore<T> {
  async function readAll(): Promise<ReadonlyMap<string, Versioned<T>>> {
    try {
      return new Map(Object.entries<Versioned<T>>(JSON.parse(await readFile(path, "utf8"))));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Map();
      throw error;
    }
  }

  return {
    load: async (model) => (await readAll()).get(model),
    async save(model, state, version) {
      const all = await readAll();
      if ((all.get(model)?.version ?? 0) !== version) return false;
      const next = new Map(all).set(model, { state, version: version + 1 });
      await writeFile(`${path}.new`, JSON.stringify(Object.fromEntries(next)));
      await rename(`${path}.new`, path);
      return true;
    },
  };
}

/** `CoordinatorStore` in the `state.json` of a local run, for one person at a time. */
export function fileCoordinatorStore(folder: string): CoordinatorStore {
  return {
    load: async (model) => (await readState(folder)).states[model],
    async save(model, state, version) {
      const record = await readState(folder);
      if ((record.states[model]?.version ?? 0) !== version) return false;
      await writeState(folder, { ...record, states: { ...record.states, [model]: { state, version: version + 1 } } });
      return true;
    },
  };
}
