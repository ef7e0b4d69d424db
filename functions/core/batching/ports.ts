import type { Log } from "../log/log";
import type { DataSettings, ModelSettingsSource } from "../model-settings";
import type { HoldOutReading } from "../promotion/hold-out";
import type { MixPart, TrainingMix } from "../promotion/training-mix";
import type { Manifest, RequestQueue } from "../training-request";
import type { BatchStore } from "./batch";
import type { LandedObject } from "./landed-object";
import type { Ledger } from "./ledger";

/** Where a manifest or a ledger lies: beside the model's data, under its manifest prefix. */
export interface ManifestLocation {
  readonly model: string;
  readonly generation: number;
  readonly data: DataSettings;
  /** Whose it is; absent for what an earlier version wrote. */
  readonly deployment?: string;
}

/** Port: the published lists. What was written once stays as it is, so that a repetition changes nothing. */
export interface ManifestStore {
  /**
   * Writes the list that a training job reads, in the cloud's own format. Resolves to undefined when another list lies there
   * already, which is left as it is.
   */
  writeManifest(at: ManifestLocation, objects: readonly LandedObject[]): Promise<WrittenList | undefined>;
  /**
   * Makes one list of what some manifests of a model list, under `name`, which must name its content; one manifest alone is the
   * list. Where a manifest has a digest, it is read and compared. One that is gone or was changed is left out.
   * @param part of a hold-out that goes in, see `planTrainingMix`; every manifest is read then. @default - none
   * @throws ListRefusedError when none is left, or another list has that name
   */
  combineManifests(data: DataSettings, name: string, manifests: readonly Manifest[], part?: MixPart): Promise<CombinedList>;
  /**
   * The hold-out that a manifest lists, which may lie in any bucket, of objects of the model's. Rejects only where a later try may
   * be answered otherwise.
   */
  readHoldOut(data: DataSettings, uri: string): Promise<HoldOutReading>;
  /** Resolves to false when the ledger of another batch lies there already, which is left as it is. */
  writeLedger(at: ManifestLocation, ledger: Ledger): Promise<boolean>;
  /** Undefined when there is none. */
  readLedger(at: ManifestLocation): Promise<Ledger | undefined>;
}

export interface WrittenList {
  readonly uri: string;
  /** Of its bytes, in hexadecimal digits. */
  readonly digest: string;
}

export interface CombinedList {
  readonly uri: string;
  /** Keys in it. */
  readonly objects: number;
  /** Lists that are not in it, and why: they are gone, or not those that were published. */
  readonly leftOut: readonly string[];
  /** What of the hold-out is in it; present where one was given. */
  readonly mix?: TrainingMix;
}

/** `<manifestPrefix><model>/<deployment>/<generation>`: padded, so that a listing is in order. */
export function manifestStem({ model, generation, data, deployment }: ManifestLocation): string {
  const folder = deployment === undefined ? model : `${model}/${deployment}`;
  return `${data.manifestPrefix}${folder}/${String(generation).padStart(10, "0")}`;
}

/** Why a list is not the one that its publisher recorded; undefined where it is. */
export function digestMismatch({ uri, digest }: Manifest, found: string): string | undefined {
  if (digest === undefined || digest === found) return undefined;
  const got = `the manifest ${uri} has the digest ${found}; it was published with ${digest}`;
  return `${got}: somebody changed it. Restore that version, and see who may write under its prefix`;
}

/** True when a ledger is that of the same batch: its last entry lists the same objects. */
export function isSameBatch(a: Ledger, b: Ledger): boolean {
  return JSON.stringify(a.entries.at(-1)) === JSON.stringify(b.entries.at(-1));
}

/** Port: what was decided on the requests of batches. */
export interface RequestDecisions {
  /** Undefined for a request that nobody decided on. Decisions are in the order in which they were made; epoch milliseconds. */
  read(requestId: string): Promise<{ readonly decisions: readonly { readonly decidedAt: number }[] } | undefined>;
}

/** What publishing needs. */
export interface PublishPorts {
  readonly batches: BatchStore;
  readonly manifests: ManifestStore;
  readonly requests: RequestQueue;
  /** The id of the deployment, see `deploymentId`. */
  readonly deployment: () => Promise<string>;
  readonly log: Log;
}

/** What the functions on the data path, batcher and sweeper, need on every cloud. */
export interface DataPorts extends PublishPorts {
  readonly settings: ModelSettingsSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
