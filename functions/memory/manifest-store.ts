import { type LandedObject, newestOfEach } from "../core/batching/landed-object";
import type { Ledger } from "../core/batching/ledger";
import { digestMismatch, isSameBatch, type ManifestStore, manifestStem } from "../core/batching/ports";
import { ListRefusedError } from "../core/errors";
import type { ModelList, ModelSettingsSource } from "../core/model-settings";
import { fnv1a } from "../core/request-ids";
import type { Manifest } from "../core/training-request";

/** `ManifestStore` in memory, with the published lists for whoever wants to look. */
export interface MemoryManifestStore extends ManifestStore {
  /** Object lists by URI, in the order in which they were published. */
  readonly published: ReadonlyMap<string, readonly LandedObject[]>;
  /** By the URI of the manifest of the same batch. */
  readonly ledgers: ReadonlyMap<string, Ledger>;
  /** Object lists of merged requests by URI. */
  readonly combined: ReadonlyMap<string, readonly LandedObject[]>;
}

export function memoryManifestStore(): MemoryManifestStore {
  const published = new Map<string, readonly LandedObject[]>();
  const combined = new Map<string, readonly LandedObject[]>();
  const ledgers = new Map<string, Ledger>();
  return {
    published,
    ledgers,
    combined,
    async writeManifest(at, objects) {
      const uri = `memory://${at.data.bucket}/${manifestStem(at)}`;
      const found = published.get(uri) ?? [...objects];
      published.set(uri, found);
      return listDigest(found) === listDigest(objects) ? { uri, digest: listDigest(objects) } : undefined;
    },
    async combineManifests(data, name, manifests) {
      const whyNot = (one: Manifest) => digestMismatch(one, listDigest(published.get(one.uri) ?? []));
      const taken = manifests.filter((one) => whyNot(one) === undefined);
      const leftOut = manifests.flatMap((one) => whyNot(one) ?? []);
      const [first, ...more] = taken;
      if (first === undefined) throw new ListRefusedError(leftOut.join("; "));
      if (more.length === 0) return { uri: first.uri, objects: first.objects, leftOut };
      const uri = `memory://${data.bucket}/${data.manifestPrefix}${name}`;
      const objects = newestOfEach(taken.flatMap((one) => published.get(one.uri) ?? []));
      combined.set(uri, objects);
      return { uri, objects: objects.length, leftOut };
    },
    async writeLedger(at, ledger) {
      const uri = `memory://${at.data.bucket}/${manifestStem(at)}`;
      const found = ledgers.get(uri) ?? ledger;
      ledgers.set(uri, found);
      return isSameBatch(found, ledger);
    },
    async readLedger(at) {
      return ledgers.get(`memory://${at.data.bucket}/${manifestStem(at)}`);
    },
  };
}

function listDigest(objects: readonly LandedObject[]): string {
  return fnv1a(JSON.stringify(objects.map(({ key }) => key)));
}

/** `ModelSettingsSource` in memory. */
export function memoryModelSettings(settings: ModelList): ModelSettingsSource {
  return { list: async () => settings };
}
