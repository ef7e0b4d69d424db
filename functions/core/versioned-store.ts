/** A model's record with the version that a save of its successor must name. */
export interface Versioned<T> {
  readonly state: T;
  readonly version: number;
}

/** Port: one record per model. Rejects when it cannot answer: no state means no decision. */
export interface VersionedStore<T> {
  /** Strongly consistent; undefined for a model of which nothing was saved yet. */
  load(model: string): Promise<Versioned<T> | undefined>;
  /** Replaces the record if its version is still `version` (0: there is none yet); false when another came first. */
  save(model: string, state: T, version: number): Promise<boolean>;
}

/** How a record is kept. `decode` throws when the bytes are not those of a record, and `encode` when it could not be read back. */
export interface RecordCodec<T> {
  encode(model: string, state: T): Uint8Array;
  decode(data: Uint8Array): T;
}
