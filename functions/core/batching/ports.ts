import type { RequestQueue } from "../coordination/ports";
import type { Log } from "../log/log";
import type { DataSettings, ModelSettingsSource } from "../model-settings";
import type { BatchStore } from "./batch";
import type { LandedObject } from "./landed-object";
import type { Ledger } from "./ledger";

/** Where a manifest or a ledger lies: beside the model's data, under its manifest prefix. */
export interface ManifestLocation {
  readonly model: string;
  readonly generation: number;
  readonly data: DataSettings;
}

/** Port: the published lists. What was written once stays as it is, so that a repetition changes nothing. */
export interface ManifestStore {
  /** Writes the list that a training job reads, in the cloud's own format; resolves to its URI. */
  writeManifest(at: ManifestLocation, objects: readonly LandedObject[]): Promise<string>;
  /**
   * Writes one list of all that some manifests of a model list, under `name`; resolves to its URI. Equal calls write equal bytes.
   */
  combineManifests(data: DataSettings, model: string, name: string, uris: readonly string[]): Promise<string>;
  writeLedger(at: ManifestLocation, ledger: Ledger): Promise<void>;
  /** Undefined when there is none. */
  readLedger(at: ManifestLocation): Promise<Ledger | undefined>;
}

/** `<manifestPrefix><model>/<generation>`: padded, so that a listing is in order. */
export function manifestStem({ model, generation, data }: ManifestLocation): string {
  return `${data.manifestPrefix}${model}/${String(generation).padStart(10, "0")}`;
}

/** What publishing needs. */
export interface PublishPorts {
  readonly batches: BatchStore;
  readonly manifests: ManifestStore;
  readonly requests: RequestQueue;
  readonly log: Log;
}

/** What the functions on the data path, batcher and sweeper, need on every cloud. */
export interface DataPorts extends PublishPorts {
  readonly settings: ModelSettingsSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
