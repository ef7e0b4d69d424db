import { readFile, rename, writeFile } from "node:fs/promises";
import type { Versioned, VersionedStore } from "../functions/core/versioned-store";

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
