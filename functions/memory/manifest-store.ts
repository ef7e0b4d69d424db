import type { LandedObject } from "../core/batching/landed-object";
import type { Ledger } from "../core/batching/ledger";
import { type ManifestStore, manifestStem } from "../core/batching/ports";
import type { ModelSettings, ModelSettingsSource } from "../core/model-settings";

/** `ManifestStore` in memory, with the published lists for whoever wants to look. */
export interface MemoryManifestStore extends ManifestStore {
  /** Object lists by URI, in the order in which they were published. */
  readonly published: ReadonlyMap<string, readonly LandedObject[]>;
  /** Object lists of merged requests by URI. */
  readonly combined: ReadonlyMap<string, readonly LandedObject[]>;
}

export function memoryManifestStore(): MemoryManifestStore {
  const published = new Map<string, readonly LandedObject[]>();
  const combined = new Map<string, readonly LandedObject[]>();
  const ledgers = new Map<string, Ledger>();
  return {
    published,
    combined,
    async writeManifest(at, objects) {
      const uri = `memory://${at.data.bucket}/${manifestStem(at)}`;
      if (!published.has(uri)) published.set(uri, [...objects]);
      return uri;
    },
    async combineManifests(data, model, name, uris) {
      const uri = `memory://${data.bucket}/${data.manifestPrefix}${model}/${name}`;
      if (!combined.has(uri)) combined.set(uri, [...new Set(uris.flatMap((one) => published.get(one) ?? []))]);
      return uri;
    },
    async writeLedger(at, ledger) {
      const key = `${at.data.bucket}/${manifestStem(at)}`;
      if (!ledgers.has(key)) ledgers.set(key, ledger);
    },
    async readLedger(at) {
      return ledgers.get(`${at.data.bucket}/${manifestStem(at)}`);
    },
  };
}

/** `ModelSettingsSource` in memory. */
export function memoryModelSettings(settings: readonly ModelSettings[]): ModelSettingsSource {
  return { list: async () => settings };
}
