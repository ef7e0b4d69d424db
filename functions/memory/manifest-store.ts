import { type LandedObject, newestOfEach } from "../core/batching/landed-object";
import type { Ledger } from "../core/batching/ledger";
import { digestMismatch, isSameBatch, type ManifestStore, manifestStem } from "../core/batching/ports";
import { ListRefusedError } from "../core/errors";
import type { ModelList, ModelSettingsSource } from "../core/model-settings";
import type { HoldOut } from "../core/promotion/hold-out";
import { planTrainingMix } from "../core/promotion/training-mix";
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
  /** Hold-outs by the URI of their manifest, for whoever wants to put one there; a published list is one, too. */
  readonly holdOuts: Map<string, HoldOut>;
}

export function memoryManifestStore(): MemoryManifestStore {
  const published = new Map<string, readonly LandedObject[]>();
  const combined = new Map<string, readonly LandedObject[]>();
  const ledgers = new Map<string, Ledger>();
  const holdOuts = new Map<string, HoldOut>();
  return {
    published,
    ledgers,
    combined,
    holdOuts,
    async writeManifest(at, objects) {
      const uri = `memory://${at.data.bucket}/${manifestStem(at)}`;
      const found = published.get(uri) ?? [...objects];
      published.set(uri, found);
      return listDigest(found) === listDigest(objects) ? { uri, digest: listDigest(objects) } : undefined;
    },
    async combineManifests(data, name, manifests, part) {
      const whyNot = (one: Manifest) => digestMismatch(one, listDigest(published.get(one.uri) ?? []));
      const taken = manifests.filter((one) => whyNot(one) === undefined);
      const leftOut = manifests.flatMap((one) => whyNot(one) ?? []);
      const [first, ...more] = taken;
      if (first === undefined) throw new ListRefusedError(leftOut.join("; "));
      const newest = newestOfEach(taken.flatMap((one) => published.get(one.uri) ?? []));
      const bytes = taken.reduce((sum, one) => sum + one.bytes, 0);
      const plan = part && planTrainingMix(part, { keys: new Set(newest.map(({ key }) => key)), bytes });
      const added = plan?.keys ?? [];
      const told = { leftOut, ...(plan && { mix: plan.mix }) };
      if (more.length === 0 && added.length === 0) return { uri: first.uri, objects: first.objects, ...told };
      const uri = `memory://${data.bucket}/${data.manifestPrefix}${name}`;
      const objects = newestOfEach([...newest, ...added.map((key) => ({ key, version: "", bytes: 0 }))]);
      combined.set(uri, objects);
      return { uri, objects: objects.length, ...told };
    },
    async readHoldOut(_data, uri) {
      const list = published.get(uri);
      const holdOut = holdOuts.get(uri) ?? (list && { digest: listDigest(list), objects: list });
      return holdOut === undefined ? { why: `there is no ${uri}; restore the hold-out's manifest` } : { holdOut };
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
